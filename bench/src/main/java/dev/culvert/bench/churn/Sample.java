package dev.culvert.bench.churn;

import java.util.Comparator;
import java.util.List;

/**
 * One run of a case against one server.
 *
 * @param client what the client saw
 * @param server what the server's thread used
 */
record Sample(ClientResult client, Usage server) {
    private static final double NS_PER_US = 1_000;

    /** The server's CPU time for a connection, in µs. */
    double serverUs() {
        return us(server.cpuNs());
    }

    /** The part of it outside the kernel. */
    double serverUserUs() {
        return us(server.userNs());
    }

    /** The client's, in µs. */
    double clientUs() {
        return us(client.client().cpuNs());
    }

    /** Both ends together: what one sends the other's receive path may be charged for. */
    double bothUs() {
        return serverUs() + clientUs();
    }

    private double us(final long ns) {
        return ns / NS_PER_US / Math.max(1, client.completed());
    }

    /** The run in the middle, by the CPU time of both ends. */
    static Sample median(final List<Sample> runs) {
        return runs.stream()
                .sorted(Comparator.comparingDouble(Sample::bothUs))
                .toList()
                .get((runs.size() - 1) / 2);
    }
}
