package dev.culvert.tcp.in;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.Endings;
import dev.culvert.tcp.PathMtu;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.halfopen.HalfOpenRow;
import dev.culvert.wire.Flow;

/**
 * ICMP errors that quote one of our segments (RFC 9293 §3.9.2.2). They are believed only when the quoted sequence number is in
 * flight (RFC 5927 §4.1); hard errors end a connection only while it opens (RFC 5927 §5.2). Shard's thread only.
 */
public final class IcmpArrives {
    private final TcpContext context;
    private final Endings endings;
    private final PathMtu pathMtu;

    /** Acts through these. */
    public IcmpArrives(final TcpContext context, final Endings endings, final PathMtu pathMtu) {
        this.context = context;
        this.endings = endings;
        this.pathMtu = pathMtu;
    }

    /**
     * A destination could not be reached.
     *
     * @param quoted the 4-tuple of the quoted segment, as we would have sent it
     * @param quotedSeq its sequence number
     * @param hard whether the code means that trying again is useless (RFC 1122 §4.2.3.9)
     * @param errno what the application is told
     */
    public void unreachable(
            final Flow quoted, final int quotedSeq, final boolean hard, final int errno, final long nowNs) {
        final Tcb tcb = find(quoted, quotedSeq);
        if (tcb == null) {
            return;
        }
        final boolean opening =
                tcb.state == TcpState.SYN_SENT || tcb.state == TcpState.SYN_RECEIVED && tcb.fastOpen == null;
        if (opening && (hard || tcb.config.softErrorsEndOpening())) {
            context.fastOpenRefused(tcb, nowNs);
            context.count(StackCounter.TcpAttemptFails);
            endings.toClosed(tcb, errno, nowNs);
        } else {
            tcb.softError = errno;
            context.tell(tcb, Readiness.SOFT_ERROR);
        }
    }

    /**
     * A packet was too big for the path (RFC 1191, RFC 8201): smaller segments from now on, and the lost ones again. During the
     * handshake nothing is sent again; what is learnt counts for the connection that comes of it.
     */
    public void tooBig(final Flow quoted, final int quotedSeq, final int mtu, final long nowNs) {
        final int hash = context.connections.hash(quoted);
        final int row = context.halfOpen.rows.find(hash, quoted);
        if (row >= 0 && quotedSeq == context.halfOpen.at(row).iss()) {
            final HalfOpenRow half = context.halfOpen.at(row);
            half.peerMss(pathMtu.lowerPeerMss(quoted, half.peerMss(), mtu));
            return;
        }
        final Tcb tcb = find(quoted, quotedSeq);
        if (tcb == null || tcb.isV4() && !tcb.config.pathMtuDiscovery() || !pathMtu.lower(tcb, mtu, nowNs)) {
            return;
        }
        if (tcb.state.isSynchronized() || tcb.fastOpen != null) { // Fast Open sends text before
            pathMtu.updateMss(tcb);
            tcb.congestion.onMss(tcb.snd.mss);
            tcb.sent.markAllLost(); // not congestion: the window stays as it is
            context.touch(tcb);
        }
    }

    private Tcb find(final Flow quoted, final int quotedSeq) {
        final Tcb tcb = context.connections.find(context.connections.hash(quoted), quoted);
        if (tcb == null || Seq.lt(quotedSeq, tcb.snd.una) || Seq.ge(quotedSeq, tcb.snd.nxt)) {
            context.drop(DropReason.ICMP_IGNORED);
            return null;
        }
        return tcb;
    }
}
