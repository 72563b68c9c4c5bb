package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

import dev.culvert.tcp.ConnectionInfo;
import dev.culvert.tcp.TcpState;

/** fcntl and ioctl. Single-threaded. */
final class ControlCalls {
    private final Kernel kernel;
    private final ConnectionInfo info = new ConnectionInfo();

    ControlCalls(final Kernel kernel) {
        this.kernel = kernel;
    }

    SystemCall fcntl(final int fd, final int command, final long argument) {
        final SystemCall call = kernel.call("fcntl");
        final Descriptors.OpenFile file = kernel.files.get(fd);
        if (!(file instanceof TcpSocket socket)) {
            return kernel.fail(call, file == null ? EBADF : EINVAL);
        }
        switch (command) {
            case F_GETFL -> {
                return kernel.done(call, O_RDWR | (socket.nonBlocking ? O_NONBLOCK : 0));
            }
            case F_SETFL -> socket.nonBlocking = (argument & O_NONBLOCK) != 0;
            case F_GETFD -> {
                return kernel.done(call, socket.closeOnExec ? FD_CLOEXEC : 0);
            }
            case F_SETFD -> socket.closeOnExec = (argument & FD_CLOEXEC) != 0;
            default -> {
                return kernel.fail(call, EINVAL);
            }
        }
        return kernel.done(call, 0);
    }

    SystemCall ioctl(final int fd, final long request, final int value) {
        final SystemCall call = kernel.call("ioctl");
        final TcpSocket socket = kernel.socket(call, fd);
        if (socket == null) {
            return call;
        }
        if (request == FIONBIO) {
            socket.nonBlocking = value != 0;
            return kernel.done(call.with(OptionValue.of(value)), 0);
        }
        if (request != SIOCINQ && request != SIOCOUTQ && request != SIOCOUTQNSD && request != SIOCATMARK) {
            return kernel.fail(call, ENOTTY);
        }
        if (socket.isListening() && request != SIOCATMARK) {
            return kernel.fail(call, EINVAL);
        }
        return kernel.done(call.with(OptionValue.of(queue(socket, request))), 0);
    }

    /** {@code tcp_ioctl()}. */
    private int queue(final TcpSocket socket, final long request) {
        if (socket.connection == TcpSocket.NONE || kernel.shard().info(socket.connection, info) != 0) {
            return 0;
        }
        if (info.state == TcpState.SYN_SENT || info.state == TcpState.SYN_RECEIVED) {
            return 0;
        }
        if (request == SIOCATMARK) {
            return kernel.shard().atUrgentMark(socket.connection) ? 1 : 0;
        }
        if (request == SIOCINQ) {
            return Math.max(0, kernel.shard().receivable(socket.connection));
        }
        final int fin = info.finInFlight ? 1 : 0; // a FIN that has been sent counts as a byte
        return request == SIOCOUTQ ? info.sendQueueBytes + fin : info.notSentBytes;
    }
}
