package dev.culvert.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code culvert}: chooses the command and turns its outcome into an {@link ExitCode}. */
@Command(
        name = "culvert",
        description = "A TCP/IP stack in user space, over a Linux TUN device.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.ManifestVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeOnInvalidInput = ExitCode.USAGE,
        exitCodeOnExecutionException = ExitCode.FAILURE,
        footer = {
            "",
            "Start with:",
            "  ./culvert serve -- curl -s http://10.83.0.2/",
            "  ./culvert serve -- bash",
            "  ./culvert doctor",
            "",
            "./culvert COMMAND --help has every option; ./culvert bench --help has the",
            "measurements, which are a program of their own.",
            "",
            "What stands after -- is a command that runs inside the private network.",
            "Exit codes: 0 ok, 1 failure, 2 usage, 3 this machine lacks something;",
            "the command's own where there is one."
        })
public final class Main implements Runnable {
    private static final String END_OF_OPTIONS = "--";
    private static final String LEAK_DETECTION = "io.netty.leakDetection.level";
    /** Netty's events for the flight recorder cost a tenth of the start, whether or not anybody records. */
    private static final String NETTY_EVENTS = "io.netty.jfr.enabled";
    /** Selectors here have a few clients: poll(2) does, and unlike what the JDK does with epoll(7), it needs no eventfd(2). */
    private static final String SELECTORS = "java.nio.channels.spi.SelectorProvider";

    @Spec
    private CommandSpec spec;

    private Main() {}

    /**
     * Runs one command and ends the JVM with its exit code. Netty does not look for leaks of buffers unless it is told to: it would
     * take a stack trace of every 128th read, a twentieth of what a round trip costs.
     */
    public static void main(final String[] args) {
        byDefault(LEAK_DETECTION, "disabled");
        byDefault(NETTY_EVENTS, "false");
        byDefault(SELECTORS, "sun.nio.ch.PollSelectorProvider");
        System.exit(execute(args));
    }

    private static void byDefault(final String property, final String value) {
        System.setProperty(property, System.getProperty(property, value));
    }

    /** Runs one command; its exit code. */
    static int execute(final String... args) {
        return execute(new PrintWriter(System.out, true, UTF_8), new PrintWriter(System.err, true, UTF_8), args);
    }

    /** As above, with its words for the user going there. */
    static int execute(final PrintWriter out, final PrintWriter err, final String... args) {
        final int end = Arrays.asList(args).indexOf(END_OF_OPTIONS);
        final boolean whole = end < 0;
        final List<String> inner = whole ? List.of() : List.of(args).subList(end + 1, args.length);
        final String[] own = whole ? args : Arrays.copyOf(args, end);
        return commandLine(own, inner).setOut(out).setErr(err).execute(own);
    }

    /**
     * The root command, ready to execute, with the subcommand that is asked for, since the model of each of them takes a part of
     * the start; with all of them where none is named.
     *
     * @param args what stood before {@code --}
     * @param inner what stood after it
     */
    private static CommandLine commandLine(final String[] args, final List<String> inner) {
        final Map<String, Supplier<Object>> commands = commands(inner);
        final CommandLine root = new CommandLine(new Main());
        if (args.length > 0 && commands.containsKey(args[0])) {
            root.addSubcommand(commands.get(args[0]).get());
        } else {
            commands.values().forEach(command -> root.addSubcommand(command.get()));
        }
        return root.setExecutionExceptionHandler(Failures::explain)
                .setParameterExceptionHandler(Failures::explainUsage)
                .setAbbreviatedOptionsAllowed(false);
    }

    /** By the names that their annotations have, in the order of the help. */
    static Map<String, Supplier<Object>> commands(final List<String> inner) {
        final Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("serve", () -> new ServeCommand(inner));
        commands.put("connect", () -> new ConnectCommand(inner));
        commands.put("listen", () -> new ListenCommand(inner));
        commands.put("ping", () -> new PingCommand(inner));
        commands.put("exec", () -> new ExecCommand(inner));
        commands.put("ctl", CtlCommand::new);
        commands.put("ss", SsCommand::new);
        commands.put("script", ScriptCommand::new);
        commands.put("packetdrill", PacketdrillCommand::new);
        commands.put("simulate", SimulateCommand::new);
        commands.put("lab", LabCommand::new);
        commands.put("doctor", DoctorCommand::new);
        return commands;
    }

    /** Reached only when no subcommand is named. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** The version that the build wrote into the jar's manifest. */
    static final class ManifestVersion implements IVersionProvider {
        @Override
        public String[] getVersion() {
            final String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"culvert " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
