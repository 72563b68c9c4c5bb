package dev.culvert.tcp.call;

import dev.culvert.env.Errno;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.ReceiveState;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.out.AckScheduler;
import dev.culvert.tcp.out.ReceiveWindow;
import org.agrona.MutableDirectBuffer;

/** RFC 9293 §3.10.3, RECEIVE. Shard's thread only. */
public final class ReceiveCall {
    private final ReceiveWindow windows;
    private final AckScheduler acks;

    /** Announces freed room through these. */
    public ReceiveCall(final ReceiveWindow windows, final AckScheduler acks) {
        this.windows = windows;
        this.acks = acks;
    }

    /** Copies text to the application; bytes, 0 at its end, or a negative errno. */
    public int copy(final Tcb tcb, final MutableDirectBuffer target, final int offset, final int length) {
        final ReceiveState rcv = tcb.rcv;
        if (rcv.buffer.size() == 0) {
            return nothing(tcb);
        }
        final int count = rcv.buffer.peek(target, offset, length);
        rcv.buffer.discard(count);
        final int read = rcv.nxt - (rcv.finReceived ? 1 : 0) - rcv.buffer.size();
        rcv.urgent &= Seq.lt(read, rcv.up);
        if (tcb.state.canReceive() && windows.isUpdateDue(tcb)) {
            acks.ackNow(tcb);
        }
        return count;
    }

    /** Copies text and leaves it where it is; as {@link #copy}, without telling the peer of anything. */
    public int peek(final Tcb tcb, final MutableDirectBuffer target, final int offset, final int length) {
        return tcb.rcv.buffer.size() == 0 ? nothing(tcb) : tcb.rcv.buffer.peek(target, offset, length);
    }

    /** Bytes that can be received now; 0 at the end of the text, or a negative errno. */
    public int available(final Tcb tcb) {
        return tcb.rcv.buffer.size() > 0 ? tcb.rcv.buffer.size() : nothing(tcb);
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
