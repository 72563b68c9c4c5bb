package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Who is bound to which address and port, and what of that the stack must know. Errors are Linux's. Single-threaded. */
final class Ports {
    private final Kernel kernel;
    private final List<TcpSocket> bound = new ArrayList<>();
    private int nextEphemeral;

    Ports(final Kernel kernel) {
        this.kernel = kernel;
    }

    void add(final TcpSocket socket) {
        bound.add(socket);
    }

    void remove(final TcpSocket socket) {
        bound.remove(socket);
    }

    /** An address as this family of sockets gives it out: IPv4 in its mapped form to a socket of IPv6. */
    SystemCall.Address address(final int domain, final IpAddress address, final int port) {
        return new SystemCall.Address(domain, address.hi(), address.lo(), port);
    }

    // ------------------------------------------------------------------ bind

    /** 0 or an error number. */
    int bind(final TcpSocket socket, final SystemCall.Address wanted) {
        final IpAddress address = new IpAddress(wanted.high(), wanted.low());
        if (wanted.family() != socket.domain
                && !(socket.domain == AF_INET && wanted.family() == AF_UNSPEC && address.isAny())) {
            return socket.domain == AF_INET ? EAFNOSUPPORT : EINVAL;
        }
        if (socket.isV6() && socket.options.v6Only && address.isV4()) {
            return EINVAL;
        }
        if (socket.localPort != 0 || socket.isListening() || socket.connection != TcpSocket.NONE) {
            return EINVAL;
        }
        if (!address.isAny() && !kernel.addresses.contains(address)) {
            return EADDRNOTAVAIL;
        }
        final int port = wanted.port() == 0 ? freePort(socket, address) : wanted.port();
        if (port == 0 || conflicts(socket, address, port, false) || isHeldByTimeWait(socket, address, port)) {
            return EADDRINUSE;
        }
        socket.local = address;
        socket.localPort = port;
        socket.portLocked = wanted.port() != 0;
        bound.add(socket);
        return 0;
    }

    /** Sockets stand in our own list; what the stack still keeps after them does not. */
    private boolean isHeldByTimeWait(final TcpSocket socket, final IpAddress address, final int port) {
        final boolean noSocket = bound.stream().noneMatch(other -> other.localPort == port);
        final TcpConfig config = socket.options.applyTo(kernel.settings, address.isV4());
        return noSocket && kernel.shard().mayListen(address, port, config) != 0;
    }

    private int freePort(final TcpSocket socket, final IpAddress address) {
        final int first = kernel.settings.firstEphemeral;
        final int last = kernel.settings.lastEphemeral;
        for (int tried = first; tried <= last; tried++) {
            final int port = Math.max(first, nextEphemeral > last ? first : nextEphemeral);
            nextEphemeral = port + 1;
            if (!kernel.settings.reservedPorts.get(port) && !conflicts(socket, address, port, false)) {
                return port;
            }
        }
        return 0;
    }

    /** {@code inet_csk_bind_conflict()}: two may share a port when both want to and neither, or no other, listens. */
    private boolean conflicts(final TcpSocket socket, final IpAddress address, final int port, final boolean toListen) {
        for (final TcpSocket other : bound) {
            if (other == socket || other.localPort != port || !overlap(socket, address, other)) {
                continue;
            }
            final boolean reusePort = socket.options.reusePort && other.options.reusePort;
            final boolean reuseAddress =
                    socket.options.reuseAddress && other.options.reuseAddress && !other.isListening();
            if (!reusePort && !(toListen ? !other.isListening() && reuseAddress : reuseAddress)) {
                return true;
            }
        }
        return false;
    }

    private static boolean overlap(final TcpSocket socket, final IpAddress address, final TcpSocket other) {
        if (!sharesFamily(socket, address, other)) {
            return false;
        }
        return address.isAny() || other.local.isAny() || address.equals(other.local);
    }

    private static boolean sharesFamily(final TcpSocket socket, final IpAddress address, final TcpSocket other) {
        final boolean v4 = address.isV4() || isDual(socket, address);
        final boolean otherV4 = other.local.isV4() || isDual(other, other.local);
        return v4 && otherV4 || !address.isV4() && !other.local.isV4();
    }

    private static boolean isDual(final TcpSocket socket, final IpAddress address) {
        return socket.isV6() && !address.isV4() && address.isAny() && !socket.options.v6Only;
    }

    // ------------------------------------------------------------------ listen

    /** 0 or an error number. */
    int listen(final TcpSocket socket) {
        if (socket.localPort == 0) {
            final int error = bind(socket, address(socket.domain, any(socket), 0));
            if (error != 0) {
                return error;
            }
        }
        if (conflicts(socket, socket.local, socket.localPort, true)) {
            return EADDRINUSE;
        }
        final int queue = queue(socket);
        final TcpConfig config = socket.options.applyTo(kernel.settings, socket.local.isV4());
        final long id = kernel.shard().listen(socket.local, socket.localPort, queue, config, null);
        if (id < 0) {
            return (int) -id;
        }
        socket.listener = id;
        if (isDual(socket, socket.local)) {
            final TcpConfig forV4 = socket.options.applyTo(kernel.settings, true);
            final long v4 = kernel.shard().listen(IpAddress.ANY_V4, socket.localPort, queue, forV4, null);
            socket.listenerV4 = Math.max(v4, TcpSocket.NONE);
        }
        return 0;
    }

    /** Linux lets one more wait than it was told. */
    private static int queue(final TcpSocket socket) {
        return socket.backlog + 1;
    }

    /** A second {@code listen}: what waits already keeps waiting. */
    void backlog(final TcpSocket socket) {
        backlog(socket.listener, queue(socket));
        backlog(socket.listenerV4, queue(socket));
    }

    private void backlog(final long listener, final int queue) {
        if (listener != TcpSocket.NONE) {
            kernel.shard().backlog(listener, queue);
        }
    }

    private static IpAddress any(final TcpSocket socket) {
        return socket.isV6() ? IpAddress.ANY_V6 : IpAddress.ANY_V4;
    }

    /** The port stays bound. */
    void stopListening(final TcpSocket socket) {
        kernel.stack.batch(() -> {
            stop(socket.listener);
            stop(socket.listenerV4);
            return 0;
        });
        socket.listener = TcpSocket.NONE;
        socket.listenerV4 = TcpSocket.NONE;
    }

    private void stop(final long listener) {
        if (listener != TcpSocket.NONE) {
            kernel.shard().closeListener(listener, kernel.nowNs());
        }
    }

    // ------------------------------------------------------------------ connect

    /** Sends the SYN; 0 or an error number. */
    int connect(final TcpSocket socket, final SystemCall.Address to) {
        return connect(socket, to, null);
    }

    /** As above, with the first bytes to send, which go on the SYN where that is possible (RFC 7413). */
    int connect(final TcpSocket socket, final SystemCall.Address to, final byte[] text) {
        final int error = refuses(socket, to);
        if (error != 0) {
            return error;
        }
        final IpAddress remote = target(to);
        final IpAddress source = socket.local == null || socket.local.isAny() ? null : socket.local;
        final TcpConfig config = socket.options.applyTo(kernel.settings, remote.isV4());
        final long id = kernel.stack.batch(() -> text == null
                ? kernel.shard().connect(source, socket.localPort, remote, to.port(), config, null, kernel.nowNs())
                : kernel.shard()
                        .connectWith(
                                source,
                                socket.localPort,
                                remote,
                                to.port(),
                                config,
                                null,
                                new UnsafeBuffer(text),
                                0,
                                text.length,
                                kernel.nowNs()));
        if (id < 0) {
            return id == -EADDRINUSE && !socket.portLocked ? EADDRNOTAVAIL : (int) -id;
        }
        socket.connection = id;
        socket.phase = TcpSocket.Phase.CONNECTING;
        socket.remote = remote;
        socket.remotePort = to.port();
        socket.local = new IpAddress(
                kernel.shard().flow(id).localHi(), kernel.shard().flow(id).localLo());
        if (socket.localPort == 0) {
            socket.localPort = kernel.shard().flow(id).localPort();
            bound.add(socket);
        }
        return 0;
    }

    /** Why this socket cannot connect there: an error number or 0. */
    int refuses(final TcpSocket socket, final SystemCall.Address to) {
        if (to.family() != socket.domain) {
            return EAFNOSUPPORT;
        }
        final boolean v4 = new IpAddress(to.high(), to.low()).isV4();
        return v4 && socket.isV6() && socket.options.v6Only ? ENETUNREACH : 0;
    }

    /** The address that a connect to this one means. */
    IpAddress target(final SystemCall.Address to) {
        final IpAddress asked = new IpAddress(to.high(), to.low());
        return asked.isAny() ? loopbackFor(asked) : asked;
    }

    /** Connecting to "any" means this host. */
    private IpAddress loopbackFor(final IpAddress any) {
        return kernel.addresses.stream()
                .filter(address -> address.isV4() == any.isV4())
                .findFirst()
                .orElse(any);
    }
}
