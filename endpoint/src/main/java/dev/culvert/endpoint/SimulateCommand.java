package dev.culvert.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.culvert.endpoint.simulate.Capture;
import dev.culvert.endpoint.simulate.Progress;
import dev.culvert.kit.plot.FlowListener;
import dev.culvert.kit.plot.FlowPlot;
import dev.culvert.kit.plot.FlowRecords;
import dev.culvert.kit.scenario.BuiltInScenarios;
import dev.culvert.kit.scenario.Scenario;
import dev.culvert.kit.scenario.ScenarioException;
import dev.culvert.kit.scenario.ScenarioReader;
import dev.culvert.kit.scenario.ScenarioRun;
import dev.culvert.kit.scenario.StateLines;
import dev.culvert.kit.scenario.StateListener;
import dev.culvert.kit.scenario.TraceLines;
import dev.culvert.kit.sim.LinkObserver;
import dev.culvert.kit.sim.SimulationFailure;
import dev.culvert.tun.device.PcapngFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jnr.posix.POSIXFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code culvert simulate}: stacks, links and applications under virtual time. */
@Command(
        name = "simulate",
        description =
                "Plays SCENARIO, a file or a built-in one, under virtual time: the same seed gives the same packets.",
        customSynopsis = "culvert simulate [OPTIONS] SCENARIO",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "docs/simulation.md describes scenario files.",
            "Exit codes: 0 the scenario's end was reached, 1 it was not or an invariant",
            "broke, 2 the scenario is not right.",
            "",
            "Examples:",
            "  culvert simulate --list",
            "  culvert simulate bulk --seed 7 --set link.loss=2%%",
            "  culvert simulate --print bulk > my.yaml",
            "  culvert simulate my.yaml --pcapng my.pcapng --states my.jsonl",
            "  culvert simulate bulk --set stack.tcp.congestion=bbr --plot bbr.svg",
            "  culvert simulate --grid 'control=cubic,rate=10mbit,loss=0%%|1%%' --jobs 2",
            "  culvert simulate --explore simultaneous-close --losses 1 --duplicates 1"
        })
final class SimulateCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = SCENARIO,
            description = "A scenario file, or the name of a built-in scenario.")
    private String scenarioName;

    @Option(names = "--seed", paramLabel = "N", description = "What all chance comes from. Default: 1.")
    private long seed = 1;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = {
                "Change the scenario, such as stack.a.tcp.mslMs=1000, link.ab.loss=1%%, app.bulk.bytes=1MB, end.limit=9s."
                        + " Without a name (link.loss=1%%) all are meant. May be repeated."
            })
    private final List<String> settings = new ArrayList<>();

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            description = "Play so much virtual time, such as 30s, whatever the scenario says of its end.")
    private String duration;

    @Option(
            names = "--pcapng",
            paramLabel = "FILE",
            description = "Record all packets in FILE (pcapng), one interface per link end.")
    private Path capture;

    @Option(
            names = "--states",
            paramLabel = "FILE",
            description = "Record every change of a connection's state in FILE, a JSON object per line.")
    private Path states;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description =
                    "Draw what the busiest connections do over time in FILE (SVG): sequence numbers, windows, round"
                            + " trips, rates.")
    private Path plot;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description =
                    "Record window, round trip and rate at every acknowledgement in FILE: CSV if its name ends so,"
                            + " else a JSON object per line.")
    private Path trace;

    @Option(names = "--json", description = "Print the summary as one JSON object.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print no summary.")
    private boolean quiet;

    @Option(names = "--list", description = "List the built-in scenarios and end.")
    private boolean list;

    @Option(names = "--print", description = "Print SCENARIO's text instead of playing it.")
    private boolean print;

    @Mixin
    private GridOptions grid;

    @Mixin
    private ExploreOptions explore;

    private static final String SCENARIO = "SCENARIO";
    private static final int STANDARD_ERROR = 2;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        try {
            if (list) {
                refuseWhatHasNoEffectWith("--list");
                return listScenarios();
            }
            if (grid.isAsked()) {
                refuseWhatHasNoEffectWith("--grid", "--seed", "--quiet");
                return grid.run(out(), progress(), seed);
            }
            if (explore.isAsked()) {
                refuseWhatHasNoEffectWith("--explore", "--pcapng", "--quiet");
                return explore.run(out(), progress(), capture);
            }
            if (print) {
                refuseWhatHasNoEffectWith("--print", SCENARIO);
                return print(text(name()));
            }
            refuseWhatHasNoEffectWithout("--grid");
            refuseWhatHasNoEffectWithout("--explore");
            return simulate(scenario());
        } catch (final ScenarioException e) {
            err().println("culvert: " + e.getMessage());
            return ExitCode.USAGE;
        } catch (final UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Of what was given only this option, those that are read in beside it, and {@code known} are looked at. */
    private void refuseWhatHasNoEffectWith(final String option, final String... known) {
        final Set<String> names = new HashSet<>(optionsOf(option));
        names.add(option);
        names.addAll(List.of(known));
        refuse(name -> !names.contains(name), " has no effect with " + option);
    }

    private void refuseWhatHasNoEffectWithout(final String option) {
        refuse(optionsOf(option)::contains, " has no effect without " + option);
    }

    private void refuse(final Predicate<String> names, final String why) {
        final Stream<String> options =
                command.commandLine().getParseResult().matchedOptions().stream().map(OptionSpec::longestName);
        final Stream<String> given = scenarioName == null ? options : Stream.concat(Stream.of(SCENARIO), options);
        given.filter(names).findFirst().ifPresent(name -> {
            throw new ParameterException(command.commandLine(), name + why);
        });
    }

    /** The options of the mixin that is called so. */
    private Set<String> optionsOf(final String option) {
        final CommandSpec mixin = command.mixins().get(option.substring("--".length()));
        return mixin == null
                ? Set.of()
                : mixin.options().stream().map(OptionSpec::longestName).collect(Collectors.toSet());
    }

    private int listScenarios() {
        for (final String name : BuiltInScenarios.names()) {
            final Scenario scenario = ScenarioReader.read(name, BuiltInScenarios.text(name), List.of());
            out().printf(Locale.ROOT, "%-18s %s%n", name, scenario.description());
        }
        return ExitCode.OK;
    }

    private int print(final String text) {
        out().print(text);
        out().flush();
        return ExitCode.OK;
    }

    // ------------------------------------------------------------------ reading

    private String name() {
        if (scenarioName == null) {
            throw new ParameterException(command.commandLine(), "Missing required parameter: 'SCENARIO'");
        }
        return scenarioName;
    }

    /** A built-in name without a file of that name, else a file. */
    private static String text(final String name) throws IOException {
        final Path file = Path.of(name);
        if (BuiltInScenarios.names().contains(name) && !Files.isRegularFile(file)) {
            return BuiltInScenarios.text(name);
        }
        if (!Files.exists(file)) {
            throw new ScenarioException(
                    "there is no file '" + name + "' and no built-in scenario of that name; there are "
                            + String.join(", ", BuiltInScenarios.names()));
        }
        try {
            return Files.readString(file);
        } catch (final CharacterCodingException e) {
            throw new ScenarioException(name + ": is no text in UTF-8");
        }
    }

    private Scenario scenario() throws IOException {
        final List<String> all = new ArrayList<>(settings);
        if (duration != null) {
            all.add("end.when=time");
            all.add("end.limit=" + duration);
        }
        return ScenarioReader.read(name(), text(name()), all);
    }

    // ------------------------------------------------------------------ playing

    private int simulate(final Scenario scenario) throws IOException {
        Interruption.ofThisThread();
        try (Capture packets = capture == null ? null : Capture.open(capture, ScenarioRun.linkEnds(scenario));
                PrintWriter lines = states == null ? null : lines(states);
                PrintWriter samples = trace == null ? null : lines(trace);
                PrintWriter picture = plot == null ? null : lines(plot)) {
            final FlowRecords records = new FlowRecords();
            final int code;
            try (ScenarioRun run = new ScenarioRun(
                    scenario,
                    seed,
                    packets == null ? LinkObserver.NONE : packets,
                    lines == null ? StateListener.NONE : new StateLines(lines),
                    samples(samples, picture == null ? FlowListener.NONE : records))) {
                code = play(run, scenario.end().limitNs());
            }
            if (picture != null) {
                picture.print(FlowPlot.svg(scenario.name() + ", seed " + seed, records.busiest(FlowPlot.MOST)));
            }
            check(lines, states);
            check(samples, trace);
            check(picture, plot);
            return code;
        }
    }

    private FlowListener samples(final PrintWriter lines, final FlowListener records) {
        return lines == null ? records : new TraceLines(lines, TraceLines.isCsv(trace)).and(records);
    }

    private static void check(final PrintWriter lines, final Path file) throws IOException {
        if (lines != null && lines.checkError()) {
            throw new IOException("cannot write " + file);
        }
    }

    private static PrintWriter lines(final Path file) throws IOException {
        try {
            return new PrintWriter(Files.newBufferedWriter(file, UTF_8));
        } catch (final IOException e) {
            throw PcapngFile.cannotWrite(file, e);
        }
    }

    private int play(final ScenarioRun run, final long limitNs) {
        final Progress progress = progress();
        try {
            final boolean reached = run.run(() -> {
                progress.at(() -> String.format(
                        Locale.ROOT,
                        "%.1f s of virtual time, ends at %.0f s at the latest",
                        run.nowNs() / 1e9,
                        limitNs / 1e9));
                return Thread.currentThread().isInterrupted();
            });
            progress.end();
            tell(run);
            if (Thread.interrupted()) {
                return Interruption.EXIT_CODE;
            }
            return reached ? ExitCode.OK : ExitCode.FAILURE;
        } catch (final SimulationFailure e) {
            progress.end();
            err().println("culvert: seed " + seed + " at " + run.nowNs() / 1e9 + " s: " + e.getMessage());
            return ExitCode.FAILURE;
        }
    }

    private void tell(final ScenarioRun run) {
        if (json) {
            out().println(run.summary().json());
        } else if (!quiet) {
            out().print(run.summary().text());
        }
        out().flush();
    }

    private Progress progress() {
        final boolean onTerminal = !quiet && POSIXFactory.getPOSIX().isatty(STANDARD_ERROR) != 0;
        return new Progress(onTerminal ? err() : null, System::nanoTime);
    }

    private PrintWriter out() {
        return command.commandLine().getOut();
    }

    private PrintWriter err() {
        return command.commandLine().getErr();
    }
}
