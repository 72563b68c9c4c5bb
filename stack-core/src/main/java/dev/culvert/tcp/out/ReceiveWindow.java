package dev.culvert.tcp.out;

import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.BufferTuning;
import dev.culvert.tcp.MemoryPressure;
import dev.culvert.tcp.ReceiveState;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;

/**
 * What we tell the peer it may send: RFC 9293 §3.8.6.2.2. The right edge never moves left (SHLD-14) and moves right only by
 * worthwhile steps (MUST-39).
 */
public final class ReceiveWindow {
    private static final int MAX_UNSCALED = 65_535;
    private static final int UNSCALED_BITS = 16;
    private static final int MAX_SHIFT = 14; // RFC 7323 §2.3

    private final TcpContext context;

    /** For the connections of this shard. */
    public ReceiveWindow(final TcpContext context) {
        this.context = context;
    }

    /** Chooses the window for a segment that leaves now, notes it as told, and returns the header field. */
    int select(final Tcb tcb) {
        final ReceiveState rcv = tcb.rcv;
        final int free = free(tcb);
        int window = rcv.wnd;
        if (free - window >= worthwhile(tcb)) {
            window = free;
        }
        final int most = MAX_UNSCALED << rcv.shift;
        int field = Math.min(window, most) >>> rcv.shift;
        if (field << rcv.shift < Math.min(rcv.wnd, most)) {
            field++; // RFC 7323 §2.4: rounding must not pull the right edge back
        }
        note(rcv.wnd, field);
        rcv.wnd = field << rcv.shift;
        return field;
    }

    private void note(final int before, final int field) {
        if (field == 0 && before != 0) {
            context.count(StackCounter.TcpExtTCPToZeroWindowAdv);
        } else if (field != 0 && before == 0) {
            context.count(StackCounter.TcpExtTCPFromZeroWindowAdv);
        }
    }

    /** Room for text that was not read yet, counted from RCV.NXT, as far as the window field can express it. */
    private int free(final Tcb tcb) {
        final ReceiveState rcv = tcb.rcv;
        final int room = Math.max(0, clamped(rcv.limit, tcb.config) - rcv.buffer.size());
        final int few = context.pressure.isOn(context.nowNs) ? MemoryPressure.WINDOW_SEGMENTS * rcv.mss : room;
        return Math.min(Math.min(room, few), MAX_UNSCALED << rcv.shift);
    }

    private static int clamped(final int bytes, final TcpConfig config) {
        return config.windowClampBytes() == 0 ? bytes : Math.min(bytes, config.windowClampBytes());
    }

    /** Whether reading has freed so much that the peer should hear of it at once: the window at least doubles. */
    public boolean isUpdateDue(final Tcb tcb) {
        final int wnd = tcb.rcv.wnd;
        final int free = free(tcb);
        return free >= 2L * wnd && free - wnd >= worthwhile(tcb);
    }

    /** The least step to the right, min(RCV.BUFF / 2, MSS): a clamped window that waited for more would stay closed. */
    private static int worthwhile(final Tcb tcb) {
        final int most = Math.min(clamped(tcb.rcv.limit, tcb.config), MAX_UNSCALED << tcb.rcv.shift);
        return Math.min(most / 2, tcb.rcv.mss);
    }

    /** Scale shift that is offered: one that lets the whole receive buffer be expressed (RFC 7323 §2.2). */
    public static int shiftFor(final TcpConfig config) {
        if (config.windowShift() >= 0) {
            return config.windowShift();
        }
        final int bits = Integer.SIZE - Integer.numberOfLeadingZeros(config.receiveBufferBytes());
        return Math.max(0, Math.min(bits - UNSCALED_BITS, MAX_SHIFT));
    }

    /** The window field of a SYN, which is never scaled; as on Linux a multiple of the segments that it invites. */
    public static int synWindow(final TcpConfig config, final int mssBytes) {
        final int limit = clamped(BufferTuning.receiveStart(config), config);
        return Math.min(limit > mssBytes ? limit / mssBytes * mssBytes : limit, MAX_UNSCALED);
    }
}
