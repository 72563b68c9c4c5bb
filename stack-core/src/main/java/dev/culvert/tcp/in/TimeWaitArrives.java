package dev.culvert.tcp.in;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.FIN;
import static dev.culvert.wire.TcpFlyweight.RST;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.Listener;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.out.Replies;
import dev.culvert.tcp.timewait.TimeWaitTable;

/** RFC 9293 §3.10.7.4 for TIME-WAIT, on a row of {@link TimeWaitTable}. */
public final class TimeWaitArrives {
    private static final boolean HANDLED = true;
    private static final boolean GONE = false;
    private static final long MS = 1_000_000L;

    /** What Linux adds to the old SND.NXT for the next incarnation's ISS: more than any window of old. */
    private static final int ISS_STEP = 65_537;

    private final TcpContext context;
    private final Replies replies;
    private final ListenState listenState;

    /** Answers through these; a SYN that opens the connection anew goes to {@code listenState}. */
    public TimeWaitArrives(final TcpContext context, final Replies replies, final ListenState listenState) {
        this.context = context;
        this.replies = replies;
        this.listenState = listenState;
    }

    /** Handles a segment for this row; false when the row's time is over and it is as if there were none. */
    boolean arrive(final int row, final int hash, final Segment seg, final long nowNs) {
        if (context.timeWait.rows.deadlineNs(row) <= nowNs) {
            context.count(StackCounter.TcpExtTW);
            end(row, seg, nowNs);
            return GONE;
        }
        if (seg.has(RST)) {
            rst(row, seg, nowNs);
        } else if (seg.has(SYN) && !seg.has(ACK | FIN) && reopens(row, seg)) {
            reopen(row, hash, seg, nowNs);
        } else if (seg.has(FIN) && seg.seq + seg.len() == context.timeWait.rcvNxt(row)) {
            context.timeWait.restart(row, nowNs); // "eighth, check the FIN bit": the peer did not get our last ACK
            replies.timeWaitAck(row, seg, nowNs);
        } else {
            acknowledge(row, seg, nowNs);
        }
        return HANDLED;
    }

    /** RFC 1337: a RST must not assassinate TIME-WAIT; without that protection an acceptable one does. */
    private void rst(final int row, final Segment seg, final long nowNs) {
        context.drop(DropReason.TCP_TIMEWAIT_RST);
        if (!context.config.rfc1337() && seg.seq == context.timeWait.rcvNxt(row)) {
            end(row, seg, nowNs);
        }
    }

    private void end(final int row, final Segment seg, final long nowNs) {
        context.timeWait.rows.remove(row);
        context.moved(seg, TcpState.TIME_WAIT, TcpState.CLOSED, nowNs);
    }

    /** Whether a SYN proves to be newer than the old connection (RFC 6191 §2, RFC 1122 §4.2.2.13). */
    private boolean reopens(final int row, final Segment seg) {
        final TimeWaitTable table = context.timeWait;
        final boolean newerSeq = Seq.gt(seg.seq, table.rcvNxt(row));
        if (!table.hasTimestamps(row)) {
            return newerSeq || seg.options.hasTimestamps;
        }
        if (!seg.options.hasTimestamps) {
            return newerSeq;
        }
        final int age = seg.options.tsVal - table.tsRecent(row);
        return age > 0 || age == 0 && newerSeq;
    }

    private void reopen(final int row, final int hash, final Segment seg, final long nowNs) {
        final Listener listener = context.listeners.find(seg.localHi(), seg.localLo(), seg.localPort(), hash);
        if (listener == null) { // nobody to open it for: TIME-WAIT is a synchronized state (RFC 5961 §4.2)
            acknowledge(row, seg, nowNs);
            return;
        }
        if (listener.isFull() || context.halfOpen.isFull()) { // the peer tries again; until then the state is kept
            context.listenOverflow();
            return;
        }
        final long secret = context.isn.hash(seg);
        final int iss = Seq.max(context.isn.isn(secret, nowNs), context.timeWait.sndNxt(row) + ISS_STEP);
        end(row, seg, nowNs);
        context.count(StackCounter.TcpExtTWRecycled);
        listenState.open(listener, hash, seg, iss, context.isn.tsOffset(secret), nowNs);
    }

    /** Everything else only earns an ACK, a limited number of them. */
    private void acknowledge(final int row, final Segment seg, final long nowNs) {
        context.drop(DropReason.TCP_TIMEWAIT);
        final boolean bareAck = seg.len() == 0 && seg.seq == context.timeWait.rcvNxt(row);
        if (bareAck || nowNs - context.timeWait.lastAnswerNs(row) < context.config.invalidRateLimitMs() * MS) {
            return;
        }
        context.timeWait.answered(row, nowNs);
        replies.timeWaitAck(row, seg, nowNs);
    }
}
