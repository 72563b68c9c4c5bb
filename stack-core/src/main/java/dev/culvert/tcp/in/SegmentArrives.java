package dev.culvert.tcp.in;

import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.Listener;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.out.Replies;

/**
 * RFC 9293 §3.10.7, SEGMENT ARRIVES: finds what the segment belongs to and hands it to the class of that subsection. The
 * order is fixed: connection, half-open row, TIME-WAIT row, listener, nothing. Shard's thread only.
 */
public final class SegmentArrives {
    private final TcpContext context;
    private final ClosedState closedState;
    private final ListenState listenState;
    private final SynSentState synSentState;
    private final HalfOpenArrives halfOpen;
    private final TimeWaitArrives timeWait;
    private final OtherStates otherStates;

    /** Wires the subsections together. */
    public SegmentArrives(
            final TcpContext context,
            final Replies replies,
            final ListenState listenState,
            final SynSentState synSentState,
            final HalfOpenArrives halfOpen,
            final TimeWaitArrives timeWait,
            final OtherStates otherStates) {
        this.context = context;
        this.listenState = listenState;
        this.synSentState = synSentState;
        this.halfOpen = halfOpen;
        this.timeWait = timeWait;
        this.otherStates = otherStates;
        closedState = new ClosedState(context, replies);
    }

    /** Whether the segment belongs to the connection that the latest one belonged to: what is known of that one holds for it. */
    public boolean isRecent(final Segment seg) {
        return context.connections.recent(seg) != null;
    }

    /** A valid segment has arrived for one of our addresses. */
    public void arrive(final Segment seg, final long nowNs) {
        context.count(StackCounter.TcpInSegs);
        Tcb tcb = context.connections.recent(seg);
        int hash = 0;
        if (tcb == null) {
            hash = context.connections.hash(seg);
            tcb = context.connections.find(hash, seg);
        }
        if (tcb != null) {
            arrive(tcb, seg, nowNs);
            return;
        }
        final int half = context.halfOpen.rows.find(hash, seg);
        if (half >= 0) {
            if (!timeWait.answersFor(seg, nowNs)) {
                halfOpen.arrive(half, hash, seg, nowNs);
            }
            return;
        }
        final int waiting = context.timeWait.find(hash, seg);
        if (waiting >= 0 && timeWait.arrive(waiting, hash, seg, nowNs)) {
            return;
        }
        final Listener listener = context.listeners.find(seg.localHi(), seg.localLo(), seg.localPort(), hash);
        if (listener != null) {
            listenState.arrive(listener, hash, seg, nowNs);
        } else {
            closedState.arrive(seg);
        }
    }

    private void arrive(final Tcb tcb, final Segment seg, final long nowNs) {
        if (tcb.state.isOpening() && timeWait.answersFor(seg, nowNs)) {
            synSentState.repeatSynSoon(tcb, nowNs);
        } else if (tcb.state == TcpState.SYN_SENT) {
            synSentState.arrive(tcb, seg, nowNs);
        } else {
            otherStates.arrive(tcb, seg, nowNs);
        }
    }
}
