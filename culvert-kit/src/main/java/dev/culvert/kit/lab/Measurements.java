package dev.culvert.kit.lab;

import dev.culvert.kit.lab.Chart.Point;
import dev.culvert.kit.lab.Chart.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is counted under virtual time, so that it is the same on every machine. */
final class Measurements {
    private static final int[] RECORDS = {100, 1_000, 3_000, 10_000};
    private static final int LINUX_BYTES = 256;
    private static final int GVISOR_BYTES = 1_500;

    private Measurements() {}

    /** Memory for records in TIME-WAIT, by what the shard gives back when they are over. */
    static Chart memory() {
        final List<Point> culvert = records();
        final double each = culvert.get(culvert.size() - 1).y() / RECORDS[RECORDS.length - 1];
        return new Chart(
                "Memory for records in TIME-WAIT",
                "records",
                "bytes",
                true,
                true,
                List.of(
                        new Series("Culvert", culvert),
                        line("Linux, " + LINUX_BYTES + " bytes each", LINUX_BYTES),
                        line("gVisor, at least " + GVISOR_BYTES + " bytes each", GVISOR_BYTES)),
                String.format(
                        Locale.ROOT,
                        "10,000 records of IPv4 take %.2f MB, %.1f bytes each, rows and index together; memory is taken in"
                                + " chunks, which shows where there are few.",
                        each * 10_000 / 1e6,
                        each));
    }

    private static List<Point> records() {
        final long[] with = new long[RECORDS.length];
        try (Churn churn = new Churn(Policy.CULVERT, Policy.CULVERT)) {
            int records = 0;
            for (int i = 0; i < RECORDS.length; i++) {
                for (; records < RECORDS[i]; records++) {
                    churn.connection(20_000 + records, true);
                }
                with[i] = churn.server().shard().memoryInUseBytes();
                if (churn.server().shard().timeWaitCount() != records) {
                    throw new IllegalStateException("not every connection left a record");
                }
            }
            churn.advance(61 * Words.SECOND);
            final long without = churn.server().shard().memoryInUseBytes();
            final List<Point> points = new ArrayList<>();
            for (int i = 0; i < RECORDS.length; i++) {
                points.add(new Point(RECORDS[i], with[i] - without));
            }
            return points;
        }
    }

    private static Series line(final String name, final int bytesEach) {
        final List<Point> points = new ArrayList<>();
        for (final int records : RECORDS) {
            points.add(new Point(records, (double) records * bytesEach));
        }
        return new Series(name, points);
    }
}
