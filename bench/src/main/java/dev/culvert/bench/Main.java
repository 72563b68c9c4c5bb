package dev.culvert.bench;

import dev.culvert.bench.churn.AudiologCommand;
import dev.culvert.bench.churn.ChurnCommand;
import dev.culvert.bench.path.PathCommand;
import dev.culvert.bench.peers.IdleCommand;
import dev.culvert.bench.peers.PeersCommand;
import dev.culvert.bench.peers.StandingCommand;
import dev.culvert.bench.peers.TunFloodCommand;
import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.PcapngFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The command {@code culvert bench}: JMH with the options that every fork needs, CPU time and allocation beside every time,
 * and a {@code RESULT} line per benchmark at the end.
 */
public final class Main {
    private static final String FORK_OPTION = "-jvmArgsPrepend";
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int ENVIRONMENT = 3;

    private static final List<String> TIME_WAIT_SET = List.of(
            "TimeWaitTableBenchmark|ClientFrames",
            "-wi",
            "2",
            "-i",
            "3",
            "-p",
            "standing=1000,100000,1000000,10000000");

    private static final String HELP = """
            Usage: culvert bench [--list] [--json FILE] [PATTERN ...] [JMH options]
                   culvert bench time-wait [JMH options]
                   culvert bench time-wait-memory [--records N] [--ip 4|6]
                   culvert bench time-wait-ratio [--rounds N]
                   culvert bench time-wait-standing [--records N] [--rounds N] [--connections N]
                   culvert bench idle [--connections N] [--ip 4|6]
                   culvert bench idle-tun [--connections N]
                   culvert bench flood [--rounds N]
                   culvert bench flood-tun [--rounds N] [--ms N] [--seed N] [--warm-up SECONDS] [WORD ...]
                   culvert bench soak [--minutes N]
                   culvert bench churn [--connections N] [--rounds N] [CASE ...]
                   culvert bench peers [--rounds N] [--connections N] [--ms N] [--mtu N] [--without PEER] [--table FILE] [--page DIR] [CASE ...]
                   culvert bench path [--seconds N] [--rounds N] [--seed N] [--capture DIR] [--plot DIR] [--table FILE] [WORD ...]
                   culvert bench audiolog [--simulated] [--connections N]
                   culvert bench page DIR FILE.json ...
              --list       names the benchmarks and runs none
              --json FILE  writes all figures to FILE as well
              PATTERN      regular expression; only benchmarks whose name it fits are run
            Each benchmark ends in a line 'RESULT key=value ...': time, CPU time and bytes allocated per operation
            (JMH itself allocates about 6 kB per second). -p KEY=VALUE,... chooses parameters, -prof stack or
            -prof jfr shows what costs. JMH's own options follow.
            """;

    /** Netty's search for leaked buffers, which the program {@code culvert} switches off as well. */
    static final String LEAK_DETECTION = "io.netty.leakDetection.level";

    private Main() {}

    /**
     * Runs JMH with its own command line and a few long names. Ends the process with exit code 1 when a benchmark failed, 2
     * when the command line was wrong and 3 when this machine lacks something.
     *
     * @throws IOException when JMH cannot read its list of benchmarks
     */
    public static void main(final String[] args) throws IOException {
        System.setProperty(LEAK_DETECTION, System.getProperty(LEAK_DETECTION, "disabled"));
        final int code = run(List.of(args));
        if (code != OK) {
            System.exit(code);
        }
    }

    /** Does what the arguments say; the exit code. */
    public static int run(final List<String> args) throws IOException {
        final List<String> rest = args.isEmpty() ? args : args.subList(1, args.size());
        return switch (args.isEmpty() ? "" : args.get(0)) {
            case "time-wait-memory" -> own(() -> TimeWaitMemory.of(rest).run());
            case "time-wait-ratio" -> own(() -> TimeWaitRatio.of(rest).run());
            case "time-wait-standing" -> own(() -> StandingCommand.of(rest).run());
            case "time-wait" -> timeWait(rest);
            case "flood" -> own(() -> FloodCommand.of(rest).run());
            case "flood-tun" -> own(() -> TunFloodCommand.of(rest).run());
            case "soak" -> own(() -> SoakCommand.of(rest).run());
            case "idle" -> own(() -> IdleMemory.of(rest).run());
            case "idle-tun" -> own(() -> IdleCommand.of(rest).run());
            case "churn" -> own(() -> ChurnCommand.of(rest).run());
            case "peers" -> own(() -> PeersCommand.of(rest).run());
            case "path" -> own(() -> PathCommand.of(rest).run());
            case "page" -> own(() -> BenchmarkPage.of(rest).write());
            case "audiolog" -> own(() -> AudiologCommand.of(rest).run());
            default -> jmh(args);
        };
    }

    /** A command that is not JMH's. */
    private interface Action {
        void run() throws IOException;
    }

    /** Runs a command of ours; wrong arguments and machines that lack something are told from failures. */
    private static int own(final Action action) throws IOException {
        try {
            action.run();
            return OK;
        } catch (final IllegalArgumentException e) {
            return fail(USAGE, e.getMessage());
        } catch (final DeviceException e) {
            return fail(ENVIRONMENT, e.getMessage());
        } catch (final FileSystemException e) {
            return fail(FAILED, "cannot write " + e.getFile() + " (" + PcapngFile.reason(e) + ")");
        }
    }

    /** The set for TIME-WAIT that fits five minutes; further arguments are JMH's. */
    private static int timeWait(final List<String> args) throws IOException {
        TimeWaitMemory.of(List.of()).run();
        TimeWaitRatio.of(List.of()).run();
        final List<String> jmh = new ArrayList<>(TIME_WAIT_SET);
        jmh.addAll(args);
        return jmh(jmh);
    }

    private static int jmh(final List<String> args) throws IOException {
        final String[] jmh = jmhArguments(args).toArray(new String[0]);
        try {
            final CommandLineOptions options = new CommandLineOptions(jmh);
            if (options.shouldHelp()) {
                System.out.println(HELP);
            }
            if (onlyAsks(options)) {
                org.openjdk.jmh.Main.main(jmh);
                return OK;
            }
            return measure(options);
        } catch (final CommandLineOptionException e) {
            return fail(USAGE, e.getMessage() + "; './culvert bench --help' names the options");
        } catch (final NoBenchmarksException e) {
            return fail(USAGE, "no benchmark fits; './culvert bench --list' names them");
        } catch (final RunnerException e) {
            return fail(FAILED, withFix(e.getMessage()));
        }
    }

    private static boolean onlyAsks(final CommandLineOptions options) {
        return options.shouldHelp()
                || options.shouldList()
                || options.shouldListWithParams()
                || options.shouldListProfilers()
                || options.shouldListResultFormats();
    }

    private static int measure(final CommandLineOptions commandLine) throws RunnerException {
        final Collection<RunResult> results = new Runner(withProfilers(commandLine)).run();
        System.out.println();
        for (final RunResult result : results) {
            System.out.println(ResultLine.of(result));
        }
        return OK;
    }

    /** Unless the user names profilers: CPU time and allocation. A benchmark that fails must not pass for one that ran. */
    static Options withProfilers(final CommandLineOptions commandLine) {
        final ChainedOptionsBuilder options =
                new OptionsBuilder().parent(commandLine).shouldFailOnError(true);
        if (commandLine.getProfilers().isEmpty()) {
            options.addProfiler(GCProfiler.class).addProfiler(CpuTimeProfiler.class);
        }
        return options.build();
    }

    private static String withFix(final String message) {
        final String said = String.valueOf(message).replaceFirst("^ERROR: ", "").strip();
        return said.replace("Use -Djmh", "Use CULVERT_JAVA_OPTS=-Djmh");
    }

    private static int fail(final int code, final String message) {
        System.err.println("culvert: bench: " + message);
        return code;
    }

    /** The arguments in JMH's own words. */
    static List<String> jmhArguments(final List<String> args) {
        final List<String> jmh = new ArrayList<>();
        final StringBuilder forkOptions = new StringBuilder(String.join(" ", ForkOptions.all()));
        for (int i = 0; i < args.size(); i++) {
            switch (args.get(i)) {
                case "--list" -> jmh.add("-l");
                case "--help" -> jmh.add("-h");
                case "--json" -> jmh.addAll(List.of("-rf", "json", "-rff"));
                case FORK_OPTION -> forkOptions.append(' ').append(i + 1 < args.size() ? args.get(++i) : "");
                default -> jmh.add(args.get(i));
            }
        }
        jmh.add(FORK_OPTION);
        jmh.add(forkOptions.toString());
        return jmh;
    }
}
