package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

import dev.culvert.tcp.TcpState;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;

/** socket, bind, listen, accept, connect, shutdown and close: {@code net/ipv4/af_inet.c} is their model. Single-threaded. */
final class ConnectionCalls {
    private static final long SECOND = 1_000_000;

    private final Kernel kernel;
    private final Ports ports;
    private final FastOpenCalls fastOpen;

    ConnectionCalls(final Kernel kernel) {
        this.kernel = kernel;
        ports = new Ports(kernel);
        fastOpen = new FastOpenCalls(kernel, ports, this);
    }

    FastOpenCalls fastOpen() {
        return fastOpen;
    }

    SystemCall socket(final int domain, final int type, final int protocol) {
        final SystemCall call = kernel.call("socket");
        if (domain != AF_INET && domain != AF_INET6) {
            return kernel.fail(call, EAFNOSUPPORT);
        }
        if (protocol < 0 || protocol >= IPPROTO_MAX) {
            return kernel.fail(call, EINVAL);
        }
        final boolean stream = (type & 0xf) == SOCK_STREAM;
        if (!stream && protocol != IPPROTO_TCP) {
            return kernel.fail(call, ESOCKTNOSUPPORT);
        }
        if (!stream || protocol != 0 && protocol != IPPROTO_TCP) {
            return kernel.fail(call, EPROTONOSUPPORT);
        }
        final TcpSocket socket = new TcpSocket(domain, new SocketOptions());
        return install(call, socket, type);
    }

    private SystemCall install(final SystemCall call, final TcpSocket socket, final int flags) {
        socket.nonBlocking = (flags & SOCK_NONBLOCK) != 0;
        socket.closeOnExec = (flags & SOCK_CLOEXEC) != 0;
        final int fd = kernel.files.add(socket);
        return fd < 0 ? kernel.fail(call, EMFILE) : kernel.done(call, fd);
    }

    SystemCall bind(final int fd, final SystemCall.Address local) {
        final SystemCall call = kernel.call("bind");
        final TcpSocket socket = kernel.socket(call, fd);
        if (socket == null) {
            return call;
        }
        final int error = ports.bind(socket, local);
        return error == 0 ? kernel.done(call, 0) : kernel.fail(call, error);
    }

    SystemCall listen(final int fd, final int backlog) {
        final SystemCall call = kernel.call("listen");
        final TcpSocket socket = kernel.socket(call, fd);
        if (socket == null) {
            return call;
        }
        if (socket.phase != TcpSocket.Phase.UNCONNECTED || socket.connection != TcpSocket.NONE) {
            return kernel.fail(call, EINVAL);
        }
        socket.backlog = Math.min(backlog < 0 ? Integer.MAX_VALUE : backlog, kernel.settings.maxBacklog);
        if (socket.isListening()) {
            ports.backlog(socket);
            return kernel.done(call, 0);
        }
        if (kernel.settings.isFastOpenForEveryListener() && socket.options.fastOpenQueue == 0) {
            socket.options.fastOpenQueue = socket.backlog;
        }
        final int error = ports.listen(socket);
        return error == 0 ? kernel.done(call, 0) : kernel.fail(call, error);
    }

    // ------------------------------------------------------------------ accept

    SystemCall accept(final int fd, final int flags) {
        final SystemCall call = kernel.call("accept");
        final TcpSocket listener = kernel.socket(call, fd);
        if (listener == null) {
            return call;
        }
        return kernel.run(
                call,
                listener.nonBlocking,
                listener.options.receiveTimeoutUs,
                open -> tryAccept(open, listener, flags),
                open -> kernel.fail(open, EAGAIN));
    }

    private void tryAccept(final SystemCall call, final TcpSocket listener, final int flags) {
        if (!listener.isListening()) {
            kernel.fail(call, EINVAL);
            return;
        }
        long id = acceptFrom(listener.listener);
        if (id < 0) {
            id = acceptFrom(listener.listenerV4);
        }
        if (id < 0) {
            return;
        }
        final TcpSocket socket = new TcpSocket(listener.domain, new SocketOptions(listener.options));
        final Flow flow = kernel.shard().flow(id);
        socket.phase = TcpSocket.Phase.CONNECTED;
        socket.connection = id;
        socket.local = new IpAddress(flow.localHi(), flow.localLo());
        socket.localPort = flow.localPort();
        socket.portLocked = true;
        socket.remote = new IpAddress(flow.remoteHi(), flow.remoteLo());
        socket.remotePort = flow.remotePort();
        install(call.with(ports.address(socket.domain, socket.remote, socket.remotePort)), socket, flags);
        ports.add(socket);
    }

    private long acceptFrom(final long listener) {
        return listener == TcpSocket.NONE
                ? TcpSocket.NONE
                : kernel.stack.batch(() -> kernel.shard().accept(listener, null));
    }

    // ------------------------------------------------------------------ connect

    SystemCall connect(final int fd, final SystemCall.Address remote) {
        final SystemCall call = kernel.call("connect");
        final TcpSocket socket = kernel.socket(call, fd);
        if (socket == null) {
            return call;
        }
        if (remote == null) {
            return kernel.fail(call, EFAULT);
        }
        if (remote.family() == AF_UNSPEC) {
            return disconnect(call, socket);
        }
        if (socket.deferred != null) {
            return kernel.fail(call, EISCONN);
        }
        switch (socket.phase) {
            case CONNECTED -> {
                return kernel.fail(call, EISCONN);
            }
            case CONNECTING -> {
                return wait(call, socket, EALREADY);
            }
            case UNCONNECTED -> {
                if (kernel.state(socket) != TcpState.CLOSED) {
                    return kernel.fail(call, EISCONN);
                }
                if (socket.options.fastOpenConnect && kernel.settings.isFastOpenClient()) {
                    return fastOpen.connect(call, socket, remote);
                }
                final int error = ports.connect(socket, remote);
                return error != 0 ? kernel.fail(call, error) : wait(call, socket, EINPROGRESS);
            }
        }
        throw new AssertionError(socket.phase);
    }

    /** Waits for the handshake; {@code notYet} is what a caller hears who does not want to. */
    SystemCall wait(final SystemCall call, final TcpSocket socket, final int notYet) {
        return kernel.run(
                call,
                socket.nonBlocking,
                socket.options.sendTimeoutUs,
                open -> tryConnect(open, socket),
                open -> kernel.fail(open, notYet));
    }

    private void tryConnect(final SystemCall call, final TcpSocket socket) {
        kernel.observe(socket);
        switch (kernel.state(socket)) {
            case SYN_SENT, SYN_RECEIVED -> {}
            case CLOSED -> {
                final int error = socket.takeError();
                forget(socket);
                kernel.fail(call, error == 0 ? ECONNABORTED : error);
            }
            case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT, LISTEN -> {
                socket.phase = TcpSocket.Phase.CONNECTED;
                kernel.done(call, 0);
            }
        }
    }

    /** {@code tcp_disconnect()}: the socket can be used again. */
    private void forget(final TcpSocket socket) {
        if (socket.connection != TcpSocket.NONE) {
            kernel.stack.batch(() -> kernel.shard().close(socket.connection, kernel.nowNs()));
        }
        socket.connection = TcpSocket.NONE;
        socket.deferred = null;
        socket.phase = TcpSocket.Phase.UNCONNECTED;
        socket.endSeen = false;
        socket.sendShutdown = false;
        socket.receiveShutdown = false;
        socket.done = false;
        if (!socket.portLocked) {
            socket.local = null;
            socket.localPort = 0;
            ports.remove(socket);
        }
    }

    /** Connecting to AF_UNSPEC resets the connection and returns the socket to its beginning. */
    private SystemCall disconnect(final SystemCall call, final TcpSocket socket) {
        if (socket.isListening()) {
            ports.stopListening(socket);
        } else if (socket.connection != TcpSocket.NONE) {
            kernel.stack.batch(() -> kernel.shard().abort(socket.connection, kernel.nowNs()));
            socket.error = socket.endSeen ? socket.error : ECONNRESET;
            socket.connection = TcpSocket.NONE;
        }
        forget(socket);
        return kernel.done(call, 0);
    }

    // ------------------------------------------------------------------ shutdown and close

    SystemCall shutdown(final int fd, final int how) {
        final SystemCall call = kernel.call("shutdown");
        final TcpSocket socket = kernel.socket(call, fd);
        if (socket == null) {
            return call;
        }
        if (how < SHUT_RD || how > SHUT_RDWR) {
            return kernel.fail(call, EINVAL);
        }
        final boolean read = how != SHUT_WR;
        final boolean write = how != SHUT_RD;
        return switch (kernel.state(socket)) {
            case LISTEN -> {
                if (read) {
                    ports.stopListening(socket);
                }
                yield kernel.done(call, 0);
            }
            case SYN_SENT -> disconnect(call, socket);
            case CLOSED -> {
                mark(socket, read, write);
                yield kernel.fail(call, ENOTCONN);
            }
            case SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> {
                mark(socket, read, write);
                kernel.stack.batch(() -> tell(socket.connection, read, write));
                yield kernel.done(call, 0);
            }
        };
    }

    private int tell(final long connection, final boolean read, final boolean write) {
        if (read) {
            kernel.shard().shutdownRead(connection);
        }
        return write ? kernel.shard().shutdownWrite(connection, kernel.nowNs()) : 0;
    }

    private static void mark(final TcpSocket socket, final boolean read, final boolean write) {
        socket.receiveShutdown |= read;
        socket.sendShutdown |= write;
    }

    SystemCall close(final int fd) {
        final SystemCall call = kernel.call("close");
        final Descriptors.OpenFile file = kernel.files.get(fd);
        if (file == null) {
            return kernel.fail(call, EBADF);
        }
        kernel.files.remove(fd);
        kernel.files.open().forEach(other -> forgetIn(other, fd));
        if (!(file instanceof TcpSocket socket)) {
            return kernel.done(call, 0);
        }
        if (socket.isListening()) {
            ports.stopListening(socket);
            ports.remove(socket);
            return kernel.done(call, 0);
        }
        ports.remove(socket);
        if (socket.connection == TcpSocket.NONE) {
            return kernel.done(call, 0);
        }
        return closeConnection(call, socket);
    }

    private static void forgetIn(final Descriptors.OpenFile other, final int fd) {
        if (other instanceof EpollSet set) {
            set.interests.remove(fd);
        }
    }

    /** With a linger time the call waits for the FIN to be acknowledged, and then leaves the rest to the stack. */
    private SystemCall closeConnection(final SystemCall call, final TcpSocket socket) {
        final SocketOptions options = socket.options;
        if (options.linger2Seconds < 0 && kernel.state(socket) == TcpState.FIN_WAIT_2) {
            kernel.stack.batch(() -> kernel.shard().abort(socket.connection, kernel.nowNs()));
            return kernel.done(call, 0); // tcp(7): no time at all in FIN_WAIT_2
        }
        if (!options.lingerOn || options.lingerSeconds == 0 || socket.nonBlocking) {
            kernel.stack.batch(() -> kernel.shard().close(socket.connection, kernel.nowNs()));
            return kernel.done(call, 0);
        }
        final boolean unread = kernel.shard().receivable(socket.connection) > 0;
        if (!unread) {
            kernel.stack.batch(() -> kernel.shard().shutdownWrite(socket.connection, kernel.nowNs()));
        }
        return kernel.run(
                call,
                false,
                options.lingerSeconds * SECOND,
                open -> {
                    if (unread || isDelivered(socket)) {
                        leave(open, socket);
                    }
                },
                open -> leave(open, socket));
    }

    private boolean isDelivered(final TcpSocket socket) {
        return switch (kernel.state(socket)) {
            case FIN_WAIT_2, TIME_WAIT, CLOSED -> true;
            case LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, CLOSE_WAIT, CLOSING, LAST_ACK -> false;
        };
    }

    private void leave(final SystemCall call, final TcpSocket socket) {
        kernel.stack.batch(() -> kernel.shard().close(socket.connection, kernel.nowNs()));
        kernel.done(call, 0);
    }
}
