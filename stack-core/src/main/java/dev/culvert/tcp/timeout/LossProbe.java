package dev.culvert.tcp.timeout;

import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.out.RecoveryTimers;
import dev.culvert.tcp.out.Transmitter;

/** RFC 8985 §7.3: acknowledgements stay out, so the peer is made to send one; then the retransmission timeout is waited for. */
public final class LossProbe {
    private final TcpContext context;
    private final Transmitter transmitter;
    private final RecoveryTimers timers;

    /** Acts through these. */
    public LossProbe(final TcpContext context, final Transmitter transmitter, final RecoveryTimers timers) {
        this.context = context;
        this.transmitter = transmitter;
        this.timers = timers;
    }

    void expire(final Tcb tcb, final long nowNs) {
        if (tcb.sent.isEmpty()) {
            return;
        }
        if (tcb.recovery.mayProbe()) {
            transmitter.probe(tcb, nowNs);
        }
        timers.restartTimeout(tcb, nowNs);
        timers.choose(tcb, nowNs);
        context.touch(tcb);
    }
}
