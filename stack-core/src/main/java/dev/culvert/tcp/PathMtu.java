package dev.culvert.tcp;

import dev.culvert.tcp.option.OptionWriter;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;

/**
 * How large a connection's packets may be: the path's MTU, which ICMP lowers and time raises again (RFC 1191, RFC 8201), or
 * what {@link MtuSearch} has found out without ICMP, and
 * the segment size that follows from it. Shard's thread only.
 */
public final class PathMtu {
    private static final int V4_HEADERS = 40;
    private static final int V6_HEADERS = 60;
    private static final int LEAST_V4 = 68;
    private static final int LEAST_V6 = 1_280;
    private static final long MS = 1_000_000L;

    private final TcpContext context;
    private final MtuSearch search = new MtuSearch(this);

    /** For the connections of this shard. */
    public PathMtu(final TcpContext context) {
        this.context = context;
    }

    /** The handshake is complete: the MTU is that of the first hop, unless something was heard of the path already. */
    public void start(final Tcb tcb) {
        if (tcb.snd.pathMtu == 0) {
            tcb.snd.pathMtu = firstHop(tcb);
        }
        search.start(tcb);
        updateMss(tcb);
    }

    /** What is found out by trying. */
    public MtuSearch search() {
        return search;
    }

    /**
     * A packet of ours was too big for the path. Less than what every path can carry is not believed.
     *
     * @return whether the MTU is smaller now than before
     */
    public boolean lower(final Tcb tcb, final int mtu, final long nowNs) {
        final int usable = Math.max(mtu, tcb.isV4() ? LEAST_V4 : LEAST_V6);
        if (usable >= (tcb.snd.pathMtu == 0 ? firstHop(tcb) : tcb.snd.pathMtu)) {
            return false;
        }
        tcb.snd.pathMtu = usable;
        tcb.snd.size = tcb.snd.size.own();
        tcb.snd.size.high = Math.min(tcb.snd.size.high, usable);
        tcb.snd.size.untilNs = nowNs + tcb.config.pathMtuExpiryMs() * MS;
        return true;
    }

    /** The same for a handshake that has no control block yet: the connection will send no larger segments. */
    public int lowerPeerMss(final Flow flow, final int peerMss, final int mtu) {
        final boolean v4 = IpAddress.isV4(flow.remoteHi(), flow.remoteLo());
        return Math.min(peerMss, Math.max(mtu, v4 ? LEAST_V4 : LEAST_V6) - (v4 ? V4_HEADERS : V6_HEADERS));
    }

    /** After a while a larger packet is tried: the path may have changed (RFC 1191 §6.3, RFC 8201 §4). */
    public void raiseWhenDue(final Tcb tcb, final long nowNs) {
        final PathSize size = tcb.snd.size;
        if (size.untilNs != 0 && nowNs - size.untilNs >= 0) {
            tcb.snd.pathMtu = firstHop(tcb);
            size.untilNs = 0;
            apply(tcb);
        }
    }

    private int firstHop(final Tcb tcb) {
        return context.routing.mtuTo(tcb.remoteHi(), tcb.remoteLo());
    }

    /** The largest packet that may be thought of: the first hop, or what ICMP has said since, what the peer takes and we want. */
    int most(final Tcb tcb) {
        return Math.min(tcb.snd.pathMtu, capped(tcb, tcb.snd.peerMss) + fixedHeaders(tcb));
    }

    private static int capped(final Tcb tcb, final int mss) {
        final int most = tcb.config.maxMssBytes();
        return most == 0 ? mss : Math.min(mss, most);
    }

    /** What every packet of a connection carries beside text, in bytes. */
    int headers(final Tcb tcb) {
        return fixedHeaders(tcb) + (tcb.rcv.timestamps ? OptionWriter.TIMESTAMPS_LENGTH : 0);
    }

    private static int fixedHeaders(final Tcb tcb) {
        return tcb.isV4() ? V4_HEADERS : V6_HEADERS;
    }

    /** The path carries more or less than was thought: the segment size follows. */
    public void apply(final Tcb tcb) {
        updateMss(tcb);
        tcb.congestion.onMss(tcb.snd.mss);
    }

    /** Effective send MSS from the peer's MSS, the path and the options that every segment carries (MUST-16). */
    public void updateMss(final Tcb tcb) {
        final SendState snd = tcb.snd;
        final int mtu = snd.size.low == 0 ? snd.pathMtu : Math.min(snd.pathMtu, snd.size.low);
        final int mss = capped(tcb, Math.min(snd.peerMss, mtu - fixedHeaders(tcb)));
        snd.mss = mss - (tcb.rcv.timestamps ? OptionWriter.TIMESTAMPS_LENGTH : 0);
    }
}
