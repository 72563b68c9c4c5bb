package dev.culvert.endpoint.run;

import dev.culvert.kit.trace.FlowFiles;
import dev.culvert.kit.trace.FlowRecorder;
import dev.culvert.tcp.Probe;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.CulvertStackBuilder;
import dev.culvert.tun.KeptSecret;
import dev.culvert.tun.TransportAddress;
import dev.culvert.tun.control.ControlException;
import dev.culvert.tun.control.ControlServer;
import dev.culvert.tun.device.ImpairedDevice;
import dev.culvert.tun.device.InterfaceAddress;
import dev.culvert.tun.device.Offload;
import dev.culvert.tun.device.PacketDevice;
import dev.culvert.tun.device.PcapngFile;
import dev.culvert.tun.device.PcapngTap;
import dev.culvert.tun.device.PipelinedDevice;
import dev.culvert.tun.device.TracedDevice;
import dev.culvert.tun.device.TunDevice;
import dev.culvert.tun.device.TunOptions;
import dev.culvert.tun.netns.PrivateNetwork;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.PacketPrinter;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A running stack with everything around it: the device, or the private network that it is in; capture and impairment; the
 * control socket. One thread starts and closes it.
 */
public final class Endpoint implements AutoCloseable {
    /**
     * Netty's default, the adaptive allocator, cannot reuse a chunk before its last buffer has come back, and a few slow
     * connections among thousands keep such buffers for long.
     */
    private static final ByteBufAllocator POOL = PooledByteBufAllocator.DEFAULT;

    private final Console console;
    private final EndpointPlan plan;
    private final ConnectionLog log;
    private final Optional<PrivateNetwork> network;
    private final Offload offload;
    private final CulvertStack stack;
    private final Optional<KeptSecret> secret;
    private final Optional<FlowRecorder> recorder;
    private ControlServer control;

    private Endpoint(
            final EndpointPlan plan,
            final Console console,
            final Optional<KeptSecret> secret,
            final Optional<FlowRecorder> recorder,
            final Runnable stackFailed)
            throws IOException {
        this.secret = secret;
        this.recorder = recorder;
        this.plan = plan;
        this.console = console;
        log = new ConnectionLog(console, System::nanoTime, stackFailed);
        network = plan.attach() ? Optional.empty() : Optional.of(PrivateNetwork.open(plan.tun()));
        final List<TunDevice> queues =
                network.map(PrivateNetwork::devices).orElseGet(() -> TunDevice.attachAll(plan.tun()));
        final TunDevice tun = queues.get(0);
        try {
            offload = tun.offload();
            sayOffload(tun.name());
            sayQueues(queues);
            sayEventfd(tun);
            stack = build(queues).start();
        } catch (final IOException | RuntimeException failure) {
            queues.forEach(TunDevice::close);
            network.ifPresent(PrivateNetwork::close);
            throw failure;
        }
    }

    /**
     * Starts a stack as planned.
     *
     * @param stackFailed is called when the stack ends by itself, after the user has been told
     * @throws dev.culvert.tun.device.DeviceException when the host does not allow it; the message says what to do
     * @throws ControlException when the name is taken
     * @throws IOException when the secret file cannot be had, or a file to record in cannot be written
     */
    public static Endpoint start(final EndpointPlan plan, final Console console, final Runnable stackFailed)
            throws IOException, ControlException {
        final Optional<KeptSecret> secret =
                plan.secret() == null ? Optional.empty() : Optional.of(KeptSecret.open(plan.secret()));
        Optional<FlowRecorder> recorder = Optional.empty();
        final Endpoint endpoint;
        try {
            recorder = recorder(plan.flows(), now(secret), console);
            endpoint = new Endpoint(plan, console, secret, recorder, stackFailed);
        } catch (final IOException | RuntimeException failure) {
            recorder.ifPresent(FlowRecorder::close);
            release(secret, console);
            throw failure;
        }
        try {
            endpoint.openControl();
            return endpoint;
        } catch (final IOException | ControlException | RuntimeException failure) {
            endpoint.close();
            throw failure;
        }
    }

    private static Optional<FlowRecorder> recorder(final FlowFiles files, final long startNs, final Console console)
            throws IOException {
        try {
            return files.isAny() ? Optional.of(FlowRecorder.open(files, startNs, console::say)) : Optional.empty();
        } catch (final FileSystemException e) {
            throw PcapngFile.cannotWrite(Path.of(e.getFile()), e);
        }
    }

    /** The stack's time. */
    private static long now(final Optional<KeptSecret> secret) {
        return secret.map(KeptSecret::nowNs).orElseGet(System::nanoTime);
    }

    private void sayQueues(final List<TunDevice> queues) {
        if (queues.size() < plan.tun().queues()) {
            console.say((queues.size() == 1 ? "one queue" : queues.size() + " queues") + " instead of "
                    + plan.tun().queues() + ": this kernel, or the interface "
                    + plan.tun().name() + " as it was made, has no more");
        }
    }

    private CulvertStack build(final List<TunDevice> queues) throws IOException {
        final CulvertStackBuilder builder = CulvertStack.builder()
                .devices(decorated(queues))
                .name("culvert")
                .allocator(POOL)
                .tcp(plan.tcp())
                .memoryLimitBytes(plan.memoryBytes())
                .maxTimeWait(plan.maxTimeWait())
                .timeWaitOverflow(plan.timeWaitOverflow())
                .monitor(log)
                .probe(probe());
        secret.ifPresent(builder::keptSecret);
        if (plan.spinNs() != null) {
            builder.spinNs(plan.spinNs());
        }
        addresses(queues.get(0)).forEach(builder::address);
        return builder.build();
    }

    private Probe probe() {
        final Probe states = new StateTrace(console, now(secret));
        return recorder.map(flows -> states.and(flows.probe())).orElse(states);
    }

    private void sayOffload(final String device) {
        if (offload == Offload.UNAVAILABLE) {
            console.say("no offload: this kernel's TUN has none; " + device + " takes every packet by itself");
        }
    }

    private void sayEventfd(final TunDevice tun) {
        tun.eventfdRefusal()
                .ifPresent(why -> console.say("no eventfd: " + why + "; threads wake each other through pipes"));
    }

    /** Without IPv6 where the interface does not carry it. */
    private List<IpAddress> addresses(final TunDevice tun) {
        final boolean asked = plan.tun().stackAddresses().stream().anyMatch(address -> !address.isV4());
        final boolean carried = tun.mtu() >= TunOptions.MIN_MTU_V6
                && network.map(PrivateNetwork::carriesV6).orElse(true);
        if (asked && !carried) {
            console.say(
                    tun.mtu() < TunOptions.MIN_MTU_V6
                            ? "no IPv6: it needs an MTU of " + TunOptions.MIN_MTU_V6 + " (RFC 8200), " + tun.name()
                                    + " has " + tun.mtu()
                            : "no IPv6: this kernel gave no address to " + tun.name());
        }
        return plan.tun().stackAddresses().stream()
                .filter(address -> address.isV4() || carried)
                .map(InterfaceAddress::address)
                .toList();
    }

    /**
     * Capture and trace show what the stack sees, so they stand between it and the impairment, which each queue has for itself.
     */
    private List<? extends PacketDevice> decorated(final List<TunDevice> queues) throws IOException {
        List<? extends PacketDevice> devices =
                plan.pipelined() ? queues.stream().map(PipelinedDevice::new).toList() : queues;
        if (plan.impairment() != null) {
            devices = devices.stream()
                    .map(device -> new ImpairedDevice(device, plan.impairment(), System::nanoTime))
                    .toList();
        }
        if (plan.capture() != null) {
            devices = PcapngTap.open(devices, plan.capture(), Endpoint::epochNanos, console::say);
        }
        return console.wants(Console.PACKETS)
                ? devices.stream()
                        .map(device -> new TracedDevice(device, PacketPrinter::print, console::say))
                        .toList()
                : devices;
    }

    private static long epochNanos() {
        final Instant now = Clock.systemUTC().instant();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    private void openControl() throws IOException, ControlException {
        control = ControlServer.open(plan.name(), stack)
                .info("attached", Boolean.toString(plan.attach()))
                .info("offload", offload.name().toLowerCase(Locale.ROOT));
        network.ifPresent(inside -> control.info("holder", Long.toString(inside.holderPid())));
        control.settings().add("verbosity", () -> Integer.toString(console.level()), this::verbosity);
        control.start();
    }

    private void verbosity(final String value) throws ControlException {
        try {
            console.level(Integer.parseInt(value));
        } catch (final IllegalArgumentException notOne) {
            throw new ControlException(
                    "verbosity must be " + Console.QUIET + " to " + Console.PACKETS + ", not " + value);
        }
    }

    // ------------------------------------------------------------------ while it runs

    /** The stack, running. */
    public CulvertStack stack() {
        return stack;
    }

    /** What it was made from. */
    public EndpointPlan plan() {
        return plan;
    }

    /** What is said to the user. */
    public Console console() {
        return console;
    }

    /** How connections to a port are called in the log. */
    public void name(final int port, final String service) {
        log.name(port, service);
    }

    /** The stack's first address of a family. */
    public Optional<IpAddress> address(final boolean v4) {
        return stack.addresses().stream()
                .filter(address -> address.isV4() == v4)
                .findFirst();
    }

    /** The stack's first address and this port, for people. */
    public String at(final int port) {
        return new TransportAddress(stack.addresses().get(0), port).toString();
    }

    /**
     * Starts a command in the endpoint's network, with the streams of the builder; {@code CULVERT_ADDR4} and
     * {@code CULVERT_ADDR6} tell it the stack's addresses. It does not outlive this program.
     */
    public Process run(final ProcessBuilder builder) throws IOException {
        address(true).ifPresent(address -> builder.environment().put("CULVERT_ADDR4", address.toString()));
        address(false).ifPresent(address -> builder.environment().put("CULVERT_ADDR6", address.toString()));
        return network.isPresent() ? network.get().runCommand(builder) : Commands.startBound(builder);
    }

    // ------------------------------------------------------------------ the end

    /** Connections that have not ended, and are not in TIME-WAIT. */
    public int openConnections() {
        try {
            return stack.statistics().connections();
        } catch (final IOException stopped) {
            return 0;
        }
    }

    /** Ends every connection in good order and resets what is left after {@code grace}; waits for that. */
    public void shutdown(final Duration grace) {
        stack.shutdown(grace);
    }

    /** Ends what still runs, at once, also when the calling thread has been interrupted. */
    @Override
    public void close() {
        final boolean interrupted = Thread.interrupted();
        closeControl();
        stack.shutdown(Duration.ZERO);
        recorder.ifPresent(FlowRecorder::close);
        network.ifPresent(PrivateNetwork::close);
        release(secret, console);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void release(final Optional<KeptSecret> secret, final Console console) {
        secret.ifPresent(file -> {
            try {
                file.close();
            } catch (final IOException failure) {
                console.say("cannot close the secret file: " + failure.getMessage());
            }
        });
    }

    private void closeControl() {
        if (control != null) {
            try {
                control.close();
            } catch (final IOException failure) {
                console.say("cannot remove " + control.path() + ": " + failure.getMessage());
            }
        }
    }
}
