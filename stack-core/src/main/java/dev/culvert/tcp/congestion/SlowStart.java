package dev.culvert.tcp.congestion;

import dev.culvert.seq.Seq;

/**
 * How the window grows below ssthresh: by the bytes that are acknowledged, up to a limit per ACK (RFC 3465), and the first time
 * with HyStart++ (RFC 9406), which ends slow start when round trips grow longer, before the queue overflows.
 *
 * <p>A queue of one bandwidth-delay product is full in the round trip in which the delay begins to show. Therefore the other sign
 * of the original HyStart (Ha and Rhee 2011) counts too, as on Linux: what a burst becomes at the bottleneck, an unbroken train of
 * ACKs, lasts for half the least round trip. From then on slow start is conservative, and over as soon as the delay says the same.
 *
 * <p>Where segments overtake each other each round trip is one draw of many, and the least of so many draws that it can be no
 * accident takes the place of a round trip's.
 *
 * <p>The limit L counts packets of ours, not segments: where offload sends and acknowledges 64 KiB at a time, an ACK that covers
 * such a packet is what an ACK of one segment is elsewhere.
 */
final class SlowStart {
    /** RFC 3465 §2.3. */
    private static final int LIMIT = 2;
    /** RFC 3465 §2.3: after a timeout an ACK may cover text that has arrived long ago. */
    private static final int LIMIT_AFTER_TIMEOUT = 1;
    /** RFC 9406 §4.2: L where segments are not paced. */
    private static final int LIMIT_AT_FIRST = 8;

    /** RFC 9406 §4.3, all of these. */
    private static final int MIN_RTT_THRESH_NS = 4_000_000;

    private static final int MAX_RTT_THRESH_NS = 16_000_000;
    private static final int MIN_RTT_DIVISOR = 8;
    private static final int N_RTT_SAMPLE = 8;
    private static final int CSS_GROWTH_DIVISOR = 4;
    private static final int CSS_ROUNDS = 5;

    /**
     * Linux's {@code hystart_ack_delta_us}: a longer silence between ACKs ends a train. On a long path it is an eighth of a round
     * trip, but less than a delayed ACK waits, 40 ms at least: the last ACKs of a burst are no sign of a full path.
     */
    private static final int LONGEST_GAP_NS = 2_000_000;

    private static final int LONGEST_GAP_OF_ALL_NS = 30_000_000;

    private static final int GAP_DIVISOR = 8;
    /** Linux's {@code hystart_low_window}: a smaller flight is too short to be a train. */
    private static final int LEAST_TRAIN_SEGMENTS = 16;
    /** On shorter paths it is hosts and devices that gather ACKs. */
    private static final int LEAST_TRAIN_RTT_NS = 1_000_000;

    /** Round trips beyond 2.1 s are all the same here. */
    private static final int INFINITY = Integer.MAX_VALUE;

    private boolean afterTimeout;
    private boolean inRound;
    private int windowEnd;
    private int lastRoundMinRttNs;
    private int currentRoundMinRttNs;
    private short rttSampleCount;
    /** Conservative slow start: the delay has grown, and whether that lasts is being watched. */
    private boolean conservative;

    private int cssBaselineMinRttNs;
    private long cssBeganNs;
    private byte cssRounds;
    /** A train has made it conservative; the delay has not grown yet. */
    private boolean afterTrain;

    private long trainBeganNs;
    private long trainEndedNs;
    private boolean found;

    /** A connection begins. */
    void open() {
        afterTimeout = false;
        inRound = false;
        lastRoundMinRttNs = INFINITY;
        conservative = false;
        afterTrain = false;
        found = false;
        cssRounds = 0;
    }

    /** The retransmission timer has expired: slow start begins again. */
    void onTimeout() {
        afterTimeout = true;
    }

    /** Slow start has reached ssthresh, or was interrupted by a loss. */
    void end() {
        afterTimeout = false;
    }

    /**
     * Conservative slow start has seen that the delay stays, or follows a train: ssthresh is the window now (RFC 9406 §4.2). Where
     * segments overtake each other a round is a number of samples, and on a fast path a small part of a round trip: the delay that
     * a burst makes is over before the ACKs of the next one come.
     */
    boolean hasFoundTheEnd(final AckFacts facts) {
        return found || cssRounds >= CSS_ROUNDS && facts.nowNs - cssBeganNs >= facts.srttNs;
    }

    /**
     * Bytes that the window grows by.
     *
     * @param first whether there was no loss yet, so that ssthresh is arbitrarily high: HyStart++ is for then (RFC 9406 §4.3)
     */
    int growth(final AckFacts facts, final int windowBytes, final boolean first) {
        final int packet = Math.max(facts.mssBytes, Math.min(facts.packetBytes, windowBytes));
        if (afterTimeout) {
            return Math.min(facts.countedBytes(), LIMIT_AFTER_TIMEOUT * packet);
        }
        if (!first) {
            return atMost(facts.countedBytes(), LIMIT, packet);
        }
        final int growth = atMost(facts.countedBytes(), LIMIT_AT_FIRST, packet);
        return conservative ? growth / CSS_GROWTH_DIVISOR : growth;
    }

    private static int atMost(final int acked, final int limit, final int packet) {
        return (int) Math.min(acked, (long) limit * packet);
    }

    // ------------------------------------------------------------------ HyStart++

    /** RFC 9406 §4.2, on every ACK of the first slow start, whether or not the window may grow. */
    void watch(final AckFacts facts) {
        if (!inRound) {
            beginRound(facts.nxt);
            inRound = true;
            trainBeganNs = facts.nowNs;
            trainEndedNs = facts.nowNs;
        }
        followTrain(facts);
        if (facts.rttNs >= 0) {
            currentRoundMinRttNs = (int) Math.min(currentRoundMinRttNs, facts.rttNs);
            rttSampleCount = (short) Math.min(rttSampleCount + 1, Short.MAX_VALUE);
            if (isSampled(facts)) {
                judge(facts);
            }
        }
        if (isJittery(facts) ? isSampled(facts) : Seq.ge(facts.una, windowEnd)) {
            if (conservative && cssRounds < CSS_ROUNDS) {
                cssRounds++;
            }
            lastRoundMinRttNs = currentRoundMinRttNs;
            beginRound(facts.nxt);
        }
    }

    /** Segments overtake each other by more than the delay that would be a sign. */
    private static boolean isJittery(final AckFacts facts) {
        return facts.reorderingNs >= MIN_RTT_THRESH_NS;
    }

    /** RFC 9406's eight samples, and as many for each threshold by which segments come late: of n draws the least is 1/n off. */
    private boolean isSampled(final AckFacts facts) {
        return rttSampleCount >= Math.min(N_RTT_SAMPLE * (1 + facts.reorderingNs / MIN_RTT_THRESH_NS), Short.MAX_VALUE);
    }

    private void beginRound(final int nxt) {
        windowEnd = nxt;
        currentRoundMinRttNs = INFINITY;
        rttSampleCount = 0;
    }

    /**
     * Text that is paced comes back spread out whatever the path is, and so does what the application sends bit by bit. Where
     * segments come as late as a silence that would end a train, they fill each silence, and one train runs into the next.
     */
    private void followTrain(final AckFacts facts) {
        final long gapNs = facts.nowNs - trainEndedNs;
        final long longestGapNs =
                Math.max(LONGEST_GAP_NS, Math.min(facts.minRttNs / GAP_DIVISOR, LONGEST_GAP_OF_ALL_NS));
        if (!facts.cwndLimited || gapNs > longestGapNs) {
            trainBeganNs = facts.nowNs;
        }
        trainEndedNs = facts.nowNs;
        if (!conservative
                && !facts.paced
                && facts.minRttNs >= LEAST_TRAIN_RTT_NS
                && facts.reorderingNs < longestGapNs
                && facts.inFlightBytes >= LEAST_TRAIN_SEGMENTS * facts.mssBytes
                && trainEndedNs - trainBeganNs >= facts.minRttNs / 2) {
            beConservative(facts);
            afterTrain = true;
        }
    }

    private void judge(final AckFacts facts) {
        final boolean jittery = isJittery(facts);
        final long beforeNs = jittery ? facts.minRttNs : lastRoundMinRttNs;
        final boolean longer = beforeNs < INFINITY && currentRoundMinRttNs >= beforeNs + threshold(beforeNs);
        if (afterTrain) {
            found = currentRoundMinRttNs >= facts.minRttNs + threshold(facts.minRttNs);
        } else if (!conservative && longer) {
            cssBaselineMinRttNs = currentRoundMinRttNs;
            beConservative(facts);
        } else if (conservative && (jittery ? !longer : currentRoundMinRttNs < cssBaselineMinRttNs)) {
            conservative = false; // the growth was a false alarm
            cssRounds = 0;
        }
    }

    private void beConservative(final AckFacts facts) {
        conservative = true;
        cssBeganNs = facts.nowNs;
        cssRounds = 0;
    }

    private static long threshold(final long rttNs) {
        return Math.max(MIN_RTT_THRESH_NS, Math.min(rttNs / MIN_RTT_DIVISOR, MAX_RTT_THRESH_NS));
    }
}
