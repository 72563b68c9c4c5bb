package dev.culvert.tcp.option;

/** The value of a Fast Open option (RFC 7413 §4.1.1): a cookie of 4 to 16 bytes, or the request for one. */
public final class FastOpenOption {
    /** {@link #length} when there is no option. */
    public static final int ABSENT = -1;
    /** {@link #length} of a request for a cookie. */
    public static final int REQUEST = 0;

    private static final int LEAST = 4;
    private static final int MOST = 16;

    /** Bytes of the cookie, {@link #REQUEST} or {@link #ABSENT}. */
    public int length = ABSENT;
    /** Cookie bytes 0 to 7, the first one highest. */
    public long high;
    /** Cookie bytes 8 to 15. */
    public long low;
    /** Whether it stands in the experimental option 254 that preceded kind 34 (RFC 7413 §4.1.1, RFC 6994). */
    public boolean experimental;

    /** Takes an option's value. */
    public void set(final int bytes, final long first, final long second, final boolean isExperimental) {
        length = bytes;
        high = first;
        low = second;
        experimental = isExperimental;
    }

    /** No option. */
    public void clear() {
        set(ABSENT, 0, 0, false);
    }

    /** Whether it holds a cookie. */
    public boolean hasCookie() {
        return length > REQUEST;
    }

    /** Whether an option's value may be so long: an even number of bytes within the bounds, or none. */
    static boolean isLength(final int bytes) {
        return bytes == REQUEST || bytes >= LEAST && bytes <= MOST && bytes % 2 == 0;
    }
}
