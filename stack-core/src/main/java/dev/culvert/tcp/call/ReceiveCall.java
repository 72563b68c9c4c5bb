package dev.culvert.tcp.call;

import dev.culvert.env.Errno;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.BufferTuning;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.ReceiveState;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.out.AckScheduler;
import dev.culvert.tcp.out.ReceiveWindow;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** RFC 9293 §3.10.3, RECEIVE. Shard's thread only. */
public final class ReceiveCall {
    private final TcpContext context;
    private final ReceiveWindow windows;
    private final AckScheduler acks;

    /** Announces freed room through these. */
    public ReceiveCall(final TcpContext context, final ReceiveWindow windows, final AckScheduler acks) {
        this.context = context;
        this.windows = windows;
        this.acks = acks;
    }

    /** Copies text to the application; bytes, 0 at its end, or a negative errno. Stops before the last urgent byte. */
    public int copy(final Tcb tcb, final MutableDirectBuffer target, final int offset, final int length) {
        return take(tcb, target, offset, length);
    }

    /** The application takes text without a copy; answers as {@link #copy}. */
    public int skip(final Tcb tcb, final int length) {
        return take(tcb, null, 0, length);
    }

    private int take(final Tcb tcb, final MutableDirectBuffer target, final int offset, final int length) {
        final ReceiveState rcv = tcb.rcv;
        if (standsAtTakenMark(tcb)) {
            rcv.discard(1); // the urgent byte is not part of the stream
            rcv.urgent = false;
        }
        if (rcv.buffer.size() == 0) {
            return nothing(tcb);
        }
        final int count = Math.min(length, untilMark(rcv));
        if (target != null) {
            rcv.buffer.peek(target, offset, count);
        }
        rcv.discard(count);
        rcv.urgent &= Seq.lt(rcv.readNxt(), rcv.up);
        if (rcv.urgent && rcv.buffer.size() > 0) {
            context.tell(tcb, Readiness.READABLE); // who reads once per notice must not be left behind at the mark
        }
        BufferTuning.onRead(tcb, !context.pressure.isOn(context.nowNs), context.nowNs);
        if (tcb.state.canReceive() && windows.isUpdateDue(tcb)) {
            acks.ackNow(tcb);
        }
        return count;
    }

    /** Copies text and leaves it where it is; as {@link #copy}, without telling the peer of anything. */
    public int peek(final Tcb tcb, final MutableDirectBuffer target, final int offset, final int length) {
        final int available = available(tcb);
        return available <= 0
                ? available
                : tcb.rcv.buffer.peek(standsAtTakenMark(tcb) ? 1 : 0, target, offset, Math.min(length, available));
    }

    /** Shows the text that lies together and comes next, where it is; answers as {@link #peek}. */
    public int view(final Tcb tcb, final DirectBuffer view) {
        final int available = available(tcb);
        return available <= 0 ? available : tcb.rcv.buffer.view(standsAtTakenMark(tcb) ? 1 : 0, available, view);
    }

    /** Bytes that can be received in one call now; 0 at the end of the text, or a negative errno. */
    public int available(final Tcb tcb) {
        final int bytes = untilMark(tcb.rcv) - (standsAtTakenMark(tcb) ? 1 : 0);
        return bytes > 0 ? bytes : nothing(tcb);
    }

    /** As on Linux a reader stops before the mark, so that it can tell where it is, and then reads on from there. */
    private static int untilMark(final ReceiveState rcv) {
        final int mark = rcv.up - 1 - rcv.readNxt();
        return rcv.urgent && mark > 0 ? Math.min(mark, rcv.buffer.size()) : rcv.buffer.size();
    }

    /** Whether the next byte is an urgent one that does not belong to the stream. */
    private static boolean standsAtTakenMark(final Tcb tcb) {
        final ReceiveState rcv = tcb.rcv;
        return rcv.urgent && rcv.readNxt() == rcv.up - 1 && rcv.buffer.size() > 0 && !tcb.config.urgentInline();
    }

    /** The application wants no more text: what comes after our own FIN is answered with a reset. */
    public void shutdown(final Tcb tcb) {
        tcb.rcv.shutdown = true;
    }

    private static int nothing(final Tcb tcb) {
        if (tcb.rcv.finReceived || tcb.rcv.shutdown) {
            return 0;
        }
        if (tcb.error != Errno.OK) {
            return -tcb.error;
        }
        return switch (tcb.state) {
            case CLOSED, TIME_WAIT -> 0;
            case LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK ->
                -Errno.EAGAIN;
        };
    }
}
