package dev.culvert.bench.churn;

import dev.culvert.bench.load.OutgoingBurst;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TimeWaitReuse;
import java.util.List;
import java.util.Locale;

/** The burst of outgoing connections between two stacks in memory, under a clock of its own: as many as anybody likes. */
final class SimulatedAudiolog {
    private static final int PER_SECOND = 200_000;
    private static final int WARM_UP = 50_000;
    private static final int MANY_SERVICES = 500;
    private static final double MB = 1e6;
    private static final double NS_PER_SECOND = 1e9;

    private final int connections;

    SimulatedAudiolog(final int connections) {
        this.connections = connections;
    }

    /** A way to deal with ports that wait. */
    private record Way(String name, TimeWaitReuse reuse, int delayMs, int services) {
        TcpConfig tcp() {
            return TcpConfig.DEFAULT
                    .with()
                    .timeWaitReuse(reuse)
                    .timeWaitReuseDelayMs(delayMs)
                    .build();
        }
    }

    private static final List<Way> WAYS = List.of(
            new Way("no-reuse", TimeWaitReuse.OFF, 1, 1),
            new Way("reuse-after-1s", TimeWaitReuse.ON, 1_000, 1),
            new Way("reuse-after-1ms", TimeWaitReuse.ON, 1, 1),
            new Way("no-reuse-500-services", TimeWaitReuse.OFF, 1, MANY_SERVICES));

    /** Plays every way; prints a table and a {@code RESULT} line for each. */
    void run() {
        System.out.printf(
                Locale.ROOT,
                "%,d attempts, %,d a second of virtual time, 28,232 ports, TIME-WAIT of 60 s, the client closes first.%n"
                        + "CPU time of both ends together.%n%n",
                connections,
                PER_SECOND);
        System.out.printf(
                "%-22s %12s %12s %14s %9s %14s%n", "", "completed", "no port", "in TIME-WAIT", "MB", "CPU µs each");
        warmUp();
        final StringBuilder results = new StringBuilder();
        for (final Way way : WAYS) {
            play(way, results);
        }
        System.out.print(System.lineSeparator() + results);
    }

    /** What the JVM compiles is compiled before anything counts. */
    private static void warmUp() {
        for (final Way way : WAYS) {
            try (OutgoingBurst burst = new OutgoingBurst(way.tcp(), way.services(), PER_SECOND)) {
                while (burst.attempts() < WARM_UP) {
                    burst.batch();
                }
            }
        }
    }

    private void play(final Way way, final StringBuilder results) {
        try (OutgoingBurst burst = new OutgoingBurst(way.tcp(), way.services(), PER_SECOND)) {
            final Usage before = Usage.of(Thread.currentThread());
            while (burst.attempts() < connections) {
                burst.batch();
            }
            final double us = Usage.of(Thread.currentThread()).since(before).cpuNs() / 1_000.0 / burst.attempts();
            burst.check();
            System.out.printf(
                    Locale.ROOT,
                    "%-22s %,12d %,12d %,14d %9.1f %14.2f%n",
                    way.name(),
                    burst.completed(),
                    burst.refused(),
                    burst.mostWaiting(),
                    burst.mostBytes() / MB,
                    us);
            results.append(String.format(
                    Locale.ROOT,
                    "RESULT benchmark=audiolog-simulated way=%s attempts=%d completed=%d noPort=%d mostInTimeWait=%d"
                            + " mostBytes=%d virtualSeconds=%.1f cpuUsPerAttempt=%.3f jdk=%s%n",
                    way.name(),
                    burst.attempts(),
                    burst.completed(),
                    burst.refused(),
                    burst.mostWaiting(),
                    burst.mostBytes(),
                    burst.nowNs() / NS_PER_SECOND,
                    us,
                    System.getProperty("java.version")));
        }
    }
}
