package dev.culvert.tcp.congestion;

/** What may be in flight before the first acknowledgement (RFC 6928 §2). */
public final class InitialWindow {
    /** Segments that RFC 6928 allows. */
    public static final int SEGMENTS = 10;

    /** RFC 6928 §2 bounds its ten segments by 14,600 bytes: as many of this size. */
    private static final int USUAL_MSS = 1_460;

    private InitialWindow() {}

    /** So many segments, but no more bytes than such a number of ordinary ones, and two segments all the same. */
    public static int bytes(final int segments, final int mssBytes) {
        return Math.min(segments * mssBytes, Math.max(Math.min(segments, 2) * mssBytes, segments * USUAL_MSS));
    }
}
