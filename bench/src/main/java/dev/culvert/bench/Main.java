package dev.culvert.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.culvert.bench.churn.AudiologCommand;
import dev.culvert.bench.churn.ChurnCommand;
import dev.culvert.bench.path.PathCommand;
import dev.culvert.bench.peers.IdleCommand;
import dev.culvert.bench.peers.PeersCommand;
import dev.culvert.bench.peers.StandingCommand;
import dev.culvert.bench.peers.TunFloodCommand;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** The command {@code culvert bench}: chooses a command of ours, or JMH where none is named. */
@Command(
        name = "culvert bench",
        description = "Measures Culvert: its parts with JMH, and all of it by commands of its own.",
        customSynopsis = {
            "culvert bench COMMAND [OPTIONS]",
            "       culvert bench [--list] [--json FILE] [PATTERN ...] [JMH OPTIONS]"
        },
        sortOptions = false,
        footer = {
            "",
            "PATTERN is a regular expression; only benchmarks whose name it fits are run.",
            "Each ends in a line 'RESULT key=value ...': time, CPU time and bytes allocated",
            "per operation (JMH itself allocates about 6 kB per second). -p KEY=VALUE,...",
            "chooses parameters, -prof stack or -prof jfr shows what costs.",
            "",
            "Exit codes: 0 ok, 1 failure, 2 usage, 3 this machine lacks something.",
            "JMH's own options follow.",
            ""
        })
public final class Main extends JmhCommand {
    /** Netty's search for leaked buffers, which the program {@code culvert} switches off as well. */
    static final String LEAK_DETECTION = "io.netty.leakDetection.level";

    /** By the names that their annotations have, in the order of the help. */
    static final Map<String, Supplier<Object>> COMMANDS = commands();

    /** Room for an option and its range beside what is said of it. */
    private static final int LABEL_WIDTH = 28;

    @Option(
            names = {"-h", "--help"},
            description = "Show this help, or that of COMMAND, and end.")
    private boolean help;

    private Main() {}

    /** Ends the process: exit code 1 when something failed, 2 a wrong command line, 3 when this machine lacks something. */
    public static void main(final String[] args) {
        System.setProperty(LEAK_DETECTION, System.getProperty(LEAK_DETECTION, "disabled"));
        final int code = run(List.of(args));
        if (code != ExitCode.OK) {
            System.exit(code);
        }
    }

    /** Does what the arguments say; the exit code. */
    public static int run(final List<String> args) {
        final CommandLine root = new CommandLine(new Main());
        if (!args.isEmpty() && COMMANDS.containsKey(args.get(0))) {
            root.addSubcommand(command(COMMANDS.get(args.get(0))));
        }
        return root.setOut(new PrintWriter(System.out, true, UTF_8))
                .setErr(new PrintWriter(System.err, true, UTF_8))
                .setExecutionStrategy(Main::execute)
                .setExecutionExceptionHandler(Failures::explain)
                .setParameterExceptionHandler(Failures::explainUsage)
                .execute(args.toArray(new String[0]));
    }

    private static Map<String, Supplier<Object>> commands() {
        final Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("time-wait", TimeWaitCommand::new);
        commands.put("time-wait-memory", TimeWaitMemory::new);
        commands.put("time-wait-ratio", TimeWaitRatio::new);
        commands.put("time-wait-standing", StandingCommand::new);
        commands.put("idle", IdleMemory::new);
        commands.put("idle-tun", IdleCommand::new);
        commands.put("flood", FloodCommand::new);
        commands.put("flood-tun", TunFloodCommand::new);
        commands.put("soak", SoakCommand::new);
        commands.put("churn", ChurnCommand::new);
        commands.put("peers", PeersCommand::new);
        commands.put("path", PathCommand::new);
        commands.put("audiolog", AudiologCommand::new);
        commands.put("page", BenchmarkPage::new);
        return commands;
    }

    /** A command with the option that explains it. */
    static CommandLine command(final Supplier<Object> command) {
        final CommandLine commandLine = new CommandLine(command.get());
        commandLine
                .getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help and end.")
                        .build())
                .usageMessage()
                .abbreviateSynopsis(true)
                .longOptionsMaxWidth(LABEL_WIDTH)
                .sortOptions(false);
        return commandLine;
    }

    private static int execute(final ParseResult parsed) {
        final ParseResult command = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
        if (!command.isUsageHelpRequested()) {
            Allowed.check(command);
        }
        return new RunLast().execute(parsed);
    }

    @Override
    public Integer call() throws Exception {
        if (help) {
            final CommandLine all = new CommandLine(this);
            COMMANDS.values().forEach(command -> all.addSubcommand(command(command)));
            all.usage(spec.commandLine().getOut());
        }
        return super.call();
    }

    @Override
    List<String> jmhWords() {
        return help ? List.of("-h") : List.of();
    }
}
