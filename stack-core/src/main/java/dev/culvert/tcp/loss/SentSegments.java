package dev.culvert.tcp.loss;

import static dev.culvert.tcp.loss.SentStore.EXCUSED;
import static dev.culvert.tcp.loss.SentStore.LOST;
import static dev.culvert.tcp.loss.SentStore.PROBE;
import static dev.culvert.tcp.loss.SentStore.PUSHED;
import static dev.culvert.tcp.loss.SentStore.RETRANSMITTED;
import static dev.culvert.tcp.loss.SentStore.RETRANSMITTED_TWICE;
import static dev.culvert.tcp.loss.SentStore.SACKED;

import dev.culvert.seq.Seq;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.tcp.congestion.DeliveryRate;
import dev.culvert.timer.TimerNode;

/**
 * What one connection has in flight, in the order of sequence numbers: a record per transmitted segment with the time it was
 * sent. {@link Scoreboard} says which of them the peer holds, {@link Losses} which count as lost. Bytes are bytes of sequence
 * space, SYN and FIN included. Shard's thread only.
 */
public final class SentSegments {
    /** No record. */
    public static final int NONE = SentStore.NONE;

    /** How fast the path delivers what is in here. */
    public final DeliveryRate rate = new DeliveryRate();

    private final SentStore store;
    /** Null while nothing is in flight. */
    private SendOrder order;

    private final Rack rack;
    /** Null while the peer reports no hole. */
    private SackBlocks blocks;

    private int head = NONE;
    private int outstanding;
    private boolean probeLost;

    /** Nothing in flight. */
    public SentSegments(final SentStore store) {
        this.store = store;
        rack = new Rack(store.parts);
    }

    /** A segment was sent for the first time, with or without PSH; it follows what was sent before. */
    public void append(final int from, final int to, final boolean pushed, final long nowNs) {
        final int record = store.create(from, to, nowNs);
        store.flags[record] = pushed ? PUSHED : 0;
        if (head == NONE) {
            head = record;
            order = store.lendOrder();
            rate.onFirstInFlight(nowNs);
        } else {
            store.next[order.tail] = record;
        }
        order.tail = record;
        order.records++;
        order.append(record);
        order.answering = false;
        outstanding += to - from;
        order.board.onAppended(record, head, outstanding);
        stamp(record);
    }

    /** A record remembers what is delivered at the time it is sent. */
    private void stamp(final int record) {
        store.delivered[record] = rate.deliveredBytes();
        store.deliveredNs[record] = rate.deliveredNs();
        store.firstSentNs[record] = rate.firstSentNs();
        store.appLimited[record] = rate.isAppLimited();
    }

    /** Whether nothing is in flight. */
    public boolean isEmpty() {
        return head == NONE;
    }

    /** Bytes sent and not acknowledged. */
    public int outstandingBytes() {
        return outstanding;
    }

    /** Bytes that count as lost and were not sent again. */
    public int lostBytes() {
        return order == null ? 0 : order.losses.bytes();
    }

    /** Bytes that the peer says it holds beyond the cumulative acknowledgement. */
    public int sackedBytes() {
        return order == null ? 0 : order.board.bytes();
    }

    /** What the path is thought to hold: outstanding, neither with the peer nor lost (RFC 6675 §4, SetPipe). */
    public int pipeBytes() {
        return order == null ? 0 : outstanding - order.board.bytes() - order.losses.bytes();
    }

    /** What connections share and lend each other. */
    LossParts parts() {
        return store.parts;
    }

    /** What deliveries tell of the order of sending. */
    Rack rack() {
        return rack;
    }

    /** The SACK blocks that the peer has sent last. */
    public SackBlocks blocks() {
        if (blocks == null) {
            blocks = store.parts.lendBlocks();
        }
        return blocks;
    }

    private void forgetBlocks() {
        if (blocks != null) {
            store.parts.takeBack(blocks);
            blocks = null;
        }
    }

    /** Segments in flight when each holds at most so many bytes. For questions, not for the data path. */
    public int segments(final int mssBytes) {
        return store.count(head, mssBytes, 0, 0);
    }

    /** Those of them that the peer says it holds. */
    public int sackedSegments() {
        return order == null ? 0 : order.board.segments();
    }

    /** Those of them that count as lost, sent again or not. */
    public int lostSegments(final int mssBytes) {
        return store.count(head, mssBytes, LOST | SACKED, LOST) + retransmittedSegments(mssBytes);
    }

    /** Those of them that were sent again and are in flight once more. */
    public int retransmittedSegments(final int mssBytes) {
        return store.count(head, mssBytes, LOST | RETRANSMITTED | SACKED, RETRANSMITTED);
    }

    private int length(final int record) {
        return store.length(record);
    }

    private boolean is(final int record, final byte flag) {
        return store.is(record, flag);
    }

    /** The oldest record, or {@link #NONE}. */
    int head() {
        return head;
    }

    /** How many records there are. */
    int records() {
        return order == null ? 0 : order.records;
    }

    /**
     * An ACK has come: puts what was in flight before it, and before those that came with it, into its facts.
     *
     * @param facts with the time and the bytes in flight by loss recovery's count as they are now
     * @param windowBytes the congestion window as it is now
     */
    public void recallFlight(final AckFacts facts, final int windowBytes) {
        if (order == null) {
            facts.flightBytes = 0;
            facts.undeliveredBytes = 0;
        } else {
            order.recallFlight(facts, outstanding, windowBytes);
        }
    }

    /**
     * An ACK is looked at: what it delivers is counted from here until {@link #endAck}, and meanwhile no other connection's.
     *
     * @param echoedNs until when the segment can have been sent that its timestamp echoes; {@code Long.MAX_VALUE}: no timestamp
     * @param minRttNs RACK.min_RTT; {@code Long.MAX_VALUE}: none yet
     */
    public void beginAck(final long echoedNs, final long minRttNs) {
        delivery().begin(echoedNs, minRttNs);
        rack.beginAck(order);
        store.parts.sample.begin();
    }

    /** The ACK has been processed: puts what it tells of the path's rate into its facts. */
    public void endAck(final AckFacts facts, final long minRttNs) {
        rate.endAck(store.parts.sample, facts, minRttNs);
        if (isEmpty()) {
            forgetBlocks();
        }
    }

    /** Bytes that the ACK of the moment has delivered, each counted once: when it is first acknowledged, in whichever way. */
    public int deliveredBytes() {
        return delivery().bytes;
    }

    /** Records that it has delivered. */
    public int deliveredRecords() {
        return delivery().records;
    }

    /** Round trip that it has measured, in ns; −1: none (Karn's rule). */
    public long rttNs() {
        return delivery().rttNs();
    }

    Delivery delivery() {
        return store.parts.delivery;
    }

    /**
     * Everything below {@code una} is acknowledged.
     *
     * @return bytes newly acknowledged
     */
    public int acknowledge(final int una, final long nowNs) {
        final int before = outstanding;
        if (head != NONE && Seq.lt(store.start[head], una) && !is(head, SACKED)) {
            headArrived(nowNs);
        }
        while (head != NONE && Seq.lt(store.start[head], una)) {
            splitAt(head, una - store.start[head]); // a part of a segment may be acknowledged
            if (!is(head, SACKED)) {
                delivered(head, false, nowNs);
            }
            removeHead();
        }
        return before - outstanding;
    }

    /** What SND.UNA has waited for has arrived: when that was sent is known unless it was sent again more than once. */
    private void headArrived(final long nowNs) {
        if (is(head, RETRANSMITTED)) {
            delivery().headStampNs = stampNs(head);
        }
        if (!is(head, RETRANSMITTED_TWICE)) {
            rack.onHeadArrived(store.sentNs[head], stampNs(head), is(head, RETRANSMITTED), nowNs);
        }
        rack.onAdvance();
    }

    /** The first acknowledgement of a record, cumulative or selective. */
    private void delivered(final int record, final boolean selectively, final long nowNs) {
        final boolean again = is(record, RETRANSMITTED);
        final boolean wasLost = is(record, LOST);
        final long sentNs = store.sentNs[record];
        delivery().add(length(record), store.end[record], nowNs - sentNs, again, wasLost, selectively);
        rack.onDelivered(order, sentNs, stampNs(record), store.end[record], again, nowNs);
        rate.onDelivered(
                store.parts.sample,
                length(record),
                sentNs,
                store.delivered[record],
                store.deliveredNs[record],
                store.firstSentNs[record],
                store.appLimited[record],
                nowNs);
        if (wasLost) {
            order.losses.unmark(record);
        } else {
            order.remove(record);
        }
    }

    private void removeHead() {
        final int record = head;
        outstanding -= length(record);
        if (is(record, LOST)) {
            order.losses.unmark(record);
        }
        head = store.next[record];
        order.records--;
        order.losses.onGone(record, NONE);
        order.board.onAcknowledged(record);
        if (head == NONE) {
            store.takeBack(order);
            order = null;
            rack.onNothingInFlight();
        }
        store.free(record);
    }

    /**
     * The peer holds what lies from {@code left} up to {@code right}, both between SND.UNA and SND.NXT (RFC 2018 §3).
     *
     * @param newest whether the ACK was caused by a part of it: the first block, RFC 2018 §4
     * @return bytes newly held
     */
    public int sack(final int left, final int right, final boolean newest, final int mssBytes, final long nowNs) {
        if (isEmpty()) {
            return 0;
        }
        delivery().newestBlock = newest;
        return order.board.sack(this, left, right, mssBytes, nowNs);
    }

    /** The peer says that it holds a record, which it has not said before. */
    void held(final int record, final long nowNs) {
        final boolean awaited = !is(record, LOST); // what the peer has reneged on is not: it may have come long ago
        delivered(record, true, nowNs);
        rack.onHeld(
                order,
                store.sentNs[record],
                stampNs(record),
                store.end[record],
                is(record, RETRANSMITTED),
                awaited,
                nowNs);
    }

    /** A record has become a part of the one before it. */
    void joined(final int first, final int second) {
        if (order.tail == second) {
            order.tail = first;
        }
        order.records--;
        order.losses.onGone(second, first);
        store.free(second);
    }

    /** Whether the peer once said that it holds what its cumulative acknowledgement asks for: it has reneged (RFC 2018 §8). */
    public boolean headSacked() {
        return head != NONE && is(head, SACKED);
    }

    /** What the peer says it holds is not believed any more (RFC 2018 §8): all that is outstanding counts as lost. */
    void forgetSacks() {
        for (int record = head; record != NONE; record = store.next[record]) {
            if (is(record, SACKED)) {
                order.board.forget(record);
                mark(record);
            } else if (!is(record, LOST)) {
                markLost(record);
            }
        }
        forgetBlocks();
    }

    /** The oldest outstanding segment counts as lost: at most {@code bytes} of it. */
    public void markHeadLost(final int bytes) {
        if (head != NONE && !is(head, LOST)) {
            splitAt(head, bytes);
            markLost(head);
        }
    }

    /** Everything outstanding that the peer does not hold counts as lost. */
    public void markAllLost() {
        for (int record = earliestSent(); record != NONE; record = earliestSent()) {
            markLost(record);
        }
    }

    /** A record that is in flight counts as lost. */
    void markLost(final int record) {
        order.remove(record);
        mark(record);
    }

    private void mark(final int record) {
        if (is(record, PROBE)) {
            store.flags[record] = (byte) (store.flags[record] & ~PROBE | EXCUSED);
            probeLost = true;
        }
        order.losses.mark(record);
    }

    /** A record is about to be marked as lost, for a reason that is not congestion. */
    void excuse(final int record) {
        store.flags[record] |= EXCUSED;
    }

    /** Nothing counts as lost any more: what did was only late. */
    void forgetLosses() {
        int near = NONE;
        for (int record = head; record != NONE && lostBytes() > 0; record = store.next[record]) {
            if (is(record, LOST)) {
                order.losses.unmark(record);
                order.insertByTime(near, record);
                near = record;
            }
        }
    }

    /** The oldest segment that counts as lost and was not sent again, or {@link #NONE}. */
    public int firstLost() {
        return order == null ? NONE : order.losses.first(head);
    }

    /** The last segment in flight, cut off so that it is one of at most {@code mssBytes} (RFC 8985 §7.3). */
    public int lastSegment(final int mssBytes) {
        final int more = (length(order.tail) - 1) / mssBytes * mssBytes;
        if (more > 0) {
            splitAt(order.tail, more);
        }
        return order.tail;
    }

    /** What is known only while something is in flight; null: nothing is. */
    SendOrder flight() {
        return order;
    }

    /** The record that has been in flight longest since it was last sent, or {@link #NONE}. */
    int earliestSent() {
        return order == null ? NONE : order.first();
    }

    /** The one that was sent after it. */
    int sentAfter(final int record) {
        return order.later(record);
    }

    /** The segment sent last is larger than the others, to find out whether the path carries it (RFC 4821 §7.3). */
    public void markProbe() {
        store.flags[order.tail] |= PROBE;
        probeLost = false;
    }

    /** Whether a probe has been found lost since this was last asked. */
    public boolean takeLostProbe() {
        final boolean was = probeLost;
        probeLost = false;
        return was;
    }

    /** A measure that grows by what is found lost, unless that is excused. */
    int congestionLossBytes() {
        return order == null ? 0 : order.losses.congestionBytes();
    }

    /** Whether something counts as lost that is not excused. */
    boolean hasCongestionLoss() {
        return order != null && order.losses.hasCongestion();
    }

    /** Whether the oldest segment is a probe, which then counts as lost. */
    boolean loseHeadProbe() {
        if (head == NONE || !is(head, PROBE)) {
            return false;
        }
        markLost(head);
        return true;
    }

    /** Bytes of the oldest outstanding record; 0: nothing is outstanding. */
    public int headBytes() {
        return head == NONE ? 0 : length(head);
    }

    /** When a record was last sent, in ns. */
    long sentNs(final int record) {
        return store.sentNs[record];
    }

    /** When a record was sent, in ns; {@link TimerNode#NEVER}: more than once. */
    public long sentOnceNs(final int record) {
        return is(record, RETRANSMITTED) ? TimerNode.NEVER : store.sentNs[record];
    }

    /** When a record's timestamp says that it was last sent, in ns. */
    public long stampNs(final int record) {
        return store.sentNs[record] - store.backdatedUs[record] * 1_000L;
    }

    /** The same for a record that is about to be sent again. */
    public long nextStampNs(final int record, final long nowNs) {
        return rack.stampNs(store.sentNs[record], nowNs);
    }

    /** How much later than segments sent after them others come lately, in ns; 0: all come in order, or it is not known. */
    public long latenessNs() {
        return rack.latenessNs();
    }

    /** Sequence number of a record's first byte. */
    public int start(final int record) {
        return store.start[record];
    }

    /** Sequence number behind a record's last byte. */
    public int end(final int record) {
        return store.end[record];
    }

    /** Whether a record went out with PSH. */
    public boolean pushed(final int record) {
        return is(record, PUSHED);
    }

    /** Whether a record was sent more than once. */
    boolean retransmitted(final int record) {
        return is(record, RETRANSMITTED);
    }

    /** Makes a record end after so many bytes; the rest becomes a record of its own with the same history. */
    public void splitAt(final int record, final int bytes) {
        final int middle = store.start[record] + bytes;
        if (Seq.ge(middle, store.end[record])) {
            return;
        }
        final int rest = store.split(record, middle);
        order.records++;
        if (order.tail == record) {
            order.tail = rest;
        }
        order.board.onSplit(rest);
        if ((store.flags[record] & (LOST | SACKED)) == 0) {
            order.insertAfter(record, rest);
        }
    }

    /** A record was sent again, with this timestamp: it is in flight once more, and gives no round-trip sample. */
    public void retransmitted(final int record, final long stampNs, final long nowNs) {
        if (is(record, LOST)) {
            order.losses.unmark(record);
        } else {
            order.remove(record);
        }
        final int again = is(record, RETRANSMITTED) ? RETRANSMITTED | RETRANSMITTED_TWICE : RETRANSMITTED;
        store.flags[record] = (byte) (store.flags[record] & PUSHED | again);
        store.sentNs[record] = nowNs;
        store.backdatedUs[record] = (int) ((nowNs - stampNs) / 1_000);
        stamp(record);
        order.append(record);
        order.answering = false;
    }

    /** A connection begins or ends: forgets everything. */
    public void clear() {
        while (head != NONE) {
            if ((store.flags[head] & (LOST | SACKED)) == 0) {
                order.remove(head);
            }
            removeHead();
        }
        outstanding = 0;
        forgetBlocks();
        rack.reset();
    }
}
