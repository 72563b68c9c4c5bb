package dev.culvert.tcp.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.Rfc;
import dev.culvert.timer.TimerNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which segments are lost and when, against RFC 8985 §6.2 written down once more: a list of segments, looked through each time. */
class RackTest {
    private static final int MSS = 1_000;
    private static final long MIN_RTT = 40_000;
    private static final long SRTT = 50_000;

    private static final class Sent {
        private final int seq;
        private long xmitNs;
        private boolean retransmitted;
        private boolean delivered;
        private boolean lost;

        Sent(final int seq, final long xmitNs) {
            this.seq = seq;
            this.xmitNs = xmitNs;
        }

        int end() {
            return seq + MSS;
        }
    }

    /** The state variables of RFC 8985 §5.2 and the steps of §6.2; nothing wraps here. */
    private static final class Model {
        private final List<Sent> segments = new ArrayList<>();
        private long xmitNs = -1;
        private long endSeq = -1;
        private long rttNs;
        private long fack = -1;
        private boolean reorderingSeen;
        private long dsackRound = -1;
        private int reoWndMult = 1;
        private int reoWndPersist;

        boolean isSentAfter(final long t1, final long seq1, final long t2, final long seq2) {
            return t1 > t2 || t1 == t2 && seq1 > seq2;
        }

        void deliver(final Sent segment, final long nowNs, final long echoedNs) {
            segment.delivered = true;
            final long rtt = nowNs - segment.xmitNs;
            if (!segment.retransmitted || echoedNs >= segment.xmitNs && rtt >= MIN_RTT) {
                rttNs = rtt;
                if (isSentAfter(segment.xmitNs, segment.end(), xmitNs, endSeq)) {
                    xmitNs = segment.xmitNs;
                    endSeq = segment.end();
                }
            }
            if (segment.end() > fack) {
                fack = segment.end();
            } else if (segment.end() < fack && !segment.retransmitted) {
                reorderingSeen = true;
            }
        }

        void dsack(final long una, final long nxt) {
            if (dsackRound >= 0 && una >= dsackRound) {
                dsackRound = -1;
            }
            if (dsackRound < 0) {
                dsackRound = nxt;
                reoWndMult++;
                reoWndPersist = 16;
            }
        }

        void recovered() {
            reoWndPersist--;
            if (reoWndPersist <= 0) {
                reoWndMult = 1;
            }
        }

        long reoWnd(final boolean recovering, final int sacked) {
            if (!reorderingSeen && (recovering || sacked >= 3)) {
                return 0;
            }
            return Math.min(reoWndMult * (MIN_RTT / 4), SRTT);
        }

        long detect(final long reoWnd, final long nowNs) {
            long timeout = 0;
            for (final Sent segment : segments) {
                if (!segment.delivered && !segment.lost && isSentAfter(xmitNs, endSeq, segment.xmitNs, segment.end())) {
                    final long remaining = segment.xmitNs + rttNs + reoWnd - nowNs;
                    segment.lost |= remaining <= 0;
                    timeout = Math.max(timeout, remaining);
                }
            }
            return timeout <= 0 ? TimerNode.NEVER : nowNs + timeout;
        }

        int lostBytes() {
            return MSS
                    * (int) segments.stream()
                            .filter(s -> s.lost && !s.delivered)
                            .count();
        }
    }

    private final SentStore store = new SentStore();
    private final SentSegments sent = new SentSegments(store);
    private final Model model = new Model();
    private long nowNs = 1;

    private void send() {
        final int seq = model.segments.size() * MSS;
        sent.append(seq, seq + MSS, false, nowNs);
        model.segments.add(new Sent(seq, nowNs));
    }

    private void resend() {
        final int record = sent.firstLost();
        if (record != SentSegments.NONE) {
            final Sent again = model.segments.get(sent.start(record) / MSS);
            sent.retransmitted(record, nowNs, nowNs);
            again.lost = false;
            again.retransmitted = true;
            again.xmitNs = nowNs;
        }
    }

    private void deliver(final int index, final long echoedNs) {
        final Sent segment = model.segments.get(index);
        sent.beginAck(echoedNs, MIN_RTT);
        sent.sack(segment.seq, segment.end(), false, MSS, nowNs);
        if (!segment.delivered) {
            model.deliver(segment, nowNs, echoedNs);
        }
    }

    private void play(final Random random) {
        switch (random.nextInt(7)) {
            case 0, 1 -> send();
            case 2 -> resend();
            case 3 -> {
                if (random.nextInt(10) == 0 && !model.segments.isEmpty()) {
                    sent.rack().onDsack(sent.flight(), 0, 1);
                    model.dsack(0, 1);
                }
                if (random.nextInt(3) == 0) {
                    sent.rack().onRecovered();
                    model.recovered();
                }
            }
            default -> {
                final int flying = model.segments.size();
                if (flying > 0) { // the older ones are likelier
                    final int index = flying - 1 - random.nextInt(Math.min(flying, 40));
                    deliver(index, random.nextInt(4) == 0 ? nowNs - random.nextInt(90_000) : Long.MAX_VALUE);
                }
            }
        }
    }

    @Test
    @Rfc(number = 8985, id = "2", section = "6.2")
    void whatIsLostAndWhenIsWhatTheStepsSay() {
        for (int seed = 0; seed < 40; seed++) {
            final Random random = new Random(seed);
            nowNs = 1;
            for (int step = 0; step < 600; step++) {
                nowNs += random.nextInt(4) == 0 ? 0 : random.nextInt(9_000);
                play(random);
                final boolean recovering = random.nextBoolean();
                final int sacked = random.nextInt(5);
                final String when = "seed " + seed + ", step " + step;
                final long windowNs = sent.rack().reorderingWindowNs(recovering, sacked, MIN_RTT, SRTT);
                assertEquals(model.reoWnd(recovering, sacked), windowNs, when);
                assertEquals(model.detect(windowNs, nowNs), sent.rack().detectLosses(sent, windowNs, nowNs), when);
                assertEquals(model.lostBytes(), sent.lostBytes(), when);
            }
            sent.clear();
            model.segments.clear();
            model.xmitNs = -1;
            model.endSeq = -1;
            model.rttNs = 0;
            model.fack = -1;
            model.reorderingSeen = false;
            model.dsackRound = -1;
            model.reoWndMult = 1;
            model.reoWndPersist = 0;
        }
    }

    @Test
    void aRoundTripIsOverWhenNothingIsInFlight() {
        final Rack rack = sent.rack();
        rack.seeReordering();
        rack.onDsack(sent.flight(), 5_000, 5_000);
        send();
        rack.onDsack(sent.flight(), 5_000, 6_000);
        assertEquals(3 * MIN_RTT / 4, rack.reorderingWindowNs(true, 9, MIN_RTT, SRTT));
        sent.clear();
        send();
        rack.seeReordering();
        rack.onDsack(sent.flight(), 5_500, 7_000);
        assertEquals(2 * MIN_RTT / 4, rack.reorderingWindowNs(true, 9, MIN_RTT, SRTT), "another connection's first");
    }

    @Test
    @Rfc(number = 8985, id = "3", section = "6.2")
    void theWindowGrowsOncePerRoundTripAndIsForgottenAfterSixteenRecoveries() {
        final Rack rack = sent.rack();
        send();
        rack.seeReordering();
        assertEquals(MIN_RTT / 4, rack.reorderingWindowNs(true, 9, MIN_RTT, SRTT));
        rack.onDsack(sent.flight(), 0, 5_000);
        rack.onDsack(sent.flight(), 4_999, 9_000); // the same round trip
        assertEquals(2 * MIN_RTT / 4, rack.reorderingWindowNs(true, 9, MIN_RTT, SRTT));
        rack.onDsack(sent.flight(), 5_000, 9_000);
        assertEquals(3 * MIN_RTT / 4, rack.reorderingWindowNs(true, 9, MIN_RTT, SRTT));
        for (int round = 0; round < 4; round++) {
            rack.onDsack(sent.flight(), 9_000 + round, 9_001 + round);
        }
        assertEquals(SRTT, rack.reorderingWindowNs(true, 9, MIN_RTT, SRTT), "never more than a round trip");
        for (int i = 0; i < 15; i++) {
            rack.onRecovered();
        }
        assertEquals(SRTT, rack.reorderingWindowNs(true, 9, MIN_RTT, SRTT));
        rack.onRecovered();
        assertEquals(MIN_RTT / 4, rack.reorderingWindowNs(true, 9, MIN_RTT, SRTT));
    }

    @Test
    @Rfc(number = 8985, id = "1", section = "6.2")
    void aRetransmissionThatIsAnsweredTooSoonTellsNothing() {
        send();
        send();
        nowNs += 100_000;
        sent.markLost(sent.earliestSent());
        resend();
        nowNs += MIN_RTT - 1;
        sent.beginAck(Long.MAX_VALUE, MIN_RTT);
        sent.acknowledge(MSS, nowNs);
        assertEquals(TimerNode.NEVER, sent.rack().detectLosses(sent, 0, nowNs));
        assertEquals(0, sent.lostBytes(), "the original may have arrived, and the other is still on its way");
    }

    /** A window may go out at one instant, and each ACK of it must not look at all the rest. */
    @Test
    void theLookForLossesEndsAtTheFirstSegmentThatWasNotSentBefore() {
        for (int i = 0; i < 6; i++) {
            send();
        }
        // Whoever looks further than the second falls.
        store.later[store.later[sent.earliestSent()]] = Integer.MAX_VALUE;
        deliver(0, Long.MAX_VALUE);
        assertEquals(TimerNode.NEVER, sent.rack().detectLosses(sent, 0, nowNs));
        assertEquals(0, sent.lostBytes());
    }

    @Test
    void whatIsSentAgainBehindNewTextOfTheSameInstantIsBeforeIt() {
        send();
        send();
        nowNs += MIN_RTT;
        sent.markLost(sent.earliestSent());
        send();
        send();
        resend();
        assertEquals(1 * MSS, sent.start(sent.earliestSent()));
        assertEquals(0 * MSS, sent.start(sent.sentAfter(sent.earliestSent())));
        nowNs += MIN_RTT;
        deliver(1, Long.MAX_VALUE);
        deliver(2, Long.MAX_VALUE);
        assertEquals(TimerNode.NEVER, sent.rack().detectLosses(sent, 0, nowNs));
        assertEquals(MSS, sent.lostBytes(), "the repair is lost");
    }

    @Test
    @Rfc(number = 8985, id = "8", section = "6.3")
    void aTimeoutFindsTheOldestAndWhatHasHadItsTime() {
        for (int i = 0; i < 4; i++) {
            send();
            nowNs += 10_000;
        }
        deliver(3, Long.MAX_VALUE); // RTT 10,000: at 40,001 only the first two are older
        sent.rack().markOnTimeout(sent, 15_000, nowNs);
        assertEquals(2 * MSS, sent.lostBytes());
    }
}
