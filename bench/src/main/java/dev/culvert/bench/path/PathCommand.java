package dev.culvert.bench.path;

import dev.culvert.bench.churn.Arguments;
import dev.culvert.kit.trace.FlowFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The command {@code culvert bench path}: one connection at a time across a path with a rate, a round-trip time and mishaps,
 * between a kernel and Culvert and between two kernels, CUBIC everywhere, in turn. The same seed meets the same mishaps.
 */
public final class PathCommand {
    private static final String SECONDS = "--seconds";
    private static final String ROUNDS = "--rounds";
    private static final String SEED = "--seed";
    private static final String CAPTURE = "--capture";
    private static final String PLOT = "--plot";
    private static final String TABLE = "--table";
    private static final String USAGE = "usage: culvert bench path [--seconds 1..60] [--rounds 1..9] [--seed N]"
            + " [--capture DIR] [--plot DIR] [--table FILE] [RATEmbit ...] [RTTms ...] [clean|IMPAIRMENT ...] [download|upload]";
    private static final List<String> WAYS = List.of("download", "upload");

    private final List<Integer> rates = new ArrayList<>();
    private final List<Integer> roundTrips = new ArrayList<>();
    private final List<String> mishaps = new ArrayList<>();
    private final List<String> ways = new ArrayList<>();
    private final List<PathRow> rows = new ArrayList<>();
    private final int seconds;
    private final int rounds;
    private final int seed;
    private final Path captures;
    private final Path plots;
    private final Path table;

    private PathCommand(final Arguments arguments, final Path captures, final Path plots, final Path table) {
        this.captures = captures;
        this.plots = plots;
        this.table = table;
        seconds = arguments.get(SECONDS, 3, 1, 60);
        rounds = arguments.get(ROUNDS, 1, 1, 9);
        seed = arguments.get(SEED, 1, 0, 99_999_999);
        arguments.words().forEach(this::sort);
        orElse(rates, List.of(10, 100, 1_000));
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
        final Path captures = path(rest, CAPTURE, "a directory");
        final Path plots = path(rest, PLOT, "a directory");
        final Path table = path(rest, TABLE, "a file");
        return new PathCommand(new Arguments(rest, List.of(SECONDS, ROUNDS, SEED), USAGE), captures, plots, table);
    }

    private static Path path(final List<String> args, final String option, final String what) {
        final String path = Arguments.take(args, option, what, USAGE);
        return path == null ? null : Path.of(path);
    }

    /**
     * Measures and prints a table, then a {@code RESULT} line for each of its rows; with {@code --table} it is also written
     * as Markdown, row by row, so that a run that is broken off has left what it measured.
     *
     * @throws dev.culvert.tun.device.DeviceException when the machine does not allow private networks
     * @throws IOException when a file or directory that was asked for cannot be written
     */
    public void run() throws IOException {
        prepare();
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
        rows.forEach(row -> System.out.println(row.result(seed)));
    }

    /** What cannot be written is said now and not after the first connection. */
    private void prepare() throws IOException {
        for (final Path directory : new Path[] {captures, plots}) {
            if (directory != null) {
                Files.createDirectories(directory);
            }
        }
        if (table != null) {
            Files.writeString(table, PathRow.HEAD);
        }
    }

    /** A path as short as this one has everybody's code loaded and compiled before a long round trip would pay for it. */
    private static void warmUp() throws IOException {
        for (final Transfer.Stack stack : Transfer.Stack.values()) {
            for (final boolean download : List.of(true, false)) {
                Transfer.measure(new PathCase(100, 1, PathCase.CLEAN), stack, download, 0, 1, Recording.NONE);
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
        rows.add(new PathRow(path, way, ours, theirs));
        System.out.println(rows.get(rows.size() - 1).line());
        if (table != null) {
            Files.writeString(
                    table, PathRow.HEAD + rows.stream().map(PathRow::markdown).collect(Collectors.joining()));
        }
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
                Integer.toString(round));
        final Recording recording = new Recording(
                captures == null ? null : captures.resolve(name + ".pcapng"),
                plots == null || stack != Transfer.Stack.CULVERT
                        ? null
                        : new FlowFiles(
                                plots.resolve(name + ".svg"), plots.resolve(name + ".csv"), path.label() + ", " + way));
        return Transfer.measure(path, stack, way.equals("download"), seed + round, seconds, recording);
    }
}
