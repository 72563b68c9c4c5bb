package dev.culvert.bench.peers;

import dev.culvert.bench.churn.Child;
import dev.culvert.bench.churn.ChurnNetwork;
import dev.culvert.bench.churn.Exchange;
import dev.culvert.bench.churn.Processors;
import dev.culvert.tun.device.DeviceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** All servers that this machine can run. One that is not there is told of, with the reason. */
final class Peers implements AutoCloseable {
    /** Those that there may be, in the order of the table. */
    static final List<String> NAMES = List.of("culvert", "plain", "pipelined", "kernel", "nginx", "gvisor");

    private static final String GVISOR_SOURCE = "/gvisor/main.go";
    private static final String GO_PACKAGES = "/usr/share/gocode";
    private static final String GVISOR_PACKAGE = GO_PACKAGES + "/src/gvisor.dev/gvisor/pkg/tcpip";
    private static final String MAKE_TUN = """
            ip tuntap add dev gvisor0 mode tun
            ip address add 10.86.0.1/24 dev gvisor0
            ip link set gvisor0 up txqueuelen 4000 mtu MTU
            """;

    private final ChurnNetwork network;
    private final Processors processors;
    private final List<String> without;
    private final int mtu;
    private final List<Peer> running = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private Path built;

    private Peers(final ChurnNetwork network, final Processors processors, final List<String> without, final int mtu) {
        this.mtu = mtu;
        this.network = network;
        this.processors = processors;
        this.without = without;
    }

    /** Starts them, except those that are not wanted; the kernel's is always there. */
    static Peers start(
            final ChurnNetwork network, final Processors processors, final List<String> without, final int mtu) {
        final Peers peers = new Peers(network, processors, without, mtu);
        try {
            peers.startAll();
            return peers;
        } catch (final RuntimeException failed) {
            peers.close();
            throw failed;
        }
    }

    private void startAll() {
        culvert("culvert", "Culvert over TUN, one thread", "10.83.0", "culvert1", "default", processors.server());
        culvert("plain", "the same without offload", "10.88.0", "culvert3", "plain", processors.server());
        culvert(
                "pipelined",
                "Culvert over TUN, three threads on both processors",
                "10.87.0",
                "culvert2",
                "pipelined",
                processors.server(),
                processors.client());
        final Child kernel = network.serverThere(mtu); // which keeps the second network
        running.add(new Peer(
                "kernel",
                "the kernel's TCP over veth, epoll",
                ChurnNetwork.KERNEL,
                Exchange.SERVER_CLOSES,
                false,
                kernel));
        if (wanted("nginx") && (installed("nginx") || isMissing("nginx: it is not installed (Debian: nginx-light)"))) {
            // it inherits the processor of the JVM that starts it
            final Child nginx = network.server(kernel, Child.java(NginxProcess.class, processors.server()));
            running.add(new Peer("nginx", "nginx over veth", ChurnNetwork.KERNEL, NginxProcess.PORT, true, nginx));
        }
        if (wanted("gvisor") && canBuildGvisor()) {
            gvisor();
        }
    }

    private void culvert(
            final String name,
            final String meaning,
            final String net,
            final String device,
            final String mode,
            final int... on) {
        if (wanted(name)) {
            final List<String> command = new ArrayList<>(Child.java(CulvertProcess.class, on));
            command.addAll(List.of(device, net + ".2", net + ".1", Integer.toString(mtu), mode));
            running.add(
                    new Peer(name, meaning, net + ".2", Exchange.SERVER_CLOSES, false, network.server(null, command)));
        }
    }

    private boolean wanted(final String name) {
        return !without.contains(name);
    }

    private boolean isMissing(final String why) {
        missing.add(why);
        return false;
    }

    private static boolean installed(final String program) {
        return Stream.of(System.getenv()
                        .getOrDefault("PATH", "/usr/sbin:/usr/bin")
                        .split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    // ------------------------------------------------------------------ gVisor

    private boolean canBuildGvisor() {
        if (!installed("go")) {
            return isMissing("gvisor: Go is not installed (Debian: golang-go)");
        }
        return Files.isDirectory(Path.of(GVISOR_PACKAGE))
                || isMissing("gvisor: its packages are not installed (Debian: golang-gvisor-gvisor-dev)");
    }

    private void gvisor() {
        try {
            built = Files.createTempDirectory("culvert-gvisor");
            final Path source = built.resolve("main.go");
            try (InputStream in = Peers.class.getResourceAsStream(GVISOR_SOURCE)) {
                Files.copy(in, source);
            }
            final ProcessBuilder build = new ProcessBuilder("go", "build", "-o", "server", "main.go")
                    .directory(built.toFile())
                    .inheritIO();
            build.environment().put("GO111MODULE", "off");
            build.environment().put("GOPATH", GO_PACKAGES);
            build.environment().putIfAbsent("GOCACHE", built.resolve("cache").toString());
            System.out.println("building gVisor's server ...");
            if (build.start().waitFor() != 0) {
                isMissing("gvisor: its server could not be built");
                return;
            }
        } catch (final IOException e) {
            throw new DeviceException("gVisor's server cannot be built (" + e.getMessage() + ")");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException("interrupted");
        }
        Child.script(network.network(), MAKE_TUN.replace("MTU", Integer.toString(mtu)));
        final List<String> command = List.of(
                "taskset",
                "--cpu-list",
                Integer.toString(processors.server()),
                built.resolve("server").toString(),
                "gvisor0",
                "10.86.0.2",
                Integer.toString(mtu));
        running.add(new Peer(
                "gvisor",
                "gVisor's stack over TUN",
                "10.86.0.2",
                Exchange.SERVER_CLOSES,
                false,
                network.server(null, command)));
    }

    // ------------------------------------------------------------------ all of them

    List<Peer> running() {
        return running;
    }

    /** What is not there, and why. */
    List<String> missing() {
        return missing;
    }

    @Override
    public void close() {
        running.forEach(Peer::close);
        if (built != null) {
            try (Stream<Path> files = Files.walk(built)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (final IOException left) {
                System.err.println("cannot delete " + built + ": " + left.getMessage());
            }
        }
    }
}
