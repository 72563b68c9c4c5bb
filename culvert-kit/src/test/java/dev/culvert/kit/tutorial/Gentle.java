package dev.culvert.kit.tutorial;

import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.tcp.congestion.WindowBased;

/**
 * A congestion control in fifty lines: additive increase that slows down as round trips grow longer than the shortest one, and
 * half of it after a loss. It is the example of docs/congestion-control.md.
 */
public final class Gentle extends WindowBased {
    private long shortestRttNs;
    private double window;

    @Override
    public String name() {
        return "gentle";
    }

    @Override
    protected void reset() {
        shortestRttNs = Long.MAX_VALUE;
        window = 0;
    }

    @Override
    public void onDelivery(final AckFacts facts) {
        if (facts.rttNs >= 0) {
            shortestRttNs = Math.min(shortestRttNs, facts.rttNs);
        }
    }

    @Override
    protected void avoid(final AckFacts facts, final int ackedBytes) {
        if ((int) window != windowBytes()) { // slow start or a loss has set it
            window = windowBytes();
        }
        final double queued = facts.srttNs > 0 ? 1 - Math.min(1, (double) shortestRttNs / facts.srttNs) : 0;
        // None when half of the round trip is a queue.
        final double segmentsPerRoundTrip = Math.max(0, 4 * (1 - 2 * queued));
        window += segmentsPerRoundTrip * mssBytes() * ackedBytes / window;
        setWindow((long) window);
    }

    @Override
    protected int reduced(final int inFlightBytes) {
        return inFlightBytes / 2;
    }
}
