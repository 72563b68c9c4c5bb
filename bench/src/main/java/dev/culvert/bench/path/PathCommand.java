package dev.culvert.bench.path;

import dev.culvert.bench.churn.Arguments;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The command {@code culvert bench path}: one connection at a time across a path with a rate, a round-trip time and mishaps,
 * between a kernel and Culvert and between two kernels, CUBIC everywhere, in turn. The same seed meets the same mishaps.
 */
public final class PathCommand {
    private static final String SECONDS = "--seconds";
    private static final String ROUNDS = "--rounds";
    private static final String SEED = "--seed";
    private static final String CAPTURE = "--capture";
    private static final String USAGE = "usage: culvert bench path [--seconds 1..60] [--rounds 1..9] [--seed N]"
            + " [--capture DIR] [RATEmbit ...] [RTTms ...] [clean|IMPAIRMENT ...] [download|upload]";
    private static final List<String> WAYS = List.of("download", "upload");

    private final List<Integer> rates = new ArrayList<>();
    private final List<Integer> roundTrips = new ArrayList<>();
    private final List<String> mishaps = new ArrayList<>();
    private final List<String> ways = new ArrayList<>();
    private final List<String> results = new ArrayList<>();
    private final int seconds;
    private final int rounds;
    private final int seed;
    private final Path captures;

    private PathCommand(final Arguments arguments, final Path captures) {
        this.captures = captures;
        seconds = arguments.get(SECONDS, 3, 1, 60);
        rounds = arguments.get(ROUNDS, 1, 1, 9);
        seed = arguments.get(SEED, 1, 0, 99_999_999);
        arguments.words().forEach(this::sort);
        orElse(rates, List.of(10, 100));
        orElse(roundTrips, List.of(1, 10, 100));
        orElse(mishaps, List.of(PathCase.CLEAN, "loss=0.1%", "loss=1%", "reorder=1%"));
        orElse(ways, WAYS);
    }

    private static <T> void orElse(final List<T> chosen, final List<T> otherwise) {
        if (chosen.isEmpty()) {
            chosen.addAll(otherwise);
        }
    }

    private void sort(final String word) {
        if (word.matches("[1-9]\\d{0,3}mbit")) {
            rates.add(Integer.valueOf(word.replace("mbit", "")));
        } else if (word.matches("[1-9]\\d{0,2}ms")) {
            roundTrips.add(Integer.valueOf(word.replace("ms", "")));
        } else if (WAYS.contains(word)) {
            ways.add(word);
        } else {
            PathCase.mishaps(word); // refuses what it cannot read
            mishaps.add(word);
        }
    }

    /** As the arguments say; they are wrong when it throws {@code IllegalArgumentException}. */
    public static PathCommand of(final List<String> args) {
        final List<String> rest = new ArrayList<>(args);
        final int at = rest.indexOf(CAPTURE);
        Path captures = null;
        if (at >= 0) {
            if (at + 1 == rest.size()) {
                throw new IllegalArgumentException(CAPTURE + " needs a directory; " + USAGE);
            }
            captures = Path.of(rest.remove(at + 1));
            rest.remove(at);
        }
        return new PathCommand(new Arguments(rest, List.of(SECONDS, ROUNDS, SEED), USAGE), captures);
    }

    /**
     * Measures and prints a table, then a {@code RESULT} line for each of its rows.
     *
     * @throws dev.culvert.tun.device.DeviceException when the machine does not allow private networks
     */
    public void run() throws IOException {
        warmUp();
        System.out.printf(
                "Mbit/s at the application, %d s a connection, the median of %d, seed %d; segments retransmitted of packets"
                        + " lost.%n%n%-38s %-9s %8s %8s %6s  %11s %11s%n",
                seconds, rounds, seed, "", "", "culvert", "kernel", "ratio", "culvert", "kernel");
        for (final int rate : rates) {
            for (final int rtt : roundTrips) {
                for (final String mishap : mishaps) {
                    for (final String way : ways) {
                        row(new PathCase(rate, rtt, mishap), way);
                    }
                }
            }
        }
        System.out.println();
        results.forEach(System.out::println);
    }

    /** A path as short as this one has everybody's code loaded and compiled before a long round trip would pay for it. */
    private static void warmUp() throws IOException {
        for (final Transfer.Stack stack : Transfer.Stack.values()) {
            for (final boolean download : List.of(true, false)) {
                Transfer.measure(new PathCase(100, 1, PathCase.CLEAN), stack, download, 0, 1, null);
            }
        }
    }

    private void row(final PathCase path, final String way) throws IOException {
        System.out.printf("%-38s %-9s ", path.label(), way);
        System.out.flush();
        final List<Transfer> ours = new ArrayList<>();
        final List<Transfer> theirs = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            ours.add(measure(path, Transfer.Stack.CULVERT, way, round));
            theirs.add(measure(path, Transfer.Stack.KERNEL, way, round));
        }
        print(path, way, median(ours), median(theirs));
    }

    private Transfer measure(final PathCase path, final Transfer.Stack stack, final String way, final int round)
            throws IOException {
        final String name = String.join(
                "-",
                path.rateMbit() + "mbit",
                path.rttMs() + "ms",
                path.mishaps().replaceAll("[^a-z0-9.=]", "_"),
                way,
                stack.name().toLowerCase(Locale.ROOT),
                round + ".pcapng");
        final Path capture = captures == null ? null : captures.resolve(name);
        return Transfer.measure(path, stack, way.equals("download"), seed + round, seconds, capture);
    }

    /** The one in the middle, by what arrived. */
    static Transfer median(final List<Transfer> transfers) {
        return transfers.stream()
                .sorted(Comparator.comparingDouble(Transfer::mbit))
                .toList()
                .get((transfers.size() - 1) / 2);
    }

    private void print(final PathCase path, final String way, final Transfer ours, final Transfer theirs) {
        final double ratio = ours.mbit() / theirs.mbit();
        System.out.printf(
                Locale.ROOT,
                "%8.2f %8.2f %6.2f  %5d/%-5d %5d/%-5d%n",
                ours.mbit(),
                theirs.mbit(),
                ratio,
                ours.retransmitted(),
                ours.lost(),
                theirs.retransmitted(),
                theirs.lost());
        results.add(String.format(
                Locale.ROOT,
                "RESULT benchmark=path rateMbit=%d rttMs=%d mishaps=%s way=%s culvertMbit=%.3f kernelMbit=%.3f ratio=%.3f"
                        + " culvertRetransmitted=%d culvertLost=%d kernelRetransmitted=%d kernelLost=%d seed=%d jdk=%s",
                path.rateMbit(),
                path.rttMs(),
                path.mishaps(),
                way,
                ours.mbit(),
                theirs.mbit(),
                ratio,
                ours.retransmitted(),
                ours.lost(),
                theirs.retransmitted(),
                theirs.lost(),
                seed,
                System.getProperty("java.version")));
    }
}
