package dev.culvert.bench.churn;

import dev.culvert.tun.device.TunOptions;
import dev.culvert.tun.netns.PrivateNetwork;
import java.util.ArrayList;
import java.util.List;

/**
 * Private networks for a comparison: the client's has the TUN interface that leads to Culvert and one end of a veth pair; a
 * second one, made inside, has the other end and the kernel's server. Needs no root, and nothing of it outlives this
 * program. The kernel's congestion control is Reno everywhere, since the machine's own may pace.
 */
public final class ChurnNetwork implements AutoCloseable {
    /** Where Culvert answers. */
    static final String CULVERT = "10.83.0.2";
    /** Where the kernel answers from the second network. */
    public static final String KERNEL = "10.84.0.2";
    /** Where the kernel answers from the client's network. */
    static final String HOST = "10.83.0.1";
    /** All addresses of this network are the client's, and no run uses those of another. */
    public static final int FIRST_SOURCE = KernelSocket.number("10.85.0.0");

    private static final String HERE = """
            ip route add local 10.85.0.0/16 dev lo
            echo reno >/proc/sys/net/ipv4/tcp_congestion_control
            """;

    private static final String VETH = """
            ip link add veth0 mtu $mtu type veth peer name veth1 mtu $mtu netns $there
            ip address add 10.84.0.1/24 dev veth0
            ip link set veth0 up
            """;

    private static final String THERE = """
            echo ready
            read -r line || exit 0
            ip link set lo up
            ip address add 10.84.0.2/24 dev veth1
            ip link set veth1 up
            ip route add 10.85.0.0/16 via 10.84.0.1
            echo reno >/proc/sys/net/ipv4/tcp_congestion_control
            exec "$@"
            """;

    private final PrivateNetwork network;
    private final Processors processors;

    private ChurnNetwork(final PrivateNetwork network, final Processors processors) {
        this.network = network;
        this.processors = processors;
    }

    /** Makes them. */
    public static ChurnNetwork open(final Processors processors) {
        final PrivateNetwork network = PrivateNetwork.open(TunOptions.DEFAULT);
        try {
            Child.script(network, HERE);
            return new ChurnNetwork(network, processors);
        } catch (final RuntimeException failed) {
            network.device().close();
            network.close();
            throw failed;
        }
    }

    public PrivateNetwork network() {
        return network;
    }

    /** Starts the client. */
    public Child client() {
        return ready(Child.start(network, Child.java(ChurnClient.class, processors.client())));
    }

    /** Starts the kernel's server where the client is. */
    Child serverHere() {
        return ready(Child.start(network, Child.java(KernelServer.class, processors.client())));
    }

    /** Starts the kernel's server in the second network, behind a pair with this MTU in bytes. */
    public Child serverThere(final int mtu) {
        final List<String> command =
                new ArrayList<>(List.of("unshare", "--net", "--", "sh", "-e", "-c", THERE, "there"));
        command.addAll(Child.java(KernelServer.class, processors.server()));
        final Child server = ready(Child.start(network, command));
        Child.script(network, "there=" + server.pid() + " mtu=" + mtu + "\n" + VETH);
        return ready(server.say(""));
    }

    /** Starts another server in the second network, beside the kernel's, or in the client's where that is null. */
    public Child server(final Child there, final List<String> command) {
        final List<String> words = new ArrayList<>();
        if (there != null) {
            words.addAll(List.of("nsenter", "--net=/proc/" + there.pid() + "/ns/net", "--"));
        }
        words.addAll(command);
        return ready(Child.start(network, words));
    }

    private static Child ready(final Child child) {
        if (!child.answer().equals("ready")) {
            child.close();
            throw new IllegalStateException("a process inside does not know what to say");
        }
        return child;
    }

    /** The device belongs to the stack that was given it. */
    @Override
    public void close() {
        network.close();
    }
}
