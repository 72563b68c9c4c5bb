package dev.culvert.bench.peers;

import dev.culvert.bench.churn.ClientResult;
import dev.culvert.bench.churn.Usage;
import java.util.Comparator;
import java.util.List;

/**
 * One run, in the unit of its case.
 *
 * @param rate connections, round trips or returned segments a second, or Mbit/s
 * @param unit which of these
 * @param serverUs the server's CPU time for a connection, a round trip, a segment there and back, or a megabyte, in µs
 * @param clientUs the client's
 * @param p50Us half of the round trips took no longer
 * @param p999Us nor all but a thousandth
 * @param packets a second over the client's interfaces, in and out; 0: not counted
 * @param failed connections that failed or did not end in time
 */
record Measured(
        double rate,
        String unit,
        double serverUs,
        double clientUs,
        double p50Us,
        double p999Us,
        double packets,
        int failed) {
    private static final double NS_PER_US = 1_000;
    private static final double BYTES_PER_MB = 1e6;
    private static final double BITS = 8;

    static Measured of(final ClientResult seen, final Usage server) {
        final int count = Math.max(1, seen.completed());
        return new Measured(
                seen.perSecond(),
                "/s",
                server.cpuNs() / NS_PER_US / count,
                seen.client().cpuNs() / NS_PER_US / count,
                0,
                0,
                0,
                seen.failed() + seen.unfinished());
    }

    static Measured of(final FlowResult seen, final Flows.Kind kind, final Usage server) {
        final boolean bulk = kind.isBulk();
        final double units = Math.max(1, bulk ? seen.units() / BYTES_PER_MB : seen.units());
        return new Measured(
                bulk ? seen.perSecond() * BITS / BYTES_PER_MB : seen.perSecond(),
                bulk ? "Mb" : "/s",
                server.cpuNs() / NS_PER_US / units,
                seen.client().cpuNs() / NS_PER_US / units,
                seen.p50Ns() / NS_PER_US,
                seen.p999Ns() / NS_PER_US,
                seen.packets() * 1e9 / seen.tookNs(),
                0);
    }

    /** The run in the middle, by rate. */
    static Measured median(final List<Measured> runs) {
        return runs.stream()
                .sorted(Comparator.comparingDouble(Measured::rate))
                .toList()
                .get((runs.size() - 1) / 2);
    }
}
