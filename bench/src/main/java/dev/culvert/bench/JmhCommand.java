package dev.culvert.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
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
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * A command that runs JMH with its own command line and a few long names, with the options that every fork needs, CPU time and
 * allocation beside every time, and a {@code RESULT} line per benchmark at the end.
 */
abstract class JmhCommand implements Callable<Integer> {
    private static final String FORK_OPTION = "-jvmArgsPrepend";

    @Option(names = "--list", description = "Name the benchmarks and run none.")
    private boolean list;

    @Option(names = "--json", paramLabel = "FILE", description = "Write all figures to FILE as well.")
    private Path json;

    /** JMH's own, which ours must not displace. */
    @Option(names = FORK_OPTION, hidden = true)
    private List<String> forkOptions = new ArrayList<>();

    /** Patterns, and options of JMH's. */
    @Unmatched
    private List<String> rest = new ArrayList<>();

    @Spec
    CommandSpec spec;

    /** What JMH is told before the user's words. */
    abstract List<String> jmhWords();

    /** What is measured before, where JMH is to measure and not only asked. */
    void measureBefore() throws IOException {}

    @Override
    public Integer call() throws Exception {
        final String[] words = arguments().toArray(new String[0]);
        try {
            final CommandLineOptions options = new CommandLineOptions(words);
            if (onlyAsks(options)) {
                org.openjdk.jmh.Main.main(words);
            } else {
                OutputFiles.requireFile(file(options.getResult().orElse(null)));
                OutputFiles.requireFile(file(options.getOutput().orElse(null)));
                measureBefore();
                measure(options);
            }
            return ExitCode.OK;
        } catch (final CommandLineOptionException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (final NoBenchmarksException e) {
            throw new ParameterException(spec.commandLine(), "no benchmark fits; --list names all", e);
        }
    }

    private static Path file(final String name) {
        return name == null ? null : Path.of(name);
    }

    /** The arguments in JMH's own words. */
    List<String> arguments() {
        final List<String> words = new ArrayList<>(jmhWords());
        if (list) {
            words.add("-l");
        }
        if (json != null) {
            words.addAll(List.of("-rf", "json", "-rff", json.toString()));
        }
        words.addAll(rest);
        final List<String> fork = new ArrayList<>(ForkOptions.all());
        fork.addAll(forkOptions);
        words.addAll(List.of(FORK_OPTION, String.join(" ", fork)));
        return words;
    }

    private static boolean onlyAsks(final CommandLineOptions options) {
        return options.shouldHelp()
                || options.shouldList()
                || options.shouldListWithParams()
                || options.shouldListProfilers()
                || options.shouldListResultFormats();
    }

    private static void measure(final CommandLineOptions commandLine) throws RunnerException {
        final Collection<RunResult> results = new Runner(withProfilers(commandLine)).run();
        System.out.println();
        for (final RunResult result : results) {
            System.out.println(ResultLine.of(result));
        }
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
}
