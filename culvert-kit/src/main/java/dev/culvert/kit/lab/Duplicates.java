package dev.culvert.kit.lab;

import dev.culvert.kit.lab.Chart.Point;
import dev.culvert.kit.lab.Chart.Series;
import dev.culvert.kit.svg.Axis;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How often a duplicate that arrives in the next connection of its 4-tuple falls into the receive window: drawn by chance from
 * one seed. The old connection sends at a rate for up to 30 s, the next one begins up to 30 s later with an ISN that has moved
 * by RFC 6528's 250 kB/s and sends at the same rate; a duplicate lives for up to an MSL of 60 s after it was sent.
 */
final class Duplicates {
    private static final int DRAWS = 20_000;
    private static final double ISN_PER_SECOND = 250_000;
    private static final double MSL = 60;
    private static final double LONGEST = 30;
    private static final double CIRCLE = 4_294_967_296.0;
    private static final long[] WINDOWS = {1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26, 1 << 28, 1 << 30};

    private Duplicates() {}

    static Chart chart() {
        final Series fast = series("10 Gbit/s", 10e9, false, false);
        final Series timeWait = series("10 Gbit/s, TIME-WAIT", 10e9, true, false);
        final Series paws = series("10 Gbit/s, PAWS", 10e9, false, true);
        return new Chart(
                "Share of late duplicates that fall into the window of the next connection",
                "receive window, bytes",
                "share",
                true,
                true,
                List.of(
                        series("40 Mbit/s", 40e6, false, false),
                        series("1 Gbit/s", 1e9, false, false),
                        fast,
                        timeWait,
                        paws),
                String.format(
                        Locale.ROOT,
                        "Without either protection the share is the window over 2^32 once the rate is far above 250 kB/s: %.0f %%"
                                + " at 1 GiB. With TIME-WAIT the share is %s, since no duplicate lives long enough; with PAWS %s,"
                                + " since its timestamp is older than all of the new connection. Zero stands on the lower edge.",
                        100 * widest(fast),
                        Axis.number(widest(timeWait)),
                        Axis.number(widest(paws))));
    }

    private static double widest(final Series series) {
        return series.points().get(WINDOWS.length - 1).y();
    }

    private static Series series(
            final String name, final double bitsPerSecond, final boolean timeWait, final boolean paws) {
        final List<Point> points = new ArrayList<>();
        for (final long window : WINDOWS) {
            points.add(new Point(window, share(window, bitsPerSecond / 8, timeWait, paws)));
        }
        return new Series(name, points);
    }

    private static double share(final long window, final double rate, final boolean timeWait, final boolean paws) {
        final SplittableRandom random = new SplittableRandom(7);
        int arrivals = 0;
        int hits = 0;
        for (int i = 0; i < DRAWS; i++) {
            final double length = random.nextDouble() * LONGEST;
            final double begins = length + (timeWait ? 2 * MSL : 0) + random.nextDouble() * LONGEST;
            final double sentAt = random.nextDouble() * length;
            final double arrives = sentAt + random.nextDouble() * MSL;
            if (arrives < begins) {
                continue;
            }
            arrivals++;
            if (!(paws && isOlder(sentAt, begins))) {
                final double expected = ISN_PER_SECOND * begins + rate * (arrives - begins);
                final double ahead = rate * sentAt - expected;
                hits += ahead - Math.floor(ahead / CIRCLE) * CIRCLE < window ? 1 : 0;
            }
        }
        return arrivals == 0 ? 0 : (double) hits / arrivals;
    }

    /** PAWS: the timestamp clock has gone on, in ms, since the duplicate was sent. */
    private static boolean isOlder(final double sentAt, final double begins) {
        return Math.floor(sentAt * 1_000) < Math.floor(begins * 1_000);
    }
}
