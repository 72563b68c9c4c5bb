package dev.culvert.tcp.call;

import dev.culvert.env.Errno;
import dev.culvert.tcp.RecordEnds;
import dev.culvert.tcp.SendState;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import org.agrona.DirectBuffer;

/** RFC 9293 §3.10.2, SEND. What does not fit is not taken; the caller is told when there is room. Shard's thread only. */
public final class SendCall {
    private final TcpContext context;

    /** For the connections of this shard. */
    public SendCall(final TcpContext context) {
        this.context = context;
    }

    /** Room in the send buffer in bytes, or a negative errno. */
    public int space(final Tcb tcb) {
        if (tcb.error != Errno.OK) {
            return -tcb.error;
        }
        if (tcb.snd.finQueued || !tcb.state.canSend()) {
            return -Errno.EPIPE;
        }
        if (tcb.snd.unsentBytes() >= tcb.config.notSentLowWaterBytes()) {
            return 0;
        }
        return Math.max(0, tcb.snd.limit - tcb.snd.buffer.size());
    }

    /** Short segments wait until the cork is drawn, at most for a retransmission timeout. */
    public void cork(final Tcb tcb, final boolean corked) {
        tcb.snd.corked = corked;
        context.touch(tcb);
    }

    /** The bytes taken so far are a record: no segment carries the last of them and what follows (MSG_EOR). */
    public void endRecord(final Tcb tcb) {
        final SendState snd = tcb.snd;
        if (snd.unsentBytes() > 0) {
            if (snd.recordEnds == null) {
                snd.recordEnds = new RecordEnds();
            }
            snd.recordEnds.add(snd.textEnd);
        }
    }

    /** Copies bytes into the send buffer; how many, or a negative errno. {@code more}: others follow at once. */
    public int copy(final Tcb tcb, final DirectBuffer source, final int offset, final int length, final boolean more) {
        tcb.snd.moreFollows = more;
        final int room = space(tcb);
        if (room <= 0) {
            return refuse(tcb, room);
        }
        if (length > 0 && context.pressure.refusesData()) {
            context.pressure.await(tcb);
            return -Errno.EAGAIN;
        }
        final int taken = tcb.snd.append(source, offset, Math.min(room, length));
        if (taken == 0 && length > 0) {
            context.pressure.await(tcb);
            return -Errno.ENOBUFS;
        }
        return accept(tcb, taken, length);
    }

    /** Lends memory to the send buffer; how many bytes of it, or a negative errno. */
    public int lend(final Tcb tcb, final long address, final int length, final long token) {
        final int room = space(tcb);
        if (room <= 0 || length == 0) {
            return length == 0 && room >= 0 ? 0 : refuse(tcb, room);
        }
        final int taken = Math.min(room, length);
        tcb.snd.moreFollows = false;
        tcb.snd.appendReference(address, taken, token);
        return accept(tcb, taken, length);
    }

    private static int refuse(final Tcb tcb, final int room) {
        if (room < 0) {
            return room;
        }
        tcb.snd.spaceWanted = true;
        return -Errno.EAGAIN;
    }

    private int accept(final Tcb tcb, final int taken, final int offered) {
        final SendState snd = tcb.snd;
        snd.textEnd += taken;
        snd.tailUnpushed = snd.moreFollows;
        snd.spaceWanted |= taken < offered;
        context.touch(tcb);
        return taken;
    }
}
