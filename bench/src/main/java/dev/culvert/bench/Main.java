package dev.culvert.bench;

import java.io.IOException;
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

    private static final String MEMORY = "time-wait-memory";
    private static final String TIME_WAIT = "time-wait";
    private static final List<String> TIME_WAIT_SET = List.of(
            "TimeWait(Table|Churn)Benchmark|ClientFrames",
            "-wi",
            "2",
            "-i",
            "3",
            "-p",
            "standing=1000,1000000,10000000");

    private static final String HELP = """
            Usage: culvert bench [--list] [--json FILE] [PATTERN ...] [JMH options]
                   culvert bench time-wait [JMH options]
                   culvert bench time-wait-memory [--records N] [--ip 4|6]
              --list       names the benchmarks and runs none
              --json FILE  writes all figures to FILE as well
              PATTERN      regular expression; only benchmarks whose name it fits are run
            Each benchmark ends in a line 'RESULT key=value ...': time, CPU time and bytes allocated per operation
            (JMH itself allocates about 6 kB per second). -p KEY=VALUE,... chooses parameters, -prof stack or
            -prof jfr shows what costs. JMH's own options follow.
            """;

    private Main() {}

    /**
     * Runs JMH with its own command line and a few long names. Ends the process with exit code 1 when a benchmark failed and 2
     * when the command line was wrong.
     *
     * @throws IOException when JMH cannot read its list of benchmarks
     */
    public static void main(final String[] args) throws IOException {
        final int code = run(List.of(args));
        if (code != OK) {
            System.exit(code);
        }
    }

    /** Does what the arguments say; the exit code. */
    static int run(final List<String> args) throws IOException {
        if (!args.isEmpty() && args.get(0).equals(MEMORY)) {
            return memory(args.subList(1, args.size()));
        }
        if (!args.isEmpty() && args.get(0).equals(TIME_WAIT)) {
            return timeWait(args.subList(1, args.size()));
        }
        return jmh(args);
    }

    private static int memory(final List<String> args) throws IOException {
        try {
            TimeWaitMemory.of(args).run();
            return OK;
        } catch (final IllegalArgumentException e) {
            return fail(USAGE, e.getMessage());
        }
    }

    /** The set for TIME-WAIT that fits five minutes; further arguments are JMH's. */
    private static int timeWait(final List<String> args) throws IOException {
        TimeWaitMemory.of(List.of()).run();
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

    /** The arguments in JMH's own words; forks run from a class path, where the manifest's entries have no effect. */
    static List<String> jmhArguments(final List<String> args) {
        final List<String> jmh = new ArrayList<>();
        final StringBuilder forkOptions = new StringBuilder("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED");
        if (Runtime.version().feature() >= 22) {
            forkOptions.append(" --enable-native-access=ALL-UNNAMED");
        }
        if (Runtime.version().feature() >= 24) { // JMH itself still uses what these JDKs warn of
            forkOptions.append(" --sun-misc-unsafe-memory-access=allow");
        }
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
