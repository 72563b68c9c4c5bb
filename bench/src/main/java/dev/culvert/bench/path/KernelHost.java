package dev.culvert.bench.path;

import dev.culvert.bench.churn.Child;
import dev.culvert.bench.churn.KernelSocket;
import dev.culvert.shim.LibC;
import dev.culvert.shim.SocketCalls;
import dev.culvert.tun.device.InterfaceAddress;
import dev.culvert.tun.device.TunDevice;
import dev.culvert.tun.device.TunOptions;
import dev.culvert.tun.netns.PrivateNetwork;
import java.util.List;

/**
 * A kernel of its own at one end of the path: a private network with one address, the buffers that Linux has by default, CUBIC
 * (by its route, since a namespace may be denied it otherwise) and nothing remembered of earlier connections.
 */
final class KernelHost implements AutoCloseable {
    /** The end that connects. */
    static final String NEAR = "10.83.0.1";
    /** The end that accepts: Culvert or a kernel. */
    static final String FAR = "10.83.0.2";
    /** Where it accepts. */
    static final int PORT = 5_001;

    private static final int SOCK_STREAM = 1;
    private static final int EINPROGRESS = 115;

    private static final String SETTINGS = """
            ip route replace 10.83.0.0/24 dev culvert0 congctl cubic
            echo '4096 131072 6291456' >/proc/sys/net/ipv4/tcp_rmem
            echo '4096 16384 4194304' >/proc/sys/net/ipv4/tcp_wmem
            echo 1 >/proc/sys/net/ipv4/tcp_no_metrics_save
            """;

    private final PrivateNetwork network;
    private final KernelSocket calls = new KernelSocket();

    private KernelHost(final PrivateNetwork network) {
        this.network = network;
    }

    /** With this address on its interface. */
    static KernelHost open(final String address) {
        final PrivateNetwork network = PrivateNetwork.open(TunOptions.DEFAULT
                .withOffload(false) // the path in between is one of wire segments
                .withHostAddresses(List.of(InterfaceAddress.parse(address + "/24")))
                .withStackAddresses(List.of()));
        try {
            Child.script(network, SETTINGS);
            return new KernelHost(network);
        } catch (final RuntimeException failed) {
            network.device().close();
            network.close();
            throw failed;
        }
    }

    /** The interface's queue; whoever takes it closes it. */
    TunDevice device() {
        return network.device();
    }

    private int socket() {
        return KernelSocket.require(
                "socket", network.socket(LibC.AF_INET, SOCK_STREAM | LibC.O_NONBLOCK | LibC.O_CLOEXEC, 0));
    }

    /** Begins to connect to {@link #FAR}. */
    KernelFlow connect() {
        final int fd = socket();
        final int result = calls.connect(fd, KernelSocket.number(FAR), PORT);
        if (result != -EINPROGRESS) {
            KernelSocket.require("connect", result);
        }
        return new KernelFlow(fd);
    }

    /** A listening socket. */
    int listen() {
        final int fd = socket();
        KernelSocket.require("bind", calls.bind(fd, 0, PORT));
        KernelSocket.require("listen", SocketCalls.listen(fd, 1));
        return fd;
    }

    /** A connection of a listening socket; negative: none yet. */
    int accept(final int listener) {
        return calls.accept(listener);
    }

    @Override
    public void close() {
        network.close();
    }
}
