package dev.culvert.tcp;

import dev.culvert.seq.Seq;

/**
 * Buffers that grow with what a connection really moves, so that a long path is filled and a slow peer or reader ties up
 * little: the window doubles for as long as the application takes all that a round trip brings, as Linux does
 * ({@code tcp_rcv_space_adjust()}, after Fisk and Feng's dynamic right-sizing), and the send buffer holds two congestion
 * windows, one in flight and one to follow. Neither shrinks. Shard's thread only.
 */
public final class BufferTuning {
    /** Segments that a sender may start with (RFC 6928): what a first round trip is expected to bring. */
    private static final int INITIAL_SEGMENTS = 10;

    private BufferTuning() {}

    /** Both buffers begin. */
    static void begin(final Tcb tcb) {
        tcb.snd.limit = 0;
        tcb.rcv.limit = 0;
        onConfig(tcb);
    }

    /** The configuration is new: what has grown stays, within its bounds. */
    public static void onConfig(final Tcb tcb) {
        final TcpConfig config = tcb.config;
        tcb.snd.limit = between(config.sendBufferStartBytes(), tcb.snd.limit, config.sendBufferBytes());
        tcb.rcv.limit = between(config.receiveBufferStartBytes(), tcb.rcv.limit, config.receiveBufferBytes());
    }

    /**
     * The path is known: a window holds what a sender may start with (RFC 6928), so that large packets are not held back by it, nor
     * made smaller because the sender wants two of them in a window (RFC 9293 §3.8.6.2.1).
     */
    public static void onPath(final Tcb tcb) {
        final long initialWindow = (long) INITIAL_SEGMENTS * tcb.snd.pathMtu;
        tcb.rcv.limit = between(tcb.rcv.limit, initialWindow, tcb.config.receiveBufferBytes());
    }

    private static int between(final int least, final long bytes, final int most) {
        return (int) Math.min(most, Math.max(least, bytes));
    }

    /** The window that a connection begins with, in bytes. */
    public static int receiveStart(final TcpConfig config) {
        return Math.min(config.receiveBufferStartBytes(), config.receiveBufferBytes());
    }

    /** The application has more to send than its buffer takes. What the peer holds behind a gap takes room as well. */
    public static void onSendRoomWanted(final Tcb tcb) {
        final long wanted = 2L * tcb.congestion.windowBytes() + tcb.sent.sackedBytes();
        tcb.snd.limit = between(tcb.snd.limit, wanted, tcb.config.sendBufferBytes());
    }

    /** Text has come in order: how long is a round trip, as far as the receiver can tell? */
    public static void onText(final Tcb tcb, final Segment seg, final long nowNs) {
        final ReceiveState rcv = tcb.rcv;
        if (rcv.limit >= tcb.config.receiveBufferBytes()) {
            return;
        }
        if (rcv.timestamps) {
            timeEcho(rcv, seg, nowNs);
        } else {
            timeWindow(rcv, nowNs);
        }
    }

    /** From an ACK of ours to a full segment that echoes it; once per ACK, since the sender may have paused behind it. */
    private static void timeEcho(final ReceiveState rcv, final Segment seg, final long nowNs) {
        if (!seg.options.hasTimestamps || seg.options.tsEcr == rcv.rttMark || seg.textLength < rcv.mss) {
            return;
        }
        rcv.rttMark = seg.options.tsEcr;
        final long sample = Timestamps.roundTripNs(seg.options.tsEcr, nowNs, rcv.tsOffset);
        if (sample > 0) {
            rcv.rttNs = rcv.rttNs == 0 ? sample : rcv.rttNs + (sample - rcv.rttNs) / 8;
        }
    }

    /** A sender that is held back by the window alone fills one in a round trip; any other takes longer. */
    private static void timeWindow(final ReceiveState rcv, final long nowNs) {
        final boolean timed = rcv.rttSinceNs >= 0;
        if (timed && Seq.lt(rcv.nxt, rcv.rttMark)) {
            return;
        }
        if (timed) {
            final long sample = Math.max(1, nowNs - rcv.rttSinceNs);
            rcv.rttNs = rcv.rttNs == 0 ? sample : Math.min(rcv.rttNs, sample);
        }
        rcv.rttMark = rcv.nxt + rcv.wnd;
        rcv.rttSinceNs = nowNs;
    }

    /**
     * The application has taken text: once per round trip, was it more than ever?
     *
     * @param mayGrow whether there is memory for a larger window
     */
    public static void onRead(final Tcb tcb, final boolean mayGrow, final long nowNs) {
        final ReceiveState rcv = tcb.rcv;
        if (rcv.limit >= tcb.config.receiveBufferBytes()) {
            return;
        }
        if (rcv.takenBytes == 0) {
            rcv.takenBytes = Math.min(rcv.limit, INITIAL_SEGMENTS * rcv.mss);
            rcv.takenMark = rcv.irs + 1;
            rcv.takenSinceNs = nowNs;
        }
        if (rcv.rttNs == 0 || nowNs - rcv.takenSinceNs < rcv.rttNs) {
            return;
        }
        final int taken = rcv.readNxt() - rcv.takenMark;
        if (mayGrow && taken > rcv.takenBytes) {
            grow(tcb, taken);
            rcv.takenBytes = taken;
        }
        rcv.takenMark = rcv.readNxt();
        rcv.takenSinceNs = nowNs;
    }

    /**
     * The measure is one round trip old, hence twice; and a sender in slow start has doubled once more before the larger window
     * reaches it, hence the share by which this round trip beat the last, twice as well. What waits behind a gap comes on top.
     */
    private static void grow(final Tcb tcb, final int taken) {
        final ReceiveState rcv = tcb.rcv;
        long wanted = 2L * taken;
        wanted += 2 * wanted * (taken - rcv.takenBytes) / Math.max(1, rcv.takenBytes);
        if (rcv.reassembly != null) {
            wanted += rcv.reassembly.highest() - rcv.nxt;
        }
        rcv.limit = between(rcv.limit, wanted, tcb.config.receiveBufferBytes());
    }
}
