package dev.culvert.tcp.congestion;

/**
 * When how much was found lost, in constant space, so that it can be told how much was lost while a segment was in flight. Time
 * is what had been delivered, and is kept in steps of a part of the flight. What was found in the step in which the segment was
 * sent may not count: what was lost in a sixteenth of a flight, a whole flight ago. Among losses that are spread out it makes 2
 * % at most 2.13 %; a cluster of them counts in full for all that was sent up to a flight before it, and each ACK that shows a
 * loss asks.
 */
final class LossHistory {
    private static final int STEPS = 32;
    /** So many steps make a flight: two of them are remembered. */
    private static final int STEPS_PER_FLIGHT = 16;

    private final long[] delivered = new long[STEPS];
    private final long[] lostBefore = new long[STEPS];
    private int steps;
    private long lost;

    /** Nothing was lost. */
    void reset() {
        steps = 0;
        lost = 0;
    }

    /** So many bytes have been found lost when so many had been delivered, which never runs backwards. */
    void add(final long lostBytes, final long deliveredBytes, final long flightBytes) {
        final long newest = steps == 0 ? Long.MIN_VALUE / 2 : delivered[(steps - 1) % STEPS];
        if (deliveredBytes - newest > flightBytes / STEPS_PER_FLIGHT) {
            delivered[steps % STEPS] = deliveredBytes;
            lostBefore[steps % STEPS] = lost;
            steps = steps + 1 == 2 * STEPS ? STEPS : steps + 1; // full is full
        }
        lost += lostBytes;
    }

    /** Bytes that were found lost after so many had been delivered, but for a part of the first step. */
    long lostSince(final long deliveredBytes) {
        long before = lost;
        for (int step = steps - 1; step >= Math.max(0, steps - STEPS); step--) {
            if (delivered[step % STEPS] <= deliveredBytes) {
                break;
            }
            before = lostBefore[step % STEPS];
        }
        return lost - before;
    }
}
