package dev.culvert.tcp.timeout;

import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.UserTimeout;
import dev.culvert.tcp.out.Replies;
import dev.culvert.tcp.out.SegmentOutput;
import dev.culvert.timer.TimerKind;

/** RFC 9293 §3.8.4: probes on an idle connection; several unanswered ones end it (MUST-29). */
public final class KeepAlive {
    private static final long MS = 1_000_000L;

    private final TcpContext context;
    private final SegmentOutput output;
    private final Replies replies;
    private final GivingUp givingUp;

    /** Acts through these. */
    public KeepAlive(
            final TcpContext context, final SegmentOutput output, final Replies replies, final GivingUp givingUp) {
        this.context = context;
        this.output = output;
        this.replies = replies;
        this.givingUp = givingUp;
    }

    /** The connection's configuration has changed: starts or stops probing. */
    public void configured(final Tcb tcb, final long nowNs) {
        if (!tcb.config.keepAlive()) {
            tcb.timers.cancel(TimerKind.KEEPALIVE);
        } else if (tcb.state.isSynchronized()) {
            final long idleSince = Math.max(tcb.lastReceivedNs, tcb.snd.lastSentNs);
            final long deadline = idleSince + UserTimeout.keepAliveIdleMs(tcb) * MS;
            context.timers.set(tcb.timers, TimerKind.KEEPALIVE, Math.max(nowNs, deadline));
        }
    }

    void expire(final Tcb tcb, final long nowNs) {
        final TcpConfig config = tcb.config;
        if (!config.keepAlive() || !tcb.state.isSynchronized()) {
            return;
        }
        final long idleNs = UserTimeout.keepAliveIdleMs(tcb) * MS;
        final long silentNs = nowNs - tcb.lastReceivedNs;
        if (!tcb.sent.isEmpty() || tcb.snd.unsentBytes() > 0 || silentNs < idleNs) { // MUST-26: only when idle
            final long next = silentNs < idleNs ? tcb.lastReceivedNs + idleNs : nowNs + idleNs;
            context.timers.set(tcb.timers, TimerKind.KEEPALIVE, next);
            return;
        }
        if (isEnough(tcb, silentNs)) {
            replies.reset(tcb, nowNs);
            givingUp.end(tcb, nowNs);
            return;
        }
        tcb.keepAliveProbes = (byte) Math.min(tcb.keepAliveProbes + 1, Byte.MAX_VALUE);
        context.count(StackCounter.TcpExtTCPKeepAlive);
        output.probe(tcb, nowNs);
        context.timers.set(tcb.timers, TimerKind.KEEPALIVE, nowNs + config.keepAliveIntervalMs() * MS);
    }

    /** As on Linux, with a user timeout it is the time of silence that counts, otherwise the number of probes. */
    private static boolean isEnough(final Tcb tcb, final long silentNs) {
        final int userMs = UserTimeout.ms(tcb);
        return userMs > 0
                ? tcb.keepAliveProbes > 0 && silentNs >= userMs * MS
                : tcb.keepAliveProbes >= tcb.config.keepAliveProbes();
    }
}
