package dev.culvert.bench.bulk;

import dev.culvert.bench.churn.Usage;
import java.util.Comparator;
import java.util.List;

/**
 * One transfer.
 *
 * @param transfer what the kernel's end saw
 * @param culvert what Culvert's thread used
 */
record Sample(Transfer transfer, Usage culvert) {
    /** Text per time in Gbit/s. */
    double gbitPerSecond() {
        return 8.0 * transfer.bytes() / Math.max(1, transfer.ns());
    }

    /** Culvert's CPU time in s for 10<sup>9</sup> bytes. */
    double culvertSecondsPerGb() {
        return perGb(culvert.cpuNs());
    }

    /** The part of it outside the kernel. */
    double culvertUserSecondsPerGb() {
        return perGb(culvert.userNs());
    }

    /** The client's. */
    double clientSecondsPerGb() {
        return perGb(transfer.client().cpuNs());
    }

    private double perGb(final long ns) {
        return (double) ns / Math.max(1, transfer.bytes());
    }

    /** The run in the middle, by the CPU time of both ends. */
    static Sample median(final List<Sample> runs) {
        return runs.stream()
                .sorted(Comparator.comparingDouble(run -> run.culvertSecondsPerGb() + run.clientSecondsPerGb()))
                .toList()
                .get((runs.size() - 1) / 2);
    }
}
