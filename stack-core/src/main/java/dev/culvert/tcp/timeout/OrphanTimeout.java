package dev.culvert.tcp.timeout;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.tcp.Endings;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.out.Replies;

/** The application has gone and the peer does not finish: FIN-WAIT-2 just ends, a lingering close resets. */
public final class OrphanTimeout {
    private final TcpContext context;
    private final Replies replies;
    private final Endings endings;

    /** Acts through these. */
    public OrphanTimeout(final TcpContext context, final Replies replies, final Endings endings) {
        this.context = context;
        this.replies = replies;
        this.endings = endings;
    }

    void expire(final Tcb tcb, final long nowNs) {
        if (tcb.state != TcpState.FIN_WAIT_2) {
            context.count(StackCounter.TcpExtTCPAbortOnLinger);
            replies.reset(tcb, nowNs);
        }
        endings.toClosed(tcb, Errno.OK, nowNs);
    }
}
