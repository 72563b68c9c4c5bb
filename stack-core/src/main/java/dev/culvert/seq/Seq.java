package dev.culvert.seq;

/** Arithmetic modulo 2<sup>32</sup> on TCP sequence numbers (RFC 9293 §3.4); the only place that compares them. */
public final class Seq {
    private Seq() {}

    /** {@code a < b} on the circle; defined while the two are less than 2<sup>31</sup> apart. */
    public static boolean lt(final int a, final int b) {
        return a - b < 0;
    }

    /** {@code a <= b} on the circle. */
    public static boolean le(final int a, final int b) {
        return a - b <= 0;
    }

    /** {@code a > b} on the circle. */
    public static boolean gt(final int a, final int b) {
        return a - b > 0;
    }

    /** {@code a >= b} on the circle. */
    public static boolean ge(final int a, final int b) {
        return a - b >= 0;
    }

    /** The later of the two. */
    public static int max(final int a, final int b) {
        return lt(a, b) ? b : a;
    }

    /** The earlier of the two. */
    public static int min(final int a, final int b) {
        return lt(a, b) ? a : b;
    }

    /** {@code first <= seq < first + length}; an empty window contains nothing. */
    public static boolean inWindow(final int seq, final int first, final int length) {
        return Integer.compareUnsigned(seq - first, length) < 0;
    }

    /** {@code first < seq <= last}: the test for an acceptable new ACK (RFC 9293 §3.4). */
    public static boolean inLeftOpen(final int seq, final int first, final int last) {
        return Integer.compareUnsigned(seq - first - 1, last - first) < 0;
    }

    /** Distance from {@code from} up to {@code to}; fails rather than return a negative length. */
    public static int span(final int from, final int to) {
        final int length = to - from;
        if (length < 0) {
            throw new IllegalArgumentException("sequence span runs backwards");
        }
        return length;
    }
}
