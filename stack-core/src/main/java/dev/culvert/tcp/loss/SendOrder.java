package dev.culvert.tcp.loss;

import dev.culvert.seq.Seq;
import dev.culvert.tcp.congestion.AckFacts;

/**
 * The records that are in flight, in the order in which they were last sent, those of one instant by sequence number: RFC 8985
 * §6.2 step 5 asks for it, so that the look for losses ends at the first record that was sent too late to be one. What is lost
 * or delivered is not in it. Beside that what has a meaning only while something is in flight; lent by {@link SentStore} for so
 * long.
 */
final class SendOrder {
    private final SentStore store;
    private int first = SentStore.NONE;
    private int last = SentStore.NONE;

    /** The record with the highest sequence numbers. */
    int tail = SentStore.NONE;
    /** Records from the head to the tail, those included that are lost or delivered. */
    int records;
    /** What counts as lost. */
    final Losses losses;
    /** What the peer holds. */
    final Scoreboard board;
    /** RACK.xmit_ts and RACK.end_seq: the segment that was sent last of all that were delivered, if any was. */
    long xmitNs;

    int endSeq;
    /** RACK.fack: the highest sequence number delivered. */
    int fack;
    /** RACK.dsack_round: SND.NXT when a D-SACK came, which counts once per round trip; it is over when nothing is in flight. */
    private int dsackRound;

    private boolean inDsackRound;
    /** A batch of ACKs is being looked at, and nothing was sent since it began. */
    boolean answering;
    /** When it came. */
    private long batchNs;

    private int inFlightBefore;
    private int flightBefore;
    private int undeliveredBefore;
    private int windowBefore;
    /** Something was delivered since something is in flight. */
    boolean started;
    /** When what the newest timestamp stands for that the peer has echoed, its TS.Recent, was sent at the latest. */
    long echoNs;
    /** It has echoed one since something is in flight. */
    boolean echoed;

    SendOrder(final SentStore store) {
        this.store = store;
        losses = new Losses(store);
        board = new Scoreboard(store);
    }

    /** Something is in flight again. */
    void reset() {
        tail = SentStore.NONE;
        records = 0;
        answering = false;
        started = false;
        echoed = false;
        inDsackRound = false;
        dsackRound = 0;
        losses.reset();
        board.reset();
    }

    /** Puts into the facts of an ACK what was in flight before the batch in which it came; they have what is in flight now. */
    void recallFlight(final AckFacts facts, final int outstanding, final int windowBytes) {
        if (!answering || batchNs != facts.nowNs) {
            answering = true;
            batchNs = facts.nowNs;
            inFlightBefore = facts.inFlightBytes;
            flightBefore = outstanding;
            undeliveredBefore = outstanding - board.bytes();
            windowBefore = windowBytes;
        }
        facts.inFlightBytes = inFlightBefore;
        facts.flightBytes = flightBefore + Math.max(0, windowBytes - windowBefore);
        facts.undeliveredBytes = undeliveredBefore;
    }

    /**
     * A D-SACK has come.
     *
     * @return whether it is the first one in a round trip
     */
    boolean beginsDsackRound(final int una, final int nxt) {
        if (inDsackRound && Seq.lt(una, dsackRound)) {
            return false;
        }
        inDsackRound = true;
        dsackRound = nxt;
        return true;
    }

    int first() {
        return first;
    }

    int later(final int record) {
        return store.later[record];
    }

    /** The record was sent just now; only repairs that follow new text at the same instant are not the last. */
    void append(final int record) {
        int before = last;
        while (before != SentStore.NONE && isSentAfter(before, record)) {
            before = store.earlier[before];
        }
        insertAfter(before, record);
    }

    private boolean isSentAfter(final int one, final int other) {
        return Rack.isSentAfter(store.sentNs[one], store.end[one], store.sentNs[other], store.end[other]);
    }

    /** Behind {@code before}; {@link SentStore#NONE}: in front of all. */
    void insertAfter(final int before, final int record) {
        final int after = before == SentStore.NONE ? first : store.later[before];
        store.earlier[record] = before;
        store.later[record] = after;
        if (before == SentStore.NONE) {
            first = record;
        } else {
            store.later[before] = record;
        }
        if (after == SentStore.NONE) {
            last = record;
        } else {
            store.earlier[after] = record;
        }
    }

    /** Puts a record back where its time of sending belongs. Such records come in a row, so the search starts at {@code near}. */
    void insertByTime(final int near, final int record) {
        int before = near;
        while (before != SentStore.NONE && isSentAfter(before, record)) {
            before = store.earlier[before];
        }
        int after = before == SentStore.NONE ? first : store.later[before];
        while (after != SentStore.NONE && !isSentAfter(after, record)) {
            before = after;
            after = store.later[after];
        }
        insertAfter(before, record);
    }

    void remove(final int record) {
        final int before = store.earlier[record];
        final int after = store.later[record];
        if (before == SentStore.NONE) {
            first = after;
        } else {
            store.later[before] = after;
        }
        if (after == SentStore.NONE) {
            last = before;
        } else {
            store.earlier[after] = before;
        }
        store.earlier[record] = SentStore.NONE;
        store.later[record] = SentStore.NONE;
    }
}
