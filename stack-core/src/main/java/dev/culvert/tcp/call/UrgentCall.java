package dev.culvert.tcp.call;

import dev.culvert.env.Errno;
import dev.culvert.tcp.ReceiveState;
import dev.culvert.tcp.SendState;
import dev.culvert.tcp.Tcb;
import org.agrona.DirectBuffer;

/**
 * Urgent data at the face (RFC 9293 §3.8.5, RFC 6093): sending it, and what the application may ask about what has come. The
 * pointer stands behind the urgent data (MUST-62); the mark is the last urgent byte, which {@code recv(MSG_OOB)} takes out of
 * the stream where urgent data is not in-line. Shard's thread only.
 */
public final class UrgentCall {
    private final SendCall send;

    /** Queues data through this. */
    public UrgentCall(final SendCall send) {
        this.send = send;
    }

    /** SEND with the urgent flag: everything up to the end of these bytes is urgent. Bytes taken, or a negative errno. */
    public int send(final Tcb tcb, final DirectBuffer source, final int offset, final int length) {
        final int taken = send.copy(tcb, source, offset, length, false);
        if (taken > 0) {
            final SendState snd = tcb.snd;
            snd.up = snd.textEnd;
            snd.urgent = true;
        }
        return taken;
    }

    /** Bytes up to the end of the urgent data that the peer has announced and the application has not read; 0: none. */
    public int remaining(final Tcb tcb) {
        return tcb.rcv.urgent ? tcb.rcv.up - tcb.rcv.readNxt() : 0;
    }

    /** Whether the byte that would be read next is the last urgent one (SIOCATMARK). */
    public boolean atMark(final Tcb tcb) {
        return remaining(tcb) == 1;
    }

    /**
     * The byte at the mark, apart from the stream, as {@code recv(MSG_OOB)}.
     *
     * @param keep whether it can be asked for again
     * @return 0 to 255; {@code -EAGAIN}: announced, but yet to come; {@code -EINVAL}: nothing urgent, taken already, or in-line
     */
    public int receive(final Tcb tcb, final boolean keep) {
        final ReceiveState rcv = tcb.rcv;
        if (tcb.config.urgentInline() || !rcv.urgent || rcv.urgentTaken) {
            return -Errno.EINVAL;
        }
        final int mark = remaining(tcb) - 1;
        if (mark >= rcv.buffer.size()) {
            return -Errno.EAGAIN;
        }
        rcv.urgentTaken = !keep;
        return rcv.buffer.byteAt(mark);
    }
}
