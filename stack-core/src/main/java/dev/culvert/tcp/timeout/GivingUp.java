package dev.culvert.tcp.timeout;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.tcp.Endings;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.UserTimeout;

/** R1 and R2 of RFC 9293 §3.8.3, and the user timeout of RFC 5482: when trouble is reported, and when it is enough. */
public final class GivingUp {
    private static final long MS = 1_000_000L;

    private final TcpContext context;
    private final Endings endings;

    /** Ends connections through this. */
    public GivingUp(final TcpContext context, final Endings endings) {
        this.context = context;
        this.endings = endings;
    }

    /**
     * Decides after a timer has expired without an answer.
     *
     * @param attempts expiries so far, this one included
     * @return true when the connection has been ended
     */
    boolean isEnough(final Tcb tcb, final int attempts, final long nowNs) {
        final int limit =
                tcb.orphan ? Math.min(tcb.config.orphanRetries(), tcb.config.retries2()) : tcb.config.retries2();
        if (isEnough(tcb, attempts, limit, nowNs)) {
            end(tcb, nowNs);
            return true;
        }
        if (attempts == tcb.config.retries1()) { // R1, SHLD-9
            tcb.softError = Errno.ETIMEDOUT;
            context.tell(tcb, Readiness.SOFT_ERROR);
        }
        return false;
    }

    /** As on Linux, a user timeout takes the place of R2 (RFC 5482 §3): it may be shorter, and it may be longer. */
    private static boolean isEnough(final Tcb tcb, final int attempts, final int limit, final long nowNs) {
        final int userMs = UserTimeout.ms(tcb);
        return userMs > 0 ? nowNs - tcb.snd.stalledSinceNs >= userMs * MS : attempts > limit;
    }

    /** Whether a SYN that was sent so many times again has had its chance: its retries count, and so does the user timeout. */
    boolean isEnoughForSyn(final Tcb tcb, final long nowNs) {
        final int linear = tcb.state == TcpState.SYN_SENT ? tcb.config.synLinearTimeouts() : 0;
        final int limit = tcb.config.synRetries() + linear;
        return tcb.snd.retries > limit || isEnough(tcb, tcb.snd.retries, limit, nowNs);
    }

    /** When the user timeout would end the wait, if that is earlier than {@code deadlineNs}. */
    static long capByUserTimeout(final Tcb tcb, final long deadlineNs) {
        final int limitMs = UserTimeout.ms(tcb);
        return limitMs == 0 ? deadlineNs : Math.min(deadlineNs, tcb.snd.stalledSinceNs + limitMs * MS);
    }

    void end(final Tcb tcb, final long nowNs) {
        context.count(StackCounter.TcpExtTCPAbortOnTimeout);
        // As on Linux: what ICMP had to say about the silence is the better explanation.
        final boolean explained = tcb.softError == Errno.EHOSTUNREACH || tcb.softError == Errno.ENETUNREACH;
        endings.toClosed(tcb, explained ? tcb.softError : Errno.ETIMEDOUT, nowNs);
    }
}
