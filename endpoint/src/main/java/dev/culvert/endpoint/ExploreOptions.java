package dev.culvert.endpoint;

import dev.culvert.endpoint.simulate.Capture;
import dev.culvert.endpoint.simulate.Progress;
import dev.culvert.kit.explore.Budget;
import dev.culvert.kit.explore.Exploration;
import dev.culvert.kit.explore.Exploration.Finding;
import dev.culvert.kit.explore.Model;
import dev.culvert.kit.scenario.ScenarioException;
import dev.culvert.kit.sim.LinkObserver;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** {@code culvert simulate --explore}: every interleaving of a small model. */
final class ExploreOptions {
    @Option(
            names = "--explore",
            paramLabel = "MODEL",
            description = "Play every interleaving of a small model (docs/simulation.md), and end.")
    private String modelName;

    @Option(names = "--losses", paramLabel = "N", description = "Packets that may get lost. Default: 1.")
    private int losses = 1;

    @Option(names = "--duplicates", paramLabel = "N", description = "Packets that may arrive twice. Default: 1.")
    private int duplicates = 1;

    @Option(names = "--reorders", paramLabel = "N", description = "Packets that others may overtake. Default: 0.")
    private int reorders;

    @Option(
            names = "--timeouts",
            paramLabel = "N",
            description = "Times that a timer may run out before what is in flight arrives. Default: 0.")
    private int timeouts;

    @Option(
            names = "--replay",
            paramLabel = "PATH",
            description = "Play one path of --explore alone, as it was told, and print all that happens.")
    private String path;

    boolean isAsked() {
        return modelName != null;
    }

    /** Explores, or replays a path. */
    int run(final PrintWriter out, final Progress progress, final Path capture) throws IOException {
        final Model model = Model.named(modelName)
                .orElseThrow(() -> new ScenarioException("there is no model '" + modelName + "'; models are "
                        + Model.builtIn().stream().map(Model::name).collect(Collectors.joining(", "))));
        final Exploration exploration = new Exploration(model, budget());
        if (path != null) {
            replay(exploration, path, out, capture);
            return ExitCode.OK;
        }
        Interruption.ofThisThread();
        final boolean complete = exploration.run(() -> {
            progress.at(() -> count(exploration) + " so far");
            return Thread.currentThread().isInterrupted();
        });
        progress.end();
        return complete || exploration.finding().isPresent()
                ? tell(exploration, out, capture)
                : interrupted(exploration, out);
    }

    private Budget budget() {
        try {
            return new Budget(losses, duplicates, reorders, timeouts);
        } catch (final IllegalArgumentException e) {
            throw new ScenarioException(e.getMessage());
        }
    }

    private static void replay(
            final Exploration exploration, final String path, final PrintWriter out, final Path capture)
            throws IOException {
        try (Capture packets = capture == null ? null : Capture.open(capture, Exploration.ENDS)) {
            out.print(exploration.replay(path, packets == null ? LinkObserver.NONE : packets));
            out.flush();
        } catch (final IllegalArgumentException e) {
            throw new ScenarioException("--replay " + path + ": the model has no such path (" + e.getMessage() + ")");
        }
    }

    private int tell(final Exploration exploration, final PrintWriter out, final Path capture) throws IOException {
        if (exploration.finding().isEmpty()) {
            out.println(modelName + ": " + count(exploration) + "; with " + budget() + " nothing breaks");
            return ExitCode.OK;
        }
        final Finding finding = exploration.finding().get();
        replay(exploration, finding.path(), out, capture);
        out.printf(
                "%s: after %s: %s%nrepeat with --explore %s --losses %d --duplicates %d --reorders %d --timeouts %d"
                        + " --replay '%s'%n",
                modelName,
                count(exploration),
                finding.what(),
                modelName,
                losses,
                duplicates,
                reorders,
                timeouts,
                finding.path());
        return ExitCode.FAILURE;
    }

    private int interrupted(final Exploration exploration, final PrintWriter out) {
        Thread.interrupted(); // answered
        out.println(modelName + ": interrupted after " + count(exploration) + "; nothing has broken so far");
        return Interruption.EXIT_CODE;
    }

    private static String count(final Exploration exploration) {
        return String.format(
                Locale.ROOT,
                "%,d states with %,d ways between them, of %,d states of the hosts",
                exploration.states(),
                exploration.happenings(),
                exploration.hostStates());
    }
}
