package dev.culvert.bench.path;

import dev.culvert.tun.device.Impairment;
import dev.culvert.tun.device.ImpairmentPlan;
import java.util.concurrent.TimeUnit;

/**
 * One path, the same both ways.
 *
 * @param rateMbit its rate in Mbit/s
 * @param rttMs its round-trip time in ms, half of it each way
 * @param mishaps what else happens on it, as {@link ImpairmentPlan#parse} reads it, or {@link #CLEAN}
 */
record PathCase(int rateMbit, int rttMs, String mishaps) {
    /** Nothing else happens. */
    static final String CLEAN = "clean";

    private static final int MTU = 1_500;
    private static final int LEAST_QUEUE = 100;
    private static final long BITS_PER_MBIT = 1_000_000;

    /** What such words mean; wrong ones are an {@code IllegalArgumentException}. */
    static ImpairmentPlan mishaps(final String words) {
        return words.equals(CLEAN) ? ImpairmentPlan.NONE : ImpairmentPlan.parse(words);
    }

    /** The packets of one round trip at the full rate. */
    private long bandwidthDelayPackets() {
        return BITS_PER_MBIT / 1_000 * rateMbit * rttMs / Byte.SIZE / MTU;
    }

    /**
     * The impairment of both ways. What may wait before the bottleneck is one round trip at the full rate, and some packets
     * where that is next to nothing; the limit of an impairment counts those on their way, half a round trip, too.
     */
    ImpairmentPlan plan(final long seed) {
        final ImpairmentPlan plan = mishaps(mishaps);
        return new ImpairmentPlan(oneWay(plan.in(), seed), oneWay(plan.out(), seed));
    }

    private Impairment oneWay(final Impairment way, final long seed) {
        final long packets = Math.max(LEAST_QUEUE, 3 * bandwidthDelayPackets() / 2);
        return way.withRateBitsPerSecond(BITS_PER_MBIT * rateMbit)
                .withDelayNs(TimeUnit.MILLISECONDS.toNanos(rttMs) / 2)
                .withQueuePackets((int) packets)
                .withSeed(seed);
    }

    /** For a table. */
    String label() {
        return rateMbit + " Mbit/s, " + rttMs + " ms, " + mishaps;
    }
}
