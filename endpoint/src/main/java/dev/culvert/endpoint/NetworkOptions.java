package dev.culvert.endpoint;

import dev.culvert.endpoint.run.Console;
import dev.culvert.endpoint.run.EndpointPlan;
import dev.culvert.env.RefusedValueException;
import dev.culvert.kit.trace.FlowFiles;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpPreset;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.tun.ByteSize;
import dev.culvert.tun.device.ImpairmentPlan;
import dev.culvert.tun.device.InterfaceAddress;
import dev.culvert.tun.device.Offload;
import dev.culvert.tun.device.TunOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that starts a stack. */
final class NetworkOptions {
    private static final String NONE = "none";
    private static final int MOST_SPIN_US = 10_000;
    /** What every host must take in one piece (RFC 1122 §3.3.2). */
    private static final int LEAST_MTU = 576;

    private static final int MOST_MTU = 65_535;

    @Option(
            names = "--tun",
            paramLabel = "NAME",
            description = {
                "Use the TUN interface NAME of the network namespace that the program runs in, and make it if need be"
                        + " (root), instead of a private network of its own."
            })
    private String tun;

    @Option(
            names = "--mtu",
            paramLabel = "N",
            description = "Largest packet in bytes, 576 to 65535; below 1280 there is no IPv6. Default: 1500.")
    private Integer mtu;

    @Option(
            names = "--offload",
            paramLabel = "on|off",
            converter = TcpOptions.OnOff.class,
            description = {
                "Leave super-segments and checksums to the kernel where its TUN can (on), or send and receive every packet as on"
                        + " a wire (off). Default: on."
            })
    private Offload offload = Offload.ON;

    @Option(
            names = "--queues",
            paramLabel = "N",
            description = {
                "Queues of the TUN interface, each with a thread and a share of the connections: 1 to 16, no more than there are"
                        + " processors. Default: $CULVERT_QUEUES, or 1."
            })
    private Integer queues;

    @Option(
            names = "--addr4",
            paramLabel = "A/P",
            description = "Culvert's IPv4 address and prefix length, or none. Default: 10.83.0.2/24.")
    private String addr4;

    @Option(
            names = "--addr6",
            paramLabel = "A/P",
            description = "Culvert's IPv6 address and prefix length, or none. Default: fd83::2/64.")
    private String addr6;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            converter = TcpOptions.Presets.class,
            description = {
                "Deal with TIME-WAIT and with silent peers as others do: rfc (MSL 120 s), linux (60 s of TIME-WAIT), bsd (60 s,"
                        + " the oldest make room), windows (240 s), windows-60. Options beside it win."
            })
    private TcpPreset preset;

    @Option(
            names = "--msl",
            paramLabel = "MS",
            description = "Maximum segment lifetime in ms: TIME-WAIT lasts twice as long. Default: 30000.")
    private Integer mslMs;

    @Option(
            names = "--congestion",
            paramLabel = "NAME",
            description =
                    "Congestion control: cubic, newreno, bbr, or one that is found beside the stack. Default: cubic.")
    private String congestion;

    @Option(names = "--pacing", description = "Spread text over the round trip; bbr always does.")
    private boolean pacing;

    @Option(
            names = "--pipelined",
            description = {
                "Read and write the device on threads of their own, with rings between them and the stack, instead of all on one"
                        + " thread. Worth a try where three cores have nothing else to do."
            })
    private boolean pipelined;

    @Option(
            names = "--spin",
            paramLabel = "MICROSECONDS",
            description = {
                "Without work, look for packets for so long before going to sleep, while that pays; 0: sleep at once. Default: 30,"
                        + " with one core 0."
            })
    private Integer spinUs;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description =
                    "Most memory for payload and for connections without a control block, such as 512M. Default: 1G.")
    private String memory;

    @Option(
            names = "--time-wait-max",
            paramLabel = "N",
            description = "Connections in TIME-WAIT at most. Default: as many as memory can hold, 16 million.")
    private Integer maxTimeWait;

    @Option(
            names = "--time-wait-overflow",
            paramLabel = "POLICY",
            converter = TcpOptions.Overflows.class,
            description = {
                "What happens beyond that: drop-new (the connection ends without TIME-WAIT), drop-oldest, reset (the peer is"
                        + " told by a RST). Default: drop-new."
            })
    private TimeWaitOverflow timeWaitOverflow;

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            description = {
                "Keep keys and clock in FILE, which is made with mode 0600, so that sequence numbers and timestamps go on where"
                        + " they were after a restart. Default: new keys at each start."
            })
    private Path secret;

    @Option(
            names = "--pcap",
            paramLabel = "FILE",
            description = "Record all packets in FILE (pcapng), as the stack sees them.")
    private Path capture;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description = {
                "At the end, draw what the busiest connections did over time in FILE (SVG): sequence numbers, windows, round"
                        + " trips, rates."
            })
    private Path plot;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = {
                "Record window, round trip and rate at every acknowledgement in FILE: CSV if its name ends so, else a JSON"
                        + " object per line."
            })
    private Path trace;

    @Option(
            names = "--impair",
            paramLabel = "SPEC",
            description = {
                "Make the link worse, such as loss=2%%,delay=10ms,jitter=3ms,reorder=1%%,duplicate=1%%,corrupt=0.1%%,"
                        + "rate=100mbit,queue=1000,seed=7; in: or out: before a key limits it to one direction."
            })
    private String impairment;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name for ctl and exec, where several endpoints run. Default: the process id.")
    private String name;

    @Option(
            names = {"-v", "--verbose"},
            description =
                    "Say a line for each connection; -vv: for each change of a state and each HTTP request as well;"
                            + " -vvv: for each packet as well.")
    private boolean[] verbose = {};

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** What was asked for; options that make no sense are usage errors. */
    EndpointPlan plan() {
        return new EndpointPlan(
                name(),
                tunOptions(),
                tun != null,
                pipelined,
                spinNs(),
                tcp(),
                memoryBytes(),
                maxTimeWait(),
                timeWaitOverflow(),
                secret,
                capture,
                flows(),
                impairmentPlan());
    }

    private FlowFiles flows() {
        final String title = command.qualifiedName() + ", " + tcp().congestion();
        return new FlowFiles(plot, trace, impairment == null ? title : title + ", " + impairment);
    }

    /** Where to say what was asked for. */
    Console console() {
        return new Console(command.commandLine().getErr(), verbose.length);
    }

    /** Whether the interface is one of the program's own namespace. */
    boolean attaches() {
        return tun != null;
    }

    /** The endpoint's name; the user chose it if it is not the process id. */
    String name() {
        return name == null ? Long.toString(ProcessHandle.current().pid()) : name;
    }

    /** Null: the default. */
    private Long spinNs() {
        if (spinUs == null) {
            return null;
        }
        return wrap("--spin", () -> {
            if (spinUs < 0 || spinUs > MOST_SPIN_US) {
                throw new IllegalArgumentException("0 to " + MOST_SPIN_US + " µs, not " + spinUs);
            }
            return spinUs * 1_000L;
        });
    }

    private TcpConfig tcp() {
        final TcpConfig base = preset == null ? TcpConfig.DEFAULT : preset.apply(TcpConfig.DEFAULT);
        final TcpConfig timed = mslMs == null
                ? base
                : wrap("--msl", () -> base.with().mslMs(mslMs).build());
        final TcpConfig paced = pacing ? timed.with().pacing(true).build() : timed;
        return congestion == null
                ? paced
                : wrap("--congestion", () -> paced.with().congestion(congestion).build());
    }

    /** 0: the default. */
    private long memoryBytes() {
        if (memory == null) {
            return 0;
        }
        return wrap("--memory", () -> {
            final long bytes = ByteSize.parse(memory);
            ShardConfig.checkMemory(bytes);
            return bytes;
        });
    }

    /** 0: by memory. */
    private int maxTimeWait() {
        final long bytes = memory == null ? ShardConfig.DEFAULT_MEMORY : memoryBytes();
        if (maxTimeWait == null) {
            return preset == null ? 0 : Math.min(preset.maxTimeWait(), ShardConfig.mostTimeWait(bytes));
        }
        return wrap("--time-wait-max", () -> {
            ShardConfig.checkTimeWait(maxTimeWait, bytes);
            return maxTimeWait;
        });
    }

    private TimeWaitOverflow timeWaitOverflow() {
        if (timeWaitOverflow != null) {
            return timeWaitOverflow;
        }
        return preset == null ? TimeWaitOverflow.DROP_NEW : preset.timeWaitOverflow();
    }

    private ImpairmentPlan impairmentPlan() {
        return impairment == null ? null : wrap("--impair", () -> ImpairmentPlan.parse(impairment));
    }

    private TunOptions tunOptions() {
        final List<InterfaceAddress> stack = new ArrayList<>();
        final List<InterfaceAddress> host = new ArrayList<>();
        add(stack, host, "--addr4", addr4, TunOptions.DEFAULT.stackV4().orElseThrow());
        add(stack, host, "--addr6", addr6, TunOptions.DEFAULT.stackV6().orElseThrow());
        if (stack.isEmpty()) {
            throw usage("--addr4 none and --addr6 none leave no address");
        }
        final TunOptions base = TunOptions.DEFAULT
                .withStackAddresses(stack)
                .withHostAddresses(host)
                .withOffload(offload == Offload.ON);
        final TunOptions wide = wrap("--queues", () -> base.withQueues(queues()));
        final TunOptions named = tun == null ? wide : wrap("--tun", () -> wide.withName(tun));
        if (mtu != null && (mtu < LEAST_MTU || mtu > MOST_MTU)) {
            throw usage("--mtu: an MTU must be " + LEAST_MTU + " to " + MOST_MTU + ", not " + mtu);
        }
        final TunOptions sized = mtu == null ? named : named.withMtu(mtu);
        if (!sized.carriesV6() && sized.stackV4().isEmpty()) {
            throw usage("--mtu " + mtu + " carries no IPv6 (RFC 8200: 1280), and there is no IPv4 address");
        }
        return sized;
    }

    private int queues() {
        final int wanted = queues == null ? usualQueues() : queues;
        final int processors = Runtime.getRuntime().availableProcessors();
        if (wanted > processors) {
            throw new IllegalArgumentException(wanted + " queues need as many processors, and there "
                    + (processors == 1 ? "is 1" : "are " + processors));
        }
        return wanted;
    }

    /** So that whole test suites can be run with several queues. */
    private static int usualQueues() {
        final String number = System.getenv("CULVERT_QUEUES");
        if (number == null || number.isEmpty()) {
            return 1;
        }
        if (!number.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("CULVERT_QUEUES in the environment is no number: '" + number + "'");
        }
        return Integer.parseInt(number);
    }

    private void add(
            final List<InterfaceAddress> stack,
            final List<InterfaceAddress> host,
            final String option,
            final String text,
            final InterfaceAddress otherwise) {
        if (NONE.equals(text)) {
            return;
        }
        final InterfaceAddress own = text == null ? otherwise : wrap(option, () -> InterfaceAddress.parse(text));
        if (own.isV4() != otherwise.isV4()) {
            throw usage(option + ": " + own.address() + " is of the other family");
        }
        stack.add(own);
        host.add(wrap(option, () -> HostSide.of(own)));
    }

    /** Runs something that refuses nonsense, as an error about this option. */
    private <T> T wrap(final String option, final Supplier<T> action) {
        try {
            return action.get();
        } catch (final RefusedValueException refused) {
            throw usage(option + ": " + refused.complaint());
        } catch (final IllegalArgumentException nonsense) {
            throw usage(option + ": " + nonsense.getMessage());
        }
    }

    private ParameterException usage(final String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
