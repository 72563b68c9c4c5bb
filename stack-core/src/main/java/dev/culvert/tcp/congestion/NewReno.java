package dev.culvert.tcp.congestion;

/**
 * Congestion avoidance of RFC 5681: a segment per round trip, half of what was in flight after a loss. The window grows by the
 * bytes that were acknowledged, not by the number of ACKs (RFC 3465).
 */
public final class NewReno extends WindowBased {
    /** The name under which it is chosen. */
    public static final String NAME = "newreno";

    private int avoided;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    protected void reset() {
        avoided = 0;
    }

    @Override
    protected void avoid(final AckFacts facts, final int ackedBytes) {
        avoided += ackedBytes;
        if (avoided >= windowBytes()) { // RFC 5681 §3.1: one segment per window of acknowledged bytes
            avoided -= windowBytes();
            setWindow((long) windowBytes() + mssBytes());
        }
    }

    @Override
    protected int reduced(final int inFlightBytes) {
        return inFlightBytes / 2; // RFC 5681 equation (4)
    }

    @Override
    protected void beforeReduction(final boolean byTimeout, final long nowNs) {
        avoided = 0;
    }
}
