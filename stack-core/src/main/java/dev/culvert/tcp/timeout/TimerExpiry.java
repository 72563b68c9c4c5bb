package dev.culvert.tcp.timeout;

import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.out.AckScheduler;
import dev.culvert.timer.TimerHandler;
import dev.culvert.timer.TimerKind;
import dev.culvert.timer.TimerNode;

/** RFC 9293 §3.10.8, TIMEOUTS: gives each timer that has fired to the class that knows what it means. */
public final class TimerExpiry implements TimerHandler {
    private final TcpContext context;
    private final AckScheduler acks;
    private final RetransmissionTimeout retransmission;
    private final LossProbe lossProbe;
    private final ZeroWindowProbe zeroWindowProbe;
    private final KeepAlive keepAlive;
    private final OrphanTimeout orphan;

    /** One class per timer. */
    public TimerExpiry(
            final TcpContext context,
            final AckScheduler acks,
            final RetransmissionTimeout retransmission,
            final LossProbe lossProbe,
            final ZeroWindowProbe zeroWindowProbe,
            final KeepAlive keepAlive,
            final OrphanTimeout orphan) {
        this.context = context;
        this.acks = acks;
        this.retransmission = retransmission;
        this.lossProbe = lossProbe;
        this.zeroWindowProbe = zeroWindowProbe;
        this.keepAlive = keepAlive;
        this.orphan = orphan;
    }

    @Override
    public void onTimer(final TimerNode node, final TimerKind kind, final long nowNs) {
        final Tcb tcb = (Tcb) node.owner();
        switch (kind) {
            case RETRANSMIT -> retransmission.expire(tcb, nowNs);
            case LOSS_PROBE -> lossProbe.expire(tcb, nowNs);
            case REORDERING -> {
                tcb.recovery.onReorderingTimeout(tcb.snd.una, tcb.snd.nxt, nowNs);
                context.touch(tcb);
            }
            case PERSIST -> zeroWindowProbe.expire(tcb, nowNs);
            case DELAYED_ACK -> acks.onTimer(tcb);
            case SWS_OVERRIDE -> {
                tcb.snd.overrideSws = true;
                context.touch(tcb);
            }
            case PACE -> context.touch(tcb);
            case KEEPALIVE -> keepAlive.expire(tcb, nowNs);
            case ORPHAN -> orphan.expire(tcb, nowNs);
        }
    }
}
