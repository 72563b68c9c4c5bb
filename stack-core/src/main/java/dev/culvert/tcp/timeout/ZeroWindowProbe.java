package dev.culvert.tcp.timeout;

import dev.culvert.counters.StackCounter;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.SendState;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.out.SegmentOutput;
import dev.culvert.timer.TimerKind;

/** RFC 9293 §3.8.6.1: a closed window is probed, further and further apart, for as long as the peer answers (MUST-37). */
public final class ZeroWindowProbe {
    private final TcpContext context;
    private final SegmentOutput output;
    private final GivingUp givingUp;

    /** Acts through these. */
    public ZeroWindowProbe(final TcpContext context, final SegmentOutput output, final GivingUp givingUp) {
        this.context = context;
        this.output = output;
        this.givingUp = givingUp;
    }

    void expire(final Tcb tcb, final long nowNs) {
        final SendState snd = tcb.snd;
        final boolean waiting = snd.unsentBytes() > 0 || snd.finPending();
        if (!waiting || !tcb.sent.isEmpty() || Seq.lt(snd.nxt, snd.una + snd.wnd)) {
            context.touch(tcb);
            return;
        }
        snd.retries++;
        snd.unanswered++;
        if (givingUp.isEnough(tcb, snd.unanswered, nowNs)) {
            return;
        }
        context.count(StackCounter.TcpExtTCPWinProbe);
        if (snd.urgent) { // as on Linux: the pointer also goes where the peer must look at it
            output.urgentProbe(tcb, nowNs);
        }
        output.probe(tcb, nowNs);
        final long deadline = nowNs + tcb.rtt.rtoNs(snd.retries);
        context.timers.set(tcb.timers, TimerKind.PERSIST, GivingUp.capByUserTimeout(tcb, deadline));
    }
}
