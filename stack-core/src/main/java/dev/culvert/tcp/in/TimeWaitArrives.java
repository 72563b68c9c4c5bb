package dev.culvert.tcp.in;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.FIN;
import static dev.culvert.wire.TcpFlyweight.RST;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.Listener;
import dev.culvert.tcp.Reopening;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.Timestamps;
import dev.culvert.tcp.halfopen.HalfOpenRow;
import dev.culvert.tcp.out.Replies;
import dev.culvert.tcp.syncookie.CookieTimestamp;
import dev.culvert.tcp.timewait.TimeWaitTable;

/** RFC 9293 §3.10.7.4 for TIME-WAIT, on a row of {@link TimeWaitTable}. */
public final class TimeWaitArrives {
    private static final boolean HANDLED = true;
    private static final boolean CONTINUE = false;

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
        if (context.timeWait.isOver(row, nowNs)) {
            context.count(StackCounter.TcpExtTW);
            end(row, seg, nowNs);
            return CONTINUE;
        }
        if (step2CheckRst(row, seg, nowNs) == CONTINUE
                && step4CheckSyn(row, hash, seg, nowNs) == CONTINUE
                && cookieComesBack(row, hash, seg, nowNs) == CONTINUE
                && step8CheckFin(row, seg, nowNs) == CONTINUE) {
            acknowledge(row, seg, nowNs);
        }
        return HANDLED;
    }

    /** "Second, check the RST bit": it must not assassinate TIME-WAIT (RFC 1337); without that protection an exact one does. */
    private boolean step2CheckRst(final int row, final Segment seg, final long nowNs) {
        if (!seg.has(RST)) {
            return CONTINUE;
        }
        context.drop(DropReason.TCP_TIMEWAIT_RST);
        if (!context.config.rfc1337() && seg.seq == context.timeWait.rcvNxt(row)) {
            end(row, seg, nowNs);
        }
        return HANDLED;
    }

    private void end(final int row, final Segment seg, final long nowNs) {
        context.timeWait.remove(row);
        context.moved(seg, TcpState.TIME_WAIT, TcpState.CLOSED, nowNs);
    }

    /** "Fourth, check the SYN bit": one that is newer than the old connection opens it anew; until then the row is a shadow. */
    private boolean step4CheckSyn(final int row, final int hash, final Segment seg, final long nowNs) {
        if (!seg.has(SYN) || seg.has(ACK | FIN)) {
            return CONTINUE;
        }
        final Listener listener = context.listeners.find(seg.localHi(), seg.localLo(), seg.localPort(), hash);
        final long secret = context.isn.hash(seg);
        final int isn = context.isn.isn(secret, nowNs);
        if (listener == null // nobody to open it for (RFC 5961 §4.2)
                || !isNewer(row, seg, context.configOf(listener).reopening())
                || !context.shadows.hasIss(row, isn)) {
            return CONTINUE;
        }
        final int iss = context.shadows.iss(row, isn);
        final int quietMs = Timestamps.value(nowNs, 0) - context.timeWait.lastSentMs(row);
        context.shadows.begin(row, nowNs);
        final boolean opens = listenState.step3CheckSyn(
                listener, hash, seg, iss, context.isn.tsOffset(secret), quietMs >= CookieTimestamp.STEP_MS, nowNs);
        if (opens) {
            context.count(StackCounter.TcpExtTWRecycled);
            requireTimestamps(row, hash, seg);
        } else {
            context.shadows.cancel(row, nowNs);
        }
        return HANDLED;
    }

    /** The old connection had no timestamps and the new one has: what comes without them may be old. */
    private void requireTimestamps(final int row, final int hash, final Segment seg) {
        final int half = context.halfOpen.rows.find(hash, seg);
        if (half >= 0 && seg.options.hasTimestamps && !context.timeWait.has(row, TimeWaitTable.TIMESTAMPS)) {
            context.halfOpen.at(half).note(HalfOpenRow.TIMESTAMPS_REQUIRED);
        }
    }

    /** Whether a SYN proves to be newer than the old connection, by the rule that is set. */
    private boolean isNewer(final int row, final Segment seg, final Reopening rule) {
        final boolean hadTimestamps = context.timeWait.has(row, TimeWaitTable.TS_RECENT_VALID);
        return switch (rule) {
            case OFF -> false;
            case SEQUENCE -> hasNewerSequence(row, seg);
            case TIMESTAMP -> seg.options.hasTimestamps && (!hadTimestamps || hasNewerTimestamp(row, seg));
            case BOTH -> {
                if (hadTimestamps && seg.options.hasTimestamps) {
                    yield hasNewerTimestamp(row, seg);
                }
                yield seg.options.hasTimestamps || hasNewerSequence(row, seg);
            }
        };
    }

    /** RFC 1122 §4.2.2.13: "larger than the largest sequence number it used on the previous connection incarnation". */
    private boolean hasNewerSequence(final int row, final Segment seg) {
        return Seq.gt(seg.seq, context.timeWait.rcvNxt(row));
    }

    /** RFC 6191 §2: a greater timestamp, or the same one and a greater sequence number. */
    private boolean hasNewerTimestamp(final int row, final Segment seg) {
        final int newer = seg.options.tsVal - context.timeWait.tsRecent(row);
        return newer > 0 || newer == 0 && hasNewerSequence(row, seg);
    }

    /** A SYN cookie left the row untouched; the ACK that brings it back ends it. */
    private boolean cookieComesBack(final int row, final int hash, final Segment seg, final long nowNs) {
        if (!seg.has(ACK) || seg.has(SYN)) {
            return CONTINUE;
        }
        final Listener listener = context.listeners.find(seg.localHi(), seg.localLo(), seg.localPort(), hash);
        if (listener == null || !listenState.cookieComesBack(listener, hash, seg, nowNs)) {
            return CONTINUE;
        }
        if (context.connections.find(hash, seg) != null) {
            context.timeWait.remove(row); // without a word: the 4-tuple is in ESTABLISHED by now
        } else if (context.halfOpen.rows.find(hash, seg) >= 0) { // its first text is waited for
            context.timeWait.hide(row);
        }
        return HANDLED;
    }

    /**
     * A segment for an opening whose 4-tuple has a shadow: does it belong to the old connection? Then that answers, since a RST
     * for the new one would spoil the peer's clean end. The opening goes on: the segment may be an old copy. If the SYN was one,
     * the peer's RST for our SYN-ACK, or silence, will end it.
     */
    boolean answersFor(final Segment seg, final long nowNs) {
        final int row = context.shadows.of(seg, nowNs);
        if (row < 0 || !context.shadows.fits(row, seg)) {
            return CONTINUE;
        }
        context.drop(DropReason.TCP_TIMEWAIT);
        replies.timeWaitAck(row, seg, nowNs);
        return HANDLED;
    }

    /** "Eighth, check the FIN bit": the peer did not get our last ACK; 2 MSL begin anew. */
    private boolean step8CheckFin(final int row, final Segment seg, final long nowNs) {
        if (!seg.has(FIN) || seg.has(SYN) || seg.seq + seg.len() != context.timeWait.rcvNxt(row)) {
            return CONTINUE;
        }
        context.timeWait.restart(row, nowNs);
        replies.timeWaitAck(row, seg, nowNs);
        return HANDLED;
    }

    /** Everything else only earns an ACK, a limited number of them. */
    private void acknowledge(final int row, final Segment seg, final long nowNs) {
        context.drop(DropReason.TCP_TIMEWAIT);
        final boolean bareAck = seg.len() == 0 && seg.seq == context.timeWait.rcvNxt(row);
        if (!bareAck) {
            replies.timeWaitAckUnacceptable(row, seg, nowNs);
        }
    }
}
