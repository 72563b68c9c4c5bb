package dev.culvert.bench.path;

import dev.culvert.bench.OutputFiles;
import dev.culvert.kit.trace.FlowFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command {@code culvert bench path}: one connection at a time across a path with a rate, a round-trip time and mishaps,
 * between a kernel and Culvert and between two kernels, CUBIC everywhere, in turn. The same seed meets the same mishaps.
 */
@Command(
        name = "path",
        description = {
            "Measures transfers across good and bad paths.",
            "One connection at a time across a path with a rate, a round-trip time and mishaps, between a kernel and Culvert"
                    + " and between two kernels, in turn. Every rate is measured with every round trip, impairment and"
                    + " direction."
        },
        footer = {
            "",
            "Examples:",
            "  culvert bench path 1000mbit 10ms clean loss=0.1%%",
            "  culvert bench path --rounds 5 --plot plots 100mbit 10ms loss=1%% upload"
        })
public final class PathCommand implements Callable<Integer> {
    private static final List<String> WAYS = List.of("download", "upload");

    private final List<Integer> rates = new ArrayList<>();
    private final List<Integer> roundTrips = new ArrayList<>();
    private final List<String> mishaps = new ArrayList<>();
    private final List<String> ways = new ArrayList<>();
    private final List<PathRow> rows = new ArrayList<>();

    @Option(
            names = "--seconds",
            paramLabel = "1..60",
            description = "How long each connection sends, in s. Default: ${DEFAULT-VALUE}.")
    private int seconds = 3;

    @Option(
            names = "--rounds",
            paramLabel = "1..9",
            description = "Connections of each stack on a path, of which the median counts. Default: ${DEFAULT-VALUE}.")
    private int rounds = 1;

    @Option(
            names = "--seed",
            paramLabel = "0..99999999",
            description = "What the mishaps of the first round come from. Default: ${DEFAULT-VALUE}.")
    private int seed = 1;

    @Option(
            names = "--capture",
            paramLabel = "DIR",
            description = "Record each connection's packets in DIR (pcapng). Default: none.")
    private Path captures;

    @Option(
            names = "--plot",
            paramLabel = "DIR",
            description = "Draw each of Culvert's connections in DIR (SVG, and samples as CSV). Default: none.")
    private Path plots;

    @Option(
            names = "--table",
            paramLabel = "FILE",
            description = "Write the table to FILE too, as Markdown and after each row. Default: none.")
    private Path table;

    @Parameters(
            paramLabel = "WORD",
            description = "Rates (1mbit to 9999mbit; default: 10mbit 100mbit 1000mbit), round-trip times (1ms to 999ms;"
                    + " default: 1ms 10ms 100ms), impairments as 'culvert serve --impair' has them, or clean (default:"
                    + " clean loss=0.1%% loss=1%% reorder=1%%), and directions (download or upload; default: both).")
    private List<String> words = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    /**
     * Measures and prints a table, then a {@code RESULT} line for each of its rows; with {@code --table} it is also written
     * as Markdown, row by row, so that a run that is broken off has left what it measured.
     *
     * @throws dev.culvert.tun.device.DeviceException when the machine does not allow private networks
     * @throws IOException when a file or directory that was asked for cannot be written
     */
    @Override
    public Integer call() throws IOException {
        words.forEach(this::sort);
        orElse(rates, List.of(10, 100, 1_000));
        orElse(roundTrips, List.of(1, 10, 100));
        orElse(mishaps, List.of(PathCase.CLEAN, "loss=0.1%", "loss=1%", "reorder=1%"));
        orElse(ways, WAYS);
        OutputFiles.requireDirectory(captures);
        OutputFiles.requireDirectory(plots);
        OutputFiles.requireFile(table);
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
        return ExitCode.OK;
    }

    private void sort(final String word) {
        if (word.matches("[1-9]\\d{0,3}mbit")) {
            rates.add(Integer.valueOf(word.replace("mbit", "")));
        } else if (word.matches("[1-9]\\d{0,2}ms")) {
            roundTrips.add(Integer.valueOf(word.replace("ms", "")));
        } else if (WAYS.contains(word)) {
            ways.add(word);
        } else {
            try {
                PathCase.mishaps(word); // refuses what it cannot read
            } catch (final IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage(), e);
            }
            mishaps.add(word);
        }
    }

    private static <T> void orElse(final List<T> chosen, final List<T> otherwise) {
        if (chosen.isEmpty()) {
            chosen.addAll(otherwise);
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
            OutputFiles.write(
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
