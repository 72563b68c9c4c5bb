package dev.culvert.tcp;

import dev.culvert.seq.Seq;

/**
 * Packetization-layer path MTU discovery (RFC 4821): where large packets vanish and no ICMP message says so, the segment size
 * falls to one that every path should carry, and probes, single segments of a larger size, find out what the path really
 * carries. A probe that is lost is no sign of congestion (§7.7). Shard's thread only.
 */
public final class MtuSearch {
    /** Not now, and nothing else either: the congestion window must drain for a probe. */
    public static final int WAIT = -1;

    /** §7.2, BASE_PLPMTU: 1,024 bytes of text over IPv4; what every link carries over IPv6. */
    private static final int BASE_V4 = 1_064;

    private static final int BASE_V6 = 1_280;
    /** What every IPv4 host must be able to receive (RFC 1122 §3.3.2). */
    private static final int FLOOR_V4 = 576;

    /** A search is over when it is this exact, in bytes; as on Linux. */
    private static final int THRESHOLD = 8;
    /** §7.5 wants ten minutes until larger packets are tried again. */
    private static final long AGAIN_NS = 600_000_000_000L;
    /** Segments of the usual size that must follow a probe so that its loss is found without a timeout (§7.4). */
    private static final int FOLLOWERS = 3;
    /** As on Linux: with a smaller congestion window, in segments, there is too little to learn from. */
    private static final int LEAST_WINDOW = 11;

    private final PathMtu pathMtu;

    /** Tells this of what is found. */
    public MtuSearch(final PathMtu pathMtu) {
        this.pathMtu = pathMtu;
    }

    /** The path is open: where packet sizes are always tried out, the first one is small. */
    void start(final Tcb tcb) {
        if (tcb.config.mtuProbing() == MtuProbing.ALWAYS) {
            begin(tcb, base(tcb));
        }
    }

    private void begin(final Tcb tcb, final int mtu) {
        final SendState snd = tcb.snd;
        final int most = pathMtu.most(tcb);
        if (mtu < most) {
            snd.size = snd.size.own();
            final PathSize size = snd.size;
            size.low = mtu;
            size.high = most;
            size.triedHighest = false;
        }
    }

    private static int base(final Tcb tcb) {
        return tcb.isV4() ? BASE_V4 : BASE_V6;
    }

    private static int floor(final Tcb tcb) {
        return tcb.isV4() ? FLOOR_V4 : BASE_V6;
    }

    /** The retransmission timer has expired, and what it stands for is marked lost: is it the size? (§7.7, "full-stop timeout".) */
    public void onTimeout(final Tcb tcb) {
        final SendState snd = tcb.snd;
        final PathSize size = snd.size;
        if (size.probeMtu != 0) { // the probe may have been lost like everything else
            size.probeMtu = 0;
        }
        if (tcb.config.mtuProbing() == MtuProbing.OFF || snd.retries < tcb.config.retries1() || snd.wnd == 0) {
            return;
        }
        final int smaller = size.low == 0 || size.low > base(tcb) ? base(tcb) : floor(tcb);
        final int text = smaller - pathMtu.headers(tcb);
        if (tcb.sent.headBytes() > text) {
            begin(tcb, smaller);
            pathMtu.apply(tcb);
        }
    }

    /** Text of a probe that should be sent now, {@link #WAIT}, or 0: none. */
    public int due(final Tcb tcb, final long nowNs) {
        final SendState snd = tcb.snd;
        final PathSize size = snd.size;
        if (size.low == 0 || size.probeMtu != 0 || snd.urgent || tcb.recovery.isRecovering()) {
            return 0;
        }
        if (size.high - size.low <= THRESHOLD && !goOn(tcb, nowNs)) {
            return 0;
        }
        final int mtu = size.triedHighest ? (size.low + size.high + 1) / 2 : size.high;
        final int text = mtu - pathMtu.headers(tcb);
        final int needed = text + FOLLOWERS * snd.mss;
        final int window = tcb.recovery.windowBytes();
        if (snd.unsentOfRecord() < needed
                || snd.una + snd.wnd - snd.nxt < needed
                || window < LEAST_WINDOW * snd.mss
                || tcb.sent.sackedBytes() > 0
                || tcb.sent.lostBytes() > 0) {
            return 0;
        }
        if (window < text) { // it would be waited for in vain, with nothing in flight that could end the wait
            return 0;
        }
        return window - tcb.recovery.inFlightBytes() < text ? WAIT : text;
    }

    /** The search was over; whether it begins again. */
    private boolean goOn(final Tcb tcb, final long nowNs) {
        final PathSize size = tcb.snd.size;
        if (nowNs - size.againNs < 0) {
            return false;
        }
        begin(tcb, size.low);
        size.againNs = nowNs + AGAIN_NS;
        return size.high - size.low > THRESHOLD;
    }

    /** A probe of so much text was sent; it ends at SND.NXT. */
    public void onSent(final Tcb tcb, final int text, final long nowNs) {
        final SendState snd = tcb.snd;
        final PathSize size = snd.size;
        size.probeMtu = text + pathMtu.headers(tcb);
        size.probeEnd = snd.nxt;
        size.triedHighest |= size.probeMtu == size.high;
        size.againNs = nowNs + AGAIN_NS;
    }

    /** An ACK was processed, and loss recovery has judged it: has the probe arrived (§7.6.1), or is it lost (§7.6.2)? */
    public void onAck(final Tcb tcb) {
        final SendState snd = tcb.snd;
        final PathSize size = snd.size;
        if (size.probeMtu == 0) {
            return;
        }
        if (tcb.sent.takeLostProbe()) {
            size.high = Math.max(size.low, size.probeMtu - 1);
            size.probeMtu = 0;
        } else if (Seq.ge(snd.una, size.probeEnd)) {
            size.low = size.probeMtu;
            size.probeMtu = 0;
            pathMtu.apply(tcb);
        }
    }
}
