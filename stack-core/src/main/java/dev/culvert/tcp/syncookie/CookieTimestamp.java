package dev.culvert.tcp.syncookie;

/**
 * What a SYN cookie has no room for travels in the low six bits of the SYN-ACK's TSval and comes back in the TSecr of the ACK,
 * in Linux's layout: four bits of window scale (15: none), one for SACK, one for ECN. Without timestamps all of it is lost.
 */
public final class CookieTimestamp {
    /** SACK was offered and granted. */
    public static final int SACK = 1 << 4;
    /** ECN was offered and granted. */
    public static final int ECN = 1 << 5;
    /** The value of the window scale's bits when there is none. */
    public static final int NO_SCALE = 15;

    private static final int BITS = 6;

    /** Timestamps of cookies stand on multiples of so many ms; less than that after a segment, one could run backwards. */
    public static final int STEP_MS = 1 << BITS;

    private static final int MASK = (1 << BITS) - 1;

    private CookieTimestamp() {}

    /**
     * The latest value of the timestamp clock, not after now, with these bits at its end: at most 63 ms ago, so that
     * timestamps never run backwards.
     *
     * @param clock the timestamp clock now, without the connection's offset
     * @param bits shift of the peer's windows or {@link #NO_SCALE}, with {@link #SACK} and {@link #ECN}
     */
    public static int encode(final int clock, final int bits) {
        final int value = clock & ~MASK | bits;
        return value - clock > 0 ? value - (1 << BITS) : value;
    }

    /** The bits in an echoed timestamp, from which the connection's offset was taken off. */
    public static int bits(final int echoed) {
        return echoed & MASK;
    }

    /** The shift of the peer's windows; −1: windows are not scaled. */
    public static int windowShift(final int bits) {
        final int shift = bits & NO_SCALE;
        return shift == NO_SCALE ? -1 : shift;
    }
}
