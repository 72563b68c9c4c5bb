package dev.culvert.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
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
            "What stands after -- is a command that runs inside the private network.",
            "Exit codes: 0 ok, 1 failure, 2 usage, 3 this machine lacks something; the command's own",
            "where there is one."
        })
public final class Main implements Runnable {
    private static final String END_OF_OPTIONS = "--";
    private static final String LEAK_DETECTION = "io.netty.leakDetection.level";

    @Spec
    private CommandSpec spec;

    private Main() {}

    /**
     * Runs one command and ends the JVM with its exit code. Netty does not look for leaks of buffers unless it is told to: it would
     * take a stack trace of every 128th read, a twentieth of what a round trip costs.
     */
    public static void main(final String[] args) {
        System.setProperty(LEAK_DETECTION, System.getProperty(LEAK_DETECTION, "disabled"));
        System.exit(execute(args));
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
        final CommandLine commandLine = commandLine(inner).setOut(out).setErr(err);
        return commandLine.execute(whole ? args : Arrays.copyOf(args, end));
    }

    /** The root command with all its subcommands, ready to execute; {@code inner} is what stood after {@code --}. */
    private static CommandLine commandLine(final List<String> inner) {
        return new CommandLine(new Main())
                .addSubcommand(new ServeCommand(inner))
                .addSubcommand(new ConnectCommand(inner))
                .addSubcommand(new ListenCommand(inner))
                .addSubcommand(new PingCommand(inner))
                .addSubcommand(new ExecCommand(inner))
                .addSubcommand(new CtlCommand())
                .addSubcommand(new SsCommand())
                .addSubcommand(new ScriptCommand())
                .addSubcommand(new PacketdrillCommand())
                .addSubcommand(new SimulateCommand())
                .addSubcommand(new LabCommand())
                .addSubcommand(new DoctorCommand())
                .setExecutionExceptionHandler(Failures::explain)
                .setParameterExceptionHandler(Failures::explainUsage)
                .setAbbreviatedOptionsAllowed(false);
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
