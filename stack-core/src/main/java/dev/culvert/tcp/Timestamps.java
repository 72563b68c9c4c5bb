package dev.culvert.tcp;

/** The timestamp clock of RFC 7323 §5.4: ticks of 1 ms plus an offset that belongs to the 4-tuple. */
public final class Timestamps {
    /** How long TS.Recent is trusted without news from the peer: 24 days (RFC 7323 §5.5). */
    public static final long TS_RECENT_VALID_NS = 24L * 24 * 3_600 * 1_000_000_000L;

    private static final long TICK_NS = 1_000_000;

    private Timestamps() {}

    /**
     * Round trip that an echo reports (RFC 7323 §4.1), at least one tick; −1 when the echo is none of ours.
     *
     * @param tsEcr TSecr of an ACK for new data
     */
    public static long roundTripNs(final int tsEcr, final long nowNs, final int offset) {
        final int ticks = value(nowNs, offset) - tsEcr;
        return ticks < 0 ? -1 : Math.max(1, ticks) * TICK_NS;
    }

    /** Until when, in ns, a segment can have been sent that carried this TSval; {@code Long.MAX_VALUE} when it is none of ours. */
    public static long lastMomentNs(final int tsVal, final long nowNs, final int offset) {
        final int ticks = value(nowNs, offset) - tsVal;
        return ticks < 0 ? Long.MAX_VALUE : (nowNs / TICK_NS - ticks + 1) * TICK_NS - 1;
    }

    /** How far a clock like this one moves in so many ns. */
    public static int ticks(final long ns) {
        return (int) Math.min(Integer.MAX_VALUE, ns / TICK_NS);
    }

    /** TSval for a segment that is sent now. */
    public static int value(final long nowNs, final int offset) {
        return (int) (nowNs / TICK_NS) + offset;
    }
}
