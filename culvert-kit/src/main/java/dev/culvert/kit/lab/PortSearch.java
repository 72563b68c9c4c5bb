package dev.culvert.kit.lab;

import dev.culvert.env.Secrets;
import dev.culvert.kit.lab.Chart.Point;
import dev.culvert.kit.lab.Chart.Series;
import dev.culvert.tcp.EphemeralPorts;
import dev.culvert.tcp.FlowOwner;
import dev.culvert.tcp.WantedFlow;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** TW3 as a curve: how many ports are looked at for one that is free, the more of the range is taken. */
final class PortSearch {
    private static final int LOW = 32_768;
    private static final int HIGH = 60_999;
    private static final int RANGE = HIGH - LOW + 1;
    private static final int CHOICES = 2_000;
    private static final int LEARNING = 10_000;
    private static final long SEED = 1;
    private static final double[] PERCENT = {0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 99.5, 99.9};
    private static final IpAddress LOCAL = IpAddress.parse("10.83.0.1");
    private static final IpAddress REMOTE = IpAddress.parse("10.83.0.2");

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final BitSet taken = new BitSet();
    private final WantedFlow flow = new WantedFlow();
    private long looks;

    private PortSearch() {
        flow.set(LOCAL.hi(), LOCAL.lo(), REMOTE.hi(), REMOTE.lo(), Words.SERVER);
    }

    /** Looks per choice, ours and those of a walk. */
    static Chart chart() {
        final List<Point> culvert = new ArrayList<>();
        final List<Point> walk = new ArrayList<>();
        for (final double percent : PERCENT) {
            final PortSearch search = new PortSearch();
            search.take((int) Math.round(RANGE * percent / 100));
            culvert.add(new Point(percent, search.looksOfCulvert()));
            walk.add(new Point(percent, search.looksOfWalk()));
        }
        return new Chart(
                "Ports looked at for one choice, by how much of 28,232 ports is taken",
                "% taken",
                "ports",
                false,
                true,
                List.of(new Series("Culvert", culvert), new Series("a walk from a random port", walk)),
                String.format(
                        Locale.ROOT,
                        "At 99.9 %%: %.1f looks, a walk takes %.0f. Eight guesses, then a map of what may be free: its words are"
                                + " skipped 64 ports at a time.",
                        last(culvert),
                        last(walk)));
    }

    private static double last(final List<Point> points) {
        return points.get(points.size() - 1).y();
    }

    private void take(final int ports) {
        while (taken.cardinality() < ports) {
            taken.set(LOW + random.nextInt(RANGE));
        }
    }

    private int verdict(final int port) {
        looks++;
        return taken.get(port) ? EphemeralPorts.USED : EphemeralPorts.FREE;
    }

    /** One port is chosen and freed again with its connection. Each taken port is met once before it counts: that is learned. */
    private double looksOfCulvert() {
        final Secrets secrets = new Secrets(random::nextLong);
        final EphemeralPorts ports = new EphemeralPorts(secrets, new FlowOwner(secrets, 0, 1), LOW, HIGH, 0);
        for (int i = 0; i < LEARNING; i++) {
            chooseAndFree(ports);
        }
        looks = 0;
        for (int i = 0; i < CHOICES; i++) {
            chooseAndFree(ports);
        }
        return (double) looks / CHOICES;
    }

    private void chooseAndFree(final EphemeralPorts ports) {
        final int port = ports.choose(flow, this::verdict, 0);
        if (port == 0 || taken.get(port)) {
            throw new IllegalStateException("port " + port + " is not a free one");
        }
        flow.localPort(port);
        ports.ended(flow);
    }

    /** From a random port on, one after the other: what most stacks do. */
    private double looksOfWalk() {
        looks = 0;
        for (int i = 0; i < CHOICES; i++) {
            int at = random.nextInt(RANGE);
            while (verdict(LOW + at) != EphemeralPorts.FREE) {
                at = (at + 1) % RANGE;
            }
        }
        return (double) looks / CHOICES;
    }
}
