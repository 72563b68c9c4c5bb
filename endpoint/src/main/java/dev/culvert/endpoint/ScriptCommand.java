package dev.culvert.endpoint;

import dev.culvert.endpoint.kernel.ScriptPlan;
import dev.culvert.kit.packetdrill.ExpectedFailures;
import dev.culvert.kit.packetdrill.PacketScripts;
import dev.culvert.kit.packetdrill.PcapFile;
import dev.culvert.kit.packetdrill.ScriptOptions;
import dev.culvert.kit.packetdrill.ScriptResult;
import dev.culvert.tun.device.Offload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code culvert script}: packet scripts against the stack in this process, under virtual time. */
@Command(
        name = "script",
        description =
                "Runs packet scripts (packetdrill's language) against the stack, in this process and under virtual time.",
        customSynopsis = "culvert script [OPTIONS] FILE|DIRECTORY...",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Needs no privileges and no network. Exit codes: 0 all passed, 1 one failed,",
            "2 usage, 3 this machine lacks what --against kernel needs.",
            "",
            "Examples:",
            "  culvert script handshake.pkt",
            "  culvert script --ip-version ipv6 --verbose scripts/",
            "  culvert script --against both handshake.pkt",
            "  culvert script --sysctl net.ipv4.tcp_syncookies=2 --pcap run.pcap flood.pkt"
        })
final class ScriptCommand implements Callable<Integer> {
    private static final String V6_MTU = "1520";

    @Option(
            names = {"-v", "--verbose"},
            description = "Print every packet and call with its time.")
    private boolean verbose;

    @Option(
            names = {"-D", "--define"},
            paramLabel = "NAME=VALUE",
            description = "Replace a word in the scripts.")
    private Map<String, String> defines = new LinkedHashMap<>();

    @Option(
            names = "--sysctl",
            paramLabel = "NAME=VALUE",
            description = "A setting that holds until a script makes its own.")
    private Map<String, String> sysctls = new LinkedHashMap<>();

    @Option(
            names = "--ip-version",
            paramLabel = "VERSION",
            description = "ipv4, ipv6 or ipv4-mapped-ipv6, for scripts that do not say. Default: ipv4.")
    private String ipVersion = "ipv4";

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "Largest packet, for scripts that do not say. Default: 1500; over IPv6 1520,"
                    + " so that segments are as long as over IPv4.")
    private Integer mtu;

    @Option(
            names = "--offload",
            paramLabel = "on|off",
            converter = TcpOptions.OnOff.class,
            description =
                    "Whether the stack makes super-segments, for scripts that do not say; the scripts see what they are"
                            + " on a wire. Default: off.")
    private Offload offload = Offload.OFF;

    @Option(
            names = "--expected-failures",
            paramLabel = "FILE",
            description = "Names of scripts that are known to fail, one a line. One of them that passes is a failure."
                    + " May be given several times.")
    private List<Path> expected = new ArrayList<>();

    @Option(names = "--pcap", paramLabel = "FILE", description = "Write the packets of the only script there.")
    private Path pcap;

    @Option(names = "--seed", paramLabel = "N", description = "Where everything random comes from. Default: 1.")
    private long seed = 1;

    @Option(
            names = "--against",
            paramLabel = "SUBJECT",
            description = "culvert, kernel (this machine's own TCP, in a private network and in real time) or both,"
                    + " which compares all that the two send. Default: culvert.")
    private String against = "culvert";

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Scripts that run at once against the kernel, 1 to 64. Default: 4.")
    private int jobs = 4;

    @Option(
            names = "--tolerance-ms",
            paramLabel = "MS",
            description = "How late things may be where time is real, 1 to 1000. Default: 25.")
    private int toleranceMs = 25;

    @Option(names = "--list", description = "Print the scripts and run none.")
    private boolean list;

    @Parameters(arity = "1..*", paramLabel = "FILE|DIRECTORY", description = "Scripts, or where *.pkt files lie.")
    private List<Path> places;

    @Spec
    private CommandSpec command;

    private int excused;

    @Override
    public Integer call() throws IOException, CommandFailure {
        final List<Path> scripts = scripts();
        final PrintWriter out = command.commandLine().getOut();
        if (list) {
            scripts.forEach(out::println);
            out.flush();
            return ExitCode.OK;
        }
        if (pcap != null && scripts.size() != 1) {
            throw new ParameterException(command.commandLine(), "--pcap wants exactly one script");
        }
        final ExpectedFailures failures = expectedFailures();
        final int failed = run(scripts, failures, out);
        out.println((scripts.size() - failed - excused) + " passed, " + failed + " failed"
                + (excused == 0 ? "" : ", " + excused + " failed as expected"));
        out.flush();
        return failed == 0 ? ExitCode.OK : ExitCode.FAILURE;
    }

    private List<Path> scripts() throws CommandFailure {
        final List<Path> scripts = new ArrayList<>();
        for (final Path place : places) {
            if (!Files.exists(place)) {
                throw new ParameterException(command.commandLine(), "there is no " + place);
            }
            scripts.addAll(PacketScripts.find(place));
        }
        if (scripts.isEmpty()) {
            throw new CommandFailure("no *.pkt file there");
        }
        return scripts;
    }

    private int run(final List<Path> scripts, final ExpectedFailures failures, final PrintWriter out)
            throws IOException {
        int failed = 0;
        for (final Map.Entry<Path, Future<ScriptResult>> run : start(scripts).entrySet()) {
            final ScriptResult result = result(run.getValue());
            if (verbose) {
                out.println(run.getKey());
                result.transcript().forEach(out::println);
            }
            if (pcap != null) {
                PcapFile.write(pcap, result);
            }
            final String objection = failures.objection(run.getKey(), result);
            if (objection != null) {
                failed++;
                out.println(objection);
            } else if (!result.passed()) {
                excused++;
            }
            out.flush();
        }
        return failed;
    }

    /** Against Culvert one after the other; the kernel's time is real, so several at once. */
    private Map<Path, Future<ScriptResult>> start(final List<Path> scripts) {
        final ScriptPlan.Against subject = subject();
        final ScriptOptions options = options();
        final ScriptPlan plan = new ScriptPlan(subject, range("--tolerance-ms", toleranceMs, 1_000) * 1_000L);
        final ExecutorService threads = Executors.newFixedThreadPool(
                subject == ScriptPlan.Against.CULVERT ? 1 : range("--jobs", jobs, 64), ScriptCommand::daemon);
        final Map<Path, Future<ScriptResult>> running = new LinkedHashMap<>();
        scripts.forEach(script -> running.put(script, threads.submit(() -> plan.run(script, options))));
        threads.shutdown();
        return running;
    }

    private static Thread daemon(final Runnable task) {
        final Thread thread = new Thread(task, "culvert-script");
        thread.setDaemon(true);
        return thread;
    }

    private static ScriptResult result(final Future<ScriptResult> run) {
        try {
            return run.get();
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        } catch (final ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause; // such as a machine that has no private networks
            }
            throw new IllegalStateException(failure.getCause());
        }
    }

    private ScriptPlan.Against subject() {
        return switch (against) {
            case "culvert" -> ScriptPlan.Against.CULVERT;
            case "kernel" -> ScriptPlan.Against.KERNEL;
            case "both" -> ScriptPlan.Against.BOTH;
            default ->
                throw new ParameterException(
                        command.commandLine(), "--against is culvert, kernel or both, not " + against);
        };
    }

    private int range(final String option, final int value, final int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(command.commandLine(), option + " is 1 to " + most + ", not " + value);
        }
        return value;
    }

    private ExpectedFailures expectedFailures() {
        ExpectedFailures failures = ExpectedFailures.NONE;
        for (final Path list : expected) {
            if (!Files.isReadable(list)) {
                throw new ParameterException(command.commandLine(), list + " cannot be read");
            }
            failures = failures.and(ExpectedFailures.read(list));
        }
        return failures;
    }

    private ScriptOptions options() {
        if (!List.of("ipv4", "ipv6", "ipv4-mapped-ipv6").contains(ipVersion)) {
            throw new ParameterException(
                    command.commandLine(), "--ip-version is ipv4, ipv6 or ipv4-mapped-ipv6, not " + ipVersion);
        }
        final List<Map.Entry<String, String>> options = new ArrayList<>();
        if (mtu != null) {
            options.add(Map.entry("mtu", Integer.toString(mtu)));
        } else if (ipVersion.equals("ipv6")) {
            options.add(Map.entry("mtu", V6_MTU));
        }
        final ScriptOptions plain = new ScriptOptions(ipVersion, options, defines, sysctls, seed);
        return offload == Offload.ON ? plain.withOffload() : plain;
    }
}
