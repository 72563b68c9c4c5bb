package dev.culvert.tcp.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.Rfc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is in flight, against a model that remembers every byte for itself. */
class ScoreboardTest {
    private static final int MSS = 300;
    private static final int BYTES = 60_000;

    private enum Fate {
        FLYING,
        LOST,
        HELD,
        GONE
    }

    private final Fate[] model = new Fate[BYTES];
    private final boolean[] delivered = new boolean[BYTES];
    private final SentStore store = new SentStore();
    private final SentSegments sent = new SentSegments(store);
    private int base;
    private int una;
    private int nxt;
    private long nowNs;

    private int seq(final int at) {
        return base + at;
    }

    private void send(final int bytes) {
        sent.append(seq(nxt), seq(nxt + bytes), nowNs % 3 == 0, nowNs);
        Arrays.fill(model, nxt, nxt + bytes, Fate.FLYING);
        nxt += bytes;
    }

    /** An ACK with one block; checks what it is said to deliver. */
    private void ack(final int to, final int left, final int right) {
        int fresh = 0;
        for (int i = una; i < nxt; i++) {
            final boolean held = i < to || i >= left && i < right;
            if (held && !delivered[i]) {
                delivered[i] = true;
                fresh++;
            }
            if (held) {
                model[i] = i < to ? Fate.GONE : Fate.HELD;
            }
        }
        sent.beginAck(Long.MAX_VALUE, Long.MAX_VALUE);
        final int before = una;
        una = Math.max(una, to);
        assertEquals(una - before, sent.acknowledge(seq(una), nowNs));
        if (left < right) {
            sent.sack(seq(left), seq(right), false, MSS, nowNs);
        }
        assertEquals(fresh, sent.deliveredBytes(), "each byte once");
    }

    private void check() {
        assertEquals(nxt - una, sent.outstandingBytes());
        final int[] bytes = new int[Fate.values().length];
        for (int i = una; i < nxt; i++) {
            bytes[model[i].ordinal()]++;
        }
        assertEquals(bytes[Fate.HELD.ordinal()], sent.sackedBytes());
        assertEquals(bytes[Fate.LOST.ordinal()], sent.lostBytes());
        assertEquals(bytes[Fate.FLYING.ordinal()], sent.pipeBytes());
        int firstLost = una;
        while (firstLost < nxt && model[firstLost] != Fate.LOST) {
            firstLost++;
        }
        final int record = sent.firstLost();
        assertEquals(firstLost == nxt, record == SentSegments.NONE);
        if (record != SentSegments.NONE) {
            assertEquals(seq(firstLost), sent.start(record));
        }
        assertEquals(una < nxt && model[una] == Fate.HELD, sent.headSacked());
    }

    private void lose() {
        for (int record = sent.earliestSent(); record != SentSegments.NONE; record = sent.earliestSent()) {
            Arrays.fill(model, sent.start(record) - base, sent.end(record) - base, Fate.LOST);
            sent.markLost(record);
            if (nowNs % 5 != 0) {
                return;
            }
        }
    }

    private void resend() {
        final int record = sent.firstLost();
        if (record != SentSegments.NONE) {
            sent.splitAt(record, MSS);
            Arrays.fill(model, sent.start(record) - base, sent.end(record) - base, Fate.FLYING);
            sent.retransmitted(record, nowNs, nowNs);
        }
    }

    private void random(final Random random) {
        switch (random.nextInt(6)) {
            case 0, 1 -> send(Math.min(BYTES - nxt, 1 + random.nextInt(4 * MSS)));
            case 2 -> lose();
            case 3 -> resend();
            case 4 -> {
                final int left = una + 1 + random.nextInt(Math.max(1, nxt - una));
                ack(una, left, Math.min(nxt, left + random.nextInt(5 * MSS)));
            }
            default -> {
                int to = Math.min(nxt, una + random.nextInt(2 * MSS));
                while (to < nxt && model[to] == Fate.HELD) { // an honest peer's ACK goes on to the next hole
                    to++;
                }
                ack(to, 0, 0);
            }
        }
    }

    @Test
    @Rfc(number = 6675, id = "1", section = "4")
    void everyByteIsInFlightLostOrHeldAndDeliveredOnce() {
        for (int seed = 0; seed < 60; seed++) {
            final Random random = new Random(seed);
            base = random.nextInt();
            una = 0;
            nxt = 0;
            Arrays.fill(delivered, false);
            while (nxt < BYTES - 1) {
                nowNs++;
                try {
                    random(random);
                    check();
                } catch (final AssertionError e) {
                    throw new AssertionError("seed " + seed + ", step " + nowNs, e);
                }
            }
            sent.clear();
            assertEquals(0, store.live());
        }
    }

    @Test
    @Rfc(number = 2018, id = "4", section = "8")
    void whatThePeerTakesBackCountsAsLost() {
        base = 1;
        for (int i = 0; i < 5; i++) {
            send(MSS);
        }
        ack(0, MSS, 4 * MSS);
        assertEquals(3, sent.sackedSegments());
        ack(MSS, 0, 0);
        assertTrue(sent.headSacked());
        sent.forgetSacks();
        assertFalse(sent.headSacked());
        assertEquals(0, sent.sackedSegments());
        assertEquals(4 * MSS, sent.lostBytes());
        assertEquals(0, sent.pipeBytes());
    }

    @Test
    void whatCountedAsLostComesBackInTheOrderOfSending() {
        base = 1;
        for (int i = 0; i < 6; i++) {
            nowNs++;
            send(MSS);
        }
        sent.markAllLost();
        nowNs++;
        sent.retransmitted(sent.firstLost(), nowNs, nowNs);
        sent.forgetLosses();
        assertEquals(6 * MSS, sent.pipeBytes());
        int records = 0;
        long before = Long.MIN_VALUE;
        for (int record = sent.earliestSent(); record != SentSegments.NONE; record = sent.sentAfter(record)) {
            assertTrue(sent.sentNs(record) >= before);
            before = sent.sentNs(record);
            records++;
        }
        assertEquals(6, records);
        assertEquals(nowNs, before);
    }

    @Test
    void ofWhatWasSentAtOneInstantTheLowerSequenceNumberComesBackFirst() {
        base = 1;
        for (int i = 0; i < 6; i++) {
            send(MSS);
        }
        sent.markLost(sent.sentAfter(sent.earliestSent()));
        sent.markLost(sent.sentAfter(sent.sentAfter(sent.earliestSent())));
        assertEquals(4 * MSS, sent.pipeBytes());
        sent.forgetLosses();
        int at = 0;
        for (int record = sent.earliestSent(); record != SentSegments.NONE; record = sent.sentAfter(record)) {
            assertEquals(seq(at), sent.start(record));
            at += MSS;
        }
        assertEquals(6 * MSS, at);
    }

    @Test
    void aProbeThatThePeerHasHeldIsNoProbeAnyMore() { // RFC 4821 §7.7
        send(MSS);
        send(MSS);
        sent.markProbe();
        ack(0, MSS, 2 * MSS);
        sent.forgetSacks();
        assertEquals(2 * MSS, sent.congestionLossBytes());
        assertFalse(sent.takeLostProbe());
    }

    @Test
    void blocksOfSingleBytesDoNotMultiplyRecords() {
        base = 1;
        send(BYTES / 2);
        for (int at = 1; at < BYTES / 2; at += 2) {
            sent.sack(seq(at), seq(at + 1), true, MSS, nowNs);
        }
        final int segments = BYTES / 2 / MSS;
        assertTrue(store.live() <= 2 * segments + Scoreboard.SPARE_RECORDS, store.live() + " records");
        assertTrue(sent.sackedBytes() > 0);
        sent.sack(seq(MSS), seq(BYTES / 2), true, MSS, nowNs);
        sent.acknowledge(seq(BYTES / 2), nowNs);
        assertEquals(0, store.live());
    }

    /** Only what a block adds is looked up: SackBlocks. */
    @Test
    void aBlockThatGrowsStaysOneRecord() {
        base = 1;
        nowNs = 1;
        for (int i = 0; i < 20; i++) {
            send(MSS);
        }
        for (int i = 1; i < 19; i++) {
            sent.sack(seq(i * MSS), seq((i + 1) * MSS), true, MSS, nowNs);
        }
        assertEquals(3, store.live());
        assertEquals(18, sent.sackedSegments());
        sent.sack(seq(19 * MSS), seq(20 * MSS), true, MSS, nowNs);
        assertEquals(2, store.live());
    }

    @Test
    void aBlockIsFoundWhereverItLies() {
        final Random random = new Random(1);
        base = Integer.MAX_VALUE - 1_000_000; // wraps around
        nowNs = 1;
        final int segments = 40_000;
        final List<Integer> late = new ArrayList<>();
        int held = 0;
        for (int i = 0; i < segments; i++) {
            sent.append(base + i * MSS, base + (i + 1) * MSS, false, nowNs);
            late.add(i);
            if (i > 10_000) { // any of those that the peer does not have yet, but the first one
                final int which = late.remove(1 + random.nextInt(late.size() - 1));
                assertEquals(MSS, sent.sack(base + which * MSS, base + (which + 1) * MSS, true, MSS, nowNs));
                assertEquals(++held, sent.sackedSegments());
            }
        }
        for (final int which : late.subList(1, late.size())) {
            assertEquals(MSS, sent.sack(base + which * MSS, base + (which + 1) * MSS, true, MSS, nowNs));
        }
        assertEquals(2, sent.records(), "what the peer holds has become one record");
        sent.acknowledge(base + segments * MSS, nowNs);
        assertEquals(0, store.live());
    }

    /** RFC 6675 §3; a super-segment is longer than what one entry of the index stands for. */
    @Test
    void aBlockIsFoundInWhatIsLeftOfALongSegment() {
        final int length = 64_000;
        sent.append(0, length, false, nowNs);
        sent.append(length, 2 * length, false, nowNs);
        assertEquals(MSS, sent.sack(length, length + MSS, true, MSS, nowNs));
        sent.acknowledge(40_000, nowNs);
        final int found = assertTimeoutPreemptively(
                Duration.ofSeconds(60), () -> sent.sack(40_000 + MSS, 40_000 + 2 * MSS, true, MSS, nowNs), "no end");
        assertEquals(MSS, found);
    }

    @Test
    void ofBytesThatWereSentOneByOneNotAllArePassed() {
        nowNs = 3; // with PSH, so that no two records become one
        while (nxt < 3 * Scoreboard.MOST_STEPS) {
            send(1);
        }
        final int near = Scoreboard.MOST_STEPS - 1;
        final int far = 2 * Scoreboard.MOST_STEPS;
        assertEquals(1, sent.sack(near, near + 1, true, MSS, nowNs));
        assertEquals(0, sent.sack(far, far + 1, true, MSS, nowNs));
        assertEquals(1, sent.sackedBytes());
    }
}
