package dev.culvert.tcp.in;

import dev.culvert.buffer.PieceStore;
import dev.culvert.buffer.Reassembly;
import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.BufferTuning;
import dev.culvert.tcp.Endings;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.ReceiveState;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.out.AckScheduler;
import dev.culvert.tcp.out.Replies;

/**
 * RFC 9293 §3.10.7.4, seventh step: text in order goes to the receive buffer, text ahead of a gap is held, what was received
 * before or lies outside the window is cut off. Shard's thread only.
 */
public final class TextProcessing {
    private static final boolean CONTINUE = false;
    private static final boolean DONE = true;

    /** What came ahead of a gap may take so many receive buffers of memory, and so many chunks in any case. */
    private static final int WINDOWS = 4;

    private static final int LEAST_CHUNKS = 64;

    private final TcpContext context;
    private final Replies replies;
    private final AckScheduler acks;
    private final Endings endings;
    private final CongestionEcho echo;

    /** Answers through these. */
    public TextProcessing(
            final TcpContext context, final Replies replies, final AckScheduler acks, final Endings endings) {
        this.context = context;
        this.replies = replies;
        this.acks = acks;
        this.endings = endings;
        echo = new CongestionEcho(acks);
    }

    boolean step7ProcessText(final Tcb tcb, final Segment seg, final long nowNs) {
        echo.onSegment(tcb, seg);
        if (seg.textLength == 0) {
            return CONTINUE;
        }
        if (!tcb.state.canReceive()) { // the peer has sent its FIN: "this should not occur ... ignore the segment text"
            context.drop(DropReason.TCP_OVERWINDOW);
            return CONTINUE;
        }
        final ReceiveState rcv = tcb.rcv;
        if (Seq.lt(seg.textSeq(), rcv.nxt)) {
            acks.duplicate(tcb, seg.textSeq(), Seq.min(seg.textSeq() + seg.textLength, rcv.nxt));
        }
        final int first = Seq.max(seg.textSeq(), rcv.nxt);
        int end = Seq.min(seg.textSeq() + seg.textLength, rcv.edge());
        if (rcv.finSeen) {
            end = Seq.min(end, rcv.finSeq);
        }
        if (Seq.ge(first, end)) {
            context.drop(rcv.wnd == 0 ? DropReason.TCP_OVERWINDOW : DropReason.TCP_OLD_DATA);
            acks.ackNow(tcb);
            return CONTINUE;
        }
        if (tcb.orphan || rcv.shutdown && tcb.snd.finQueued) { // SHLD-3: nobody will read it; the peer must know
            context.count(StackCounter.TcpExtTCPAbortOnData);
            context.drop(DropReason.TCP_ABORT_ON_DATA);
            replies.resetAt(tcb, seg.ack);
            endings.toClosed(tcb, tcb.orphan ? Errno.OK : Errno.ECONNRESET, nowNs);
            return DONE;
        }
        echo.onText(tcb, seg);
        final int offset = seg.textOffset + (first - seg.textSeq());
        if (first == rcv.nxt) {
            inOrder(tcb, seg, offset, end - first, nowNs);
        } else {
            outOfOrder(tcb, seg, first, offset, end - first);
        }
        return CONTINUE;
    }

    private void inOrder(final Tcb tcb, final Segment seg, final int offset, final int length, final long nowNs) {
        final ReceiveState rcv = tcb.rcv;
        int taken = seg.stays ? rcv.appendInPlace(seg.buffer, offset, length) : rcv.append(seg.buffer, offset, length);
        while (taken < length && prune(tcb)) {
            taken += rcv.append(seg.buffer, offset + taken, length - taken);
        }
        if (taken < length) {
            context.count(StackCounter.TcpExtRcvPruned);
            context.count(StackCounter.TcpExtTCPRcvQDrop);
            context.drop(DropReason.NOMEM);
        }
        rcv.nxt += taken;
        tcb.counts.bytesReceived += taken;
        rcv.wnd -= taken;
        if (rcv.reassembly != null) {
            reportHeld(tcb, rcv.nxt - taken, rcv.nxt);
            fillGap(tcb, rcv);
        }
        BufferTuning.onText(tcb, seg, nowNs);
        acks.onText(tcb, seg, taken, nowNs);
        context.tell(tcb, Readiness.READABLE);
    }

    /** As Linux: what came furthest ahead gives way to what is in order. The peer still has it (RFC 2018 §8). False: nothing is left. */
    private boolean prune(final Tcb tcb) {
        context.count(StackCounter.TcpExtPruneCalled);
        final Reassembly held = tcb.rcv.reassembly;
        if (held == null) {
            return false;
        }
        context.count(StackCounter.TcpExtOfoPruned);
        held.prune();
        if (held.isEmpty()) {
            context.dropReassembly(tcb);
        }
        return true;
    }

    private void fillGap(final Tcb tcb, final ReceiveState rcv) {
        final int next = rcv.deliver();
        rcv.wnd -= next - rcv.nxt;
        tcb.counts.bytesReceived += next - rcv.nxt;
        rcv.nxt = next;
        if (rcv.reassembly.isEmpty()) {
            context.dropReassembly(tcb);
        }
        acks.ackNow(tcb); // RFC 5681 §4.2: a segment that fills a gap is acknowledged at once
    }

    /** What is held already and came again between two sequence numbers; the first such range counts (RFC 2883 §4.2.3). */
    private void reportHeld(final Tcb tcb, final int first, final int end) {
        final Reassembly held = tcb.rcv.reassembly;
        final int left = held.firstHeld(first, end);
        if (left != end) {
            acks.duplicate(tcb, left, held.heldEnd(left, end));
        }
    }

    private void outOfOrder(final Tcb tcb, final Segment seg, final int first, final int offset, final int length) {
        final Reassembly held = context.reassembly(tcb);
        context.count(StackCounter.TcpExtTCPOFOQueue);
        tcb.counts.outOfOrder++;
        reportHeld(tcb, first, first + length);
        if (context.pressure.refusesData() || !held.insert(first, seg.buffer, offset, length, mostChunks(tcb))) {
            context.count(StackCounter.TcpExtTCPOFODrop);
            context.drop(DropReason.TCP_OFO_QUEUE_PRUNE);
        }
        if (held.isEmpty()) {
            context.dropReassembly(tcb);
        }
        acks.onGap(tcb, seg);
    }

    /** A peer that sends a byte here and a byte there gets no more memory than a few windows. */
    private static int mostChunks(final Tcb tcb) {
        return Math.max(LEAST_CHUNKS, WINDOWS * (tcb.rcv.limit / PieceStore.CHUNK_BYTES));
    }
}
