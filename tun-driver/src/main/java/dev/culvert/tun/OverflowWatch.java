package dev.culvert.tun;

/** Tells of something that is counted, but not more often than every 10 s, and then how much has come together. */
final class OverflowWatch {
    static final long INTERVAL_NS = 10_000_000_000L;

    private long told;
    private long toldNs;

    /** How many have not been told of, when it is time to; 0: nothing to tell now. */
    long due(final long count, final long nowNs) {
        final long untold = count - told;
        if (untold == 0 || told > 0 && nowNs - toldNs < INTERVAL_NS) {
            return 0;
        }
        told = count;
        toldNs = nowNs;
        return untold;
    }
}
