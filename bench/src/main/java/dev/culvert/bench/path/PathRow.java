package dev.culvert.bench.path;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * One path and direction: what both stacks made of it. Immutable.
 *
 * @param way "download" or "upload"
 * @param ours Culvert's transfers, a round each
 * @param theirs the kernel's transfers, with the same seeds in the same order
 */
record PathRow(PathCase path, String way, List<Transfer> ours, List<Transfer> theirs) {
    /** What a cell should reach. */
    private static final double ENOUGH = 0.95;

    static final String HEAD = "| rate, Mbit/s | round trip, ms | path | direction | Culvert, Mbit/s | kernel, Mbit/s | ratio"
            + " | of each round | Culvert: sent again / lost | kernel: sent again / lost |\n"
            + "|---|---|---|---|---|---|---|---|---|---|\n";

    /** The one in the middle, by what arrived. */
    static Transfer median(final List<Transfer> transfers) {
        return transfers.stream()
                .sorted(Comparator.comparingDouble(Transfer::mbit))
                .toList()
                .get((transfers.size() - 1) / 2);
    }

    /** Of the medians. */
    double ratio() {
        return median(ours).mbit() / median(theirs).mbit();
    }

    private double ratioOf(final int round) {
        return ours.get(round).mbit() / theirs.get(round).mbit();
    }

    /** Lowest and highest ratio of two transfers with the same seed. */
    private String spread() {
        double least = Double.MAX_VALUE;
        double most = 0;
        for (int round = 0; round < ours.size(); round++) {
            least = Math.min(least, ratioOf(round));
            most = Math.max(most, ratioOf(round));
        }
        return String.format(Locale.ROOT, "%.2f–%.2f", least, most);
    }

    /** A row under {@link #HEAD}; the ratio is bold where it is not what it should be. */
    String markdown() {
        final Transfer our = median(ours);
        final Transfer their = median(theirs);
        final String ratio = String.format(Locale.ROOT, ratio() < ENOUGH ? "**%.2f**" : "%.2f", ratio());
        return String.format(
                Locale.ROOT,
                "| %d | %d | %s | %s | %.2f | %.2f | %s | %s | %d/%d | %d/%d |\n",
                path.rateMbit(),
                path.rttMs(),
                path.mishaps(),
                way,
                our.mbit(),
                their.mbit(),
                ratio,
                spread(),
                our.retransmitted(),
                our.lost(),
                their.retransmitted(),
                their.lost());
    }

    /** For a terminal. */
    String line() {
        final Transfer our = median(ours);
        final Transfer their = median(theirs);
        return String.format(
                Locale.ROOT,
                "%8.2f %8.2f %6.2f  %5d/%-5d %5d/%-5d",
                our.mbit(),
                their.mbit(),
                ratio(),
                our.retransmitted(),
                our.lost(),
                their.retransmitted(),
                their.lost());
    }

    /** For a program. */
    String result(final int seed) {
        final Transfer our = median(ours);
        final Transfer their = median(theirs);
        return String.format(
                Locale.ROOT,
                "RESULT benchmark=path rateMbit=%d rttMs=%d mishaps=%s way=%s culvertMbit=%.3f kernelMbit=%.3f ratio=%.3f"
                        + " culvertRetransmitted=%d culvertLost=%d kernelRetransmitted=%d kernelLost=%d seed=%d jdk=%s",
                path.rateMbit(),
                path.rttMs(),
                path.mishaps(),
                way,
                our.mbit(),
                their.mbit(),
                ratio(),
                our.retransmitted(),
                our.lost(),
                their.retransmitted(),
                their.lost(),
                seed,
                System.getProperty("java.version"));
    }
}
