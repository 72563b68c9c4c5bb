package dev.culvert.endpoint.ping;

import java.util.Locale;

/** Round-trip times as ping(8) sums them up. Not thread-safe. */
final class RoundTrips {
    private int count;
    private double sumMs;
    private double squaresMs;
    private double leastMs = Double.MAX_VALUE;
    private double mostMs;

    void add(final long ns) {
        final double ms = ns / 1e6;
        count++;
        sumMs += ms;
        squaresMs += ms * ms;
        leastMs = Math.min(leastMs, ms);
        mostMs = Math.max(mostMs, ms);
    }

    int count() {
        return count;
    }

    /** Least, mean, most and standard deviation. */
    @Override
    public String toString() {
        final double mean = sumMs / count;
        final double deviation = Math.sqrt(Math.max(0, squaresMs / count - mean * mean));
        return String.format(
                Locale.ROOT, "rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms", leastMs, mean, mostMs, deviation);
    }
}
