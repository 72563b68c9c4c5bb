package dev.culvert.kit.lab;

import dev.culvert.kit.lab.Chart.Point;
import dev.culvert.kit.lab.Chart.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is counted under virtual time, so that it is the same on every machine. */
final class Measurements {
    private static final int[] RECORDS = {100, 1_000, 3_000, 10_000};
    private static final int PORTS = 100;
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

    // ------------------------------------------------------------------ connections over time

    /** TW11: the server closes first, one client address with few ports. */
    static Chart lbChurn() {
        final Policy second = Policy.CULVERT.and(c -> c.mslMs(1_000));
        final Policy off = Policy.STRICT.and(c -> c.mslMs(1_000));
        final List<Point> reopened = churn(Policy.CULVERT, second, 200, 8, true);
        final List<Point> refused = churn(Policy.CULVERT, off, 200, 8, true);
        return overTime(
                "Connections from one address with 100 ports, 200 attempts a second, 2 MSL = 2 s",
                List.of(new Series("reopening on", reopened), new Series("reopening off", refused)),
                String.format(
                        Locale.ROOT,
                        "Off: %.0f in 8 s, which is ports over 2 MSL. On: %.0f, all that were tried; what bounds it is the CPU.",
                        last(refused),
                        last(reopened)));
    }

    /** TW12: the client closes first and names no port. */
    static Chart audiolog() {
        final List<Point> none = churn(Policy.CULVERT, Policy.CULVERT, 1_000, 4, false);
        final List<Point> linux = churn(Policy.LINUX_REUSE, Policy.CULVERT, 1_000, 4, false);
        final List<Point> timestamp = churn(Policy.TIMESTAMP, Policy.CULVERT, 1_000, 4, false);
        return overTime(
                "Connections to one destination with 100 ports, 1,000 attempts a second",
                List.of(
                        new Series("no reuse", none),
                        new Series("linux-tw-reuse, 1 s", linux),
                        new Series("timestamp, 1 ms", timestamp)),
                String.format(
                        Locale.ROOT,
                        "In 4 s: %.0f without reuse, since all ports wait for 60 s; %.0f with Linux's second; %.0f with a"
                                + " millisecond. TIME-WAIT never holds more records than there are ports.",
                        last(none),
                        last(linux),
                        last(timestamp)));
    }

    private static double last(final List<Point> points) {
        return points.get(points.size() - 1).y();
    }

    /** How many connections came about, by time in s. */
    private static List<Point> churn(
            final Policy ofClient,
            final Policy ofServer,
            final int perSecond,
            final int seconds,
            final boolean serverFirst) {
        final List<Point> points = new ArrayList<>();
        points.add(new Point(0, 0));
        try (Churn churn = new Churn(ofClient, ofServer)) {
            churn.client().shard().ephemeralPorts(20_000, 20_000 + PORTS - 1);
            int opened = 0;
            for (int i = 1; i <= perSecond * seconds; i++) {
                final int port = serverFirst ? 20_000 + i % PORTS : 0;
                opened += churn.connection(port, serverFirst) == 0 ? 1 : 0;
                churn.advance(Words.SECOND / perSecond);
                if (i % (perSecond / 2) == 0) {
                    points.add(new Point((double) i / perSecond, opened));
                }
            }
        }
        return points;
    }

    private static Chart overTime(final String title, final List<Series> series, final String remark) {
        return new Chart(title, "s", "connections so far", false, false, series, remark);
    }

    /** TW13: a server that closes first, for longer than 2 MSL. */
    static Chart pileUp() {
        final List<Point> waiting = new ArrayList<>();
        final List<Point> open = new ArrayList<>();
        int refused = 0;
        try (Churn churn = new Churn(Policy.CULVERT, Policy.CULVERT)) {
            for (int second = 0; second <= 90; second++) {
                if (second % 10 == 0) {
                    waiting.add(new Point(second, churn.server().shard().timeWaitCount()));
                    open.add(new Point(second, churn.server().shard().connectionCount()));
                }
                for (int i = 0; i < PORTS; i++) {
                    refused += churn.connection(10_000 + second * PORTS + i, true) == 0 ? 0 : 1;
                }
                churn.advance(Words.SECOND);
            }
        }
        return new Chart(
                "A server that closes 100 connections a second, each at once",
                "s",
                "records",
                false,
                false,
                List.of(new Series("TIME-WAIT", waiting), new Series("connections", open)),
                "It rises to the rate times 60 s, stays there, and " + refused + " of " + 91 * PORTS
                        + " connections were refused.");
    }
}
