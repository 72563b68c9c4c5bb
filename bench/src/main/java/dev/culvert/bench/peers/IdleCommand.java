package dev.culvert.bench.peers;

import dev.culvert.bench.churn.Child;
import dev.culvert.bench.churn.ChurnNetwork;
import dev.culvert.bench.churn.IdleClient;
import dev.culvert.bench.churn.Processors;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * The command {@code culvert bench idle-tun}: what a connection takes that a client over the kernel's TCP has opened over TUN, that
 * has been served and says nothing, in a process with a stack, its thread and the Java interface.
 */
@Command(
        name = "idle-tun",
        description = {
            "Measures the memory of a silent connection over TUN.",
            "One that a client of the kernel's has opened, in a process with a stack, its thread and the Java interface."
        })
public final class IdleCommand implements Callable<Integer> {
    private static final String OPEN_FILES = "Max open files";
    /** What a JVM has open itself, generously. */
    private static final int OWN_FILES = 200;

    private static final int MOST_PORTS = 60_000;
    private static final int WARM_UP = 2_000;

    @Option(
            names = "--connections",
            paramLabel = "1000..1000000",
            description = "Connections that stand. Default: ${DEFAULT-VALUE}.")
    private int connections = 100_000;

    /**
     * Measures and prints; the last line is for scripts.
     *
     * @throws dev.culvert.tun.device.DeviceException when the machine does not allow private networks
     */
    @Override
    public Integer call() throws IOException {
        final Processors processors = Processors.ofThisProcess();
        final List<Child> clients = new ArrayList<>();
        try (ChurnNetwork network = ChurnNetwork.open(processors);
                OwnCulvert server =
                        OwnCulvert.start(network, processors, "culvert1", "10.83.0", TcpConfig.DEFAULT.mslMs())) {
            network.network().device().close(); // the server has an interface of its own
            try {
                open(WARM_UP, clients, network, processors, server);
                final Held before = server.held();
                open(connections, clients, network, processors, server);
                print(server.held().since(before));
            } finally {
                clients.forEach(Child::close);
            }
        }
        return ExitCode.OK;
    }

    /** As many clients as it takes, since each has an address and a limit of files. */
    private void open(
            final int count,
            final List<Child> clients,
            final ChurnNetwork network,
            final Processors processors,
            final OwnCulvert server)
            throws IOException {
        final int most = Math.min(MOST_PORTS, openFiles() - OWN_FILES);
        for (int left = count; left > 0; left -= most) {
            final String source =
                    IpAddress.v4(ChurnNetwork.FIRST_SOURCE + 1 + clients.size()).toString();
            final List<String> command = new ArrayList<>(Child.java(IdleClient.class, processors.client()));
            command.addAll(List.of(server.address(), source));
            final Child client = network.server(null, command);
            clients.add(client);
            final int wanted = Math.min(most, left);
            final int opened =
                    Integer.parseInt(client.say(Integer.toString(wanted)).answer());
            if (opened != wanted) {
                throw new IllegalStateException(opened + " connections instead of " + wanted);
            }
        }
    }

    /** The hard limit, which a JVM makes its own. */
    private static int openFiles() throws IOException {
        for (final String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith(OPEN_FILES)) {
                final String hard = line.substring(OPEN_FILES.length()).strip().split(" +", -1)[1];
                return hard.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(hard);
            }
        }
        throw new IOException("/proc/self/limits has no line '" + OPEN_FILES + "'");
    }

    private void print(final Held held) {
        if (held.connections() != connections) {
            throw new IllegalStateException(held.connections() + " connections stand instead of " + connections);
        }
        System.out.printf(
                Locale.ROOT,
                "RESULT benchmark=idle-tun connections=%d bytesPerConnection=%.1f heapBytesPerConnection=%.1f"
                        + " offHeapBytesPerConnection=%.1f processBytesPerConnection=%.1f jdk=%s%n",
                connections,
                (double) (held.heap() + held.offHeap()) / connections,
                (double) held.heap() / connections,
                (double) held.offHeap() / connections,
                (double) held.process() / connections,
                System.getProperty("java.version"));
    }
}
