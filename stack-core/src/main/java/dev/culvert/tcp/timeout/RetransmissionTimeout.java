package dev.culvert.tcp.timeout;

import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.MtuSearch;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.out.HandshakeOutput;
import dev.culvert.tcp.out.RecoveryTimers;
import dev.culvert.timer.TimerKind;

/** RFC 9293 §3.10.8, RETRANSMISSION TIMEOUT, by the rules of RFC 6298 §5. SYN segments follow the same way (MUST-22). */
public final class RetransmissionTimeout {
    private final TcpContext context;
    private final HandshakeOutput handshake;
    private final GivingUp givingUp;
    private final RecoveryTimers timers;
    private final MtuSearch search;

    /** Acts through these. */
    public RetransmissionTimeout(
            final TcpContext context,
            final HandshakeOutput handshake,
            final GivingUp givingUp,
            final RecoveryTimers timers,
            final MtuSearch search) {
        this.context = context;
        this.handshake = handshake;
        this.givingUp = givingUp;
        this.timers = timers;
        this.search = search;
    }

    void expire(final Tcb tcb, final long nowNs) {
        if (tcb.state == TcpState.SYN_SENT || tcb.state == TcpState.SYN_RECEIVED) {
            expireSyn(tcb, nowNs);
        } else if (!tcb.sent.isEmpty()) {
            expireData(tcb, nowNs);
        }
    }

    private void expireSyn(final Tcb tcb, final long nowNs) {
        tcb.snd.retries++;
        if (givingUp.isEnoughForSyn(tcb, nowNs)) {
            context.count(StackCounter.TcpAttemptFails);
            context.fastOpenRefused(tcb, nowNs);
            givingUp.end(tcb, nowNs);
            return;
        }
        if (tcb.state != TcpState.SYN_SENT || tcb.snd.retries > tcb.config.synLinearTimeouts()) {
            tcb.rtt.onTimeout();
        }
        context.count(StackCounter.TcpExtTCPSynRetrans);
        context.count(StackCounter.TcpRetransSegs);
        tcb.counts.retransmissions++;
        handshake.syn(tcb, tcb.state == TcpState.SYN_RECEIVED, null, nowNs); // RFC 7413 §4.1.3: without option or text
        final long deadline = nowNs + tcb.rtt.rtoNs();
        context.timers.set(tcb.timers, TimerKind.RETRANSMIT, GivingUp.capByUserTimeout(tcb, deadline));
    }

    private void expireData(final Tcb tcb, final long nowNs) {
        tcb.snd.retries++;
        tcb.snd.unanswered++;
        // A peer that shut its window over data in flight, and answers, is not dead (SHLD-17).
        final int attempts = tcb.snd.wnd == 0 ? tcb.snd.unanswered : tcb.snd.retries;
        if (givingUp.isEnough(tcb, attempts, nowNs)) {
            return;
        }
        context.count(StackCounter.TcpExtTCPTimeouts);
        tcb.rtt.onTimeout();
        tcb.recovery.onTimeout(tcb.snd.una, tcb.snd.nxt, nowNs);
        search.onTimeout(tcb);
        tcb.snd.timeoutNs = GivingUp.capByUserTimeout(tcb, nowNs + tcb.rtt.rtoNs());
        timers.choose(tcb, nowNs);
        context.touch(tcb);
    }
}
