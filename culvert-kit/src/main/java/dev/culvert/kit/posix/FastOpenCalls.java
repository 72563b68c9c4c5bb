package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

import dev.culvert.tcp.TcpState;
import java.util.Arrays;

/**
 * MSG_FASTOPEN and TCP_FASTOPEN_CONNECT (RFC 7413): a write that connects. {@code tcp_sendmsg_fastopen()} and {@code
 * tcp_fastopen_defer_connect()} are the models. Single-threaded.
 */
final class FastOpenCalls {
    private final Kernel kernel;
    private final Ports ports;
    private final ConnectionCalls connections;

    FastOpenCalls(final Kernel kernel, final Ports ports, final ConnectionCalls connections) {
        this.kernel = kernel;
        this.ports = ports;
        this.connections = connections;
    }

    /** {@code connect} with TCP_FASTOPEN_CONNECT: with a cookie it is left to the first write, without one it asks for it. */
    SystemCall connect(final SystemCall call, final TcpSocket socket, final SystemCall.Address to) {
        final int refused = ports.refuses(socket, to);
        if (refused != 0) {
            return kernel.fail(call, refused);
        }
        if (room(socket, to) > 0) {
            socket.deferred = to;
            return kernel.done(call, 0);
        }
        final int error = ports.connect(socket, to, new byte[0]);
        return error != 0 ? kernel.fail(call, error) : connections.wait(call, socket, EINPROGRESS);
    }

    /** Whether this write has to connect first. */
    static boolean concerns(final TcpSocket socket, final int flags) {
        return (flags & MSG_FASTOPEN) != 0 || socket.deferred != null;
    }

    /**
     * Connects with the beginning of a write; does nothing where that is under way already.
     *
     * @param to null: none was given
     * @return how many bytes went on the SYN, or a negative error number
     */
    int begin(final TcpSocket socket, final SystemCall.Address to, final byte[] bytes) {
        if (!kernel.settings.isFastOpenClient() || to != null && to.family() == AF_UNSPEC) {
            return -EOPNOTSUPP;
        }
        if (socket.phase == TcpSocket.Phase.CONNECTING) {
            return 0;
        }
        if (socket.phase == TcpSocket.Phase.CONNECTED || kernel.state(socket) != TcpState.CLOSED) {
            return -EISCONN;
        }
        final SystemCall.Address server = socket.deferred == null ? to : socket.deferred;
        if (server == null) {
            return -EINVAL;
        }
        socket.deferred = null;
        final int refused = ports.refuses(socket, server);
        if (refused != 0) {
            return -refused;
        }
        final byte[] first = Arrays.copyOf(bytes, Math.min(bytes.length, room(socket, server)));
        final int error = ports.connect(socket, server, first);
        return error == 0 ? first.length : -error;
    }

    private int room(final TcpSocket socket, final SystemCall.Address server) {
        final boolean cookieless = kernel.settings.isClientCookieless() || socket.options.fastOpenNoCookie;
        return kernel.shard().fastOpenBytes(ports.target(server), cookieless, kernel.nowNs());
    }
}
