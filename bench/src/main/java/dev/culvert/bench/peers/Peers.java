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
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** All servers that this machine can run. One that is not there is told of, with the reason. */
final class Peers implements AutoCloseable {
    /** What the device allows, with offload. */
    static final String LIMIT = "limit";
    /** What it allows without. */
    static final String LIMIT_PLAIN = "limit-plain";
    /** Those that can be left out, in the order of the table. */
    static final List<String> NAMES = List.of("culvert", "plain", "pipelined", "nginx", "gvisor", LIMIT, LIMIT_PLAIN);

    /** The same, for the command line. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return NAMES.iterator();
        }
    }

    private static final String GO_PACKAGES = "/usr/share/gocode";
    private static final String GVISOR_PACKAGE = GO_PACKAGES + "/src/gvisor.dev/gvisor/pkg/tcpip";
    private static final String MAKE_TUN = """
            ip tuntap add dev DEVICE mode tun
            ip address add NET.1/24 dev DEVICE
            ip link set DEVICE up txqueuelen 4000 mtu MTU
            """;

    private final ChurnNetwork network;
    private final Processors processors;
    private final List<String> without;
    private final int mtu;
    private final List<Peer> running = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private Path workshop;

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
        limits();
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

    // ------------------------------------------------------------------ servers that are built here

    private boolean canBuildGvisor() {
        if (!installed("go")) {
            return isMissing("gvisor: Go is not installed (Debian: golang-go)");
        }
        return Files.isDirectory(Path.of(GVISOR_PACKAGE))
                || isMissing("gvisor: its packages are not installed (Debian: golang-gvisor-gvisor-dev)");
    }

    private void gvisor() {
        if (built("gvisor", "main.go", "go", "build", "-o", "gvisor", "main.go")) {
            overTun("gvisor", "gVisor's stack over TUN", "10.86.0", "gvisor0", "gvisor", "gvisor0", "10.86.0.2", "MTU");
        }
    }

    private void limits() {
        final boolean withOffload = wanted(LIMIT);
        final boolean plain = wanted(LIMIT_PLAIN);
        if (!withOffload && !plain
                || !installed("cc") && !isMissing("limit: there is no C compiler (Debian: gcc)")
                || !built(LIMIT, "limit.c", "cc", "-O2", "-o", LIMIT, "limit.c", "-lpthread")) {
            return;
        }
        if (withOffload) {
            final String meaning = "what the device allows: a program in C that only just answers";
            overTun(LIMIT, meaning, "10.89.0", "limit0", LIMIT, "limit0", "MTU", "offload");
        }
        if (plain) {
            overTun(LIMIT_PLAIN, "the same without offload", "10.90.0", "limit1", LIMIT, "limit1", "MTU", "plain");
        }
    }

    /** Builds a program from a source of ours; the reason why not stands with what is missing then. */
    private boolean built(final String program, final String source, final String... command) {
        try {
            if (workshop == null) {
                workshop = Files.createTempDirectory("culvert-peers");
            }
            try (InputStream in = Peers.class.getResourceAsStream("/" + program + "/" + source)) {
                Files.copy(in, workshop.resolve(source));
            }
            final ProcessBuilder build =
                    new ProcessBuilder(command).directory(workshop.toFile()).inheritIO();
            build.environment().put("GO111MODULE", "off");
            build.environment().put("GOPATH", GO_PACKAGES);
            build.environment().putIfAbsent("GOCACHE", workshop.resolve("cache").toString());
            System.out.println("building " + program + " ...");
            return build.start().waitFor() == 0 || isMissing(program + ": it could not be built");
        } catch (final IOException e) {
            throw new DeviceException(program + " cannot be built (" + e.getMessage() + ")");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException("interrupted");
        }
    }

    /** Starts a program that was built, with a TUN interface of its own. */
    private void overTun(
            final String name,
            final String meaning,
            final String net,
            final String device,
            final String program,
            final String... arguments) {
        final String mtuBytes = Integer.toString(mtu);
        Child.script(
                network.network(),
                MAKE_TUN.replace("DEVICE", device).replace("NET", net).replace("MTU", mtuBytes));
        final List<String> command = new ArrayList<>(List.of(
                "taskset",
                "--cpu-list",
                Integer.toString(processors.server()),
                workshop.resolve(program).toString()));
        Stream.of(arguments)
                .map(argument -> argument.equals("MTU") ? mtuBytes : argument)
                .forEach(command::add);
        running.add(new Peer(name, meaning, net + ".2", Exchange.SERVER_CLOSES, false, network.server(null, command)));
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
        if (workshop != null) {
            try (Stream<Path> files = Files.walk(workshop)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (final IOException left) {
                System.err.println("cannot delete " + workshop + ": " + left.getMessage());
            }
        }
    }
}
