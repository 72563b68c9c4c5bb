package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

import dev.culvert.tcp.ConnectionInfo;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;

/** What {@code poll} says of a socket: {@code tcp_poll()} is its model. Single-threaded. */
final class PollMask {
    private static final int IN = POLLIN | POLLRDNORM;
    private static final int OUT = POLLOUT | POLLWRNORM;

    private final Kernel kernel;
    private final ConnectionInfo info = new ConnectionInfo();

    PollMask(final Kernel kernel) {
        this.kernel = kernel;
    }

    /** All bits that hold now. Whoever finds no room for sending is told when there is some. */
    int mask(final TcpSocket socket) {
        kernel.observe(socket);
        if (socket.isListening()) {
            return kernel.waiting(socket) > 0 ? IN : 0;
        }
        if (socket.deferred != null) {
            return OUT; // the first write connects
        }
        final TcpState state = kernel.state(socket);
        final boolean failed = socket.error != 0 || socket.notices.isReadable(kernel.acknowledged(socket));
        int mask = failed ? POLLERR : 0;
        if (state == TcpState.CLOSED || socket.receiveShutdown && socket.sendShutdown) {
            mask |= POLLHUP;
        }
        if (socket.receiveShutdown) {
            mask |= IN | POLLRDHUP;
        }
        final boolean opening = state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED;
        if (opening && socket.phase != TcpSocket.Phase.CONNECTED) {
            return mask;
        }
        if (hasText(socket)) {
            mask |= IN;
        }
        if (hasUrgentByte(socket)) {
            mask |= POLLPRI;
        }
        if (socket.sendShutdown || isWritable(socket)) {
            mask |= OUT;
        } else {
            socket.noSpace = true;
        }
        return mask;
    }

    private boolean hasText(final TcpSocket socket) {
        return socket.connection != TcpSocket.NONE
                && kernel.shard().receivable(socket.connection) >= socket.options.receiveLowWater;
    }

    /** {@code TCP_URG_VALID}: the last urgent byte has come and nobody has read it, nor what follows it. */
    private boolean hasUrgentByte(final TcpSocket socket) {
        if (socket.connection == TcpSocket.NONE || kernel.shard().info(socket.connection, info) != 0) {
            return false;
        }
        final int remaining = kernel.shard().urgentRemaining(socket.connection);
        return socket.options.oobInline
                ? remaining > 0 && info.receiveQueueBytes >= remaining
                : kernel.shard().receiveUrgent(socket.connection, true) >= 0;
    }

    /** {@code __sk_stream_is_writeable()}: a third of the buffer is free, and the unsent rest is below half its mark. */
    boolean isWritable(final TcpSocket socket) {
        if (socket.connection == TcpSocket.NONE || kernel.shard().info(socket.connection, info) != 0) {
            return true;
        }
        final TcpConfig config = kernel.shard().config(socket.connection);
        final long free = (long) info.sendLimitBytes - info.sendQueueBytes;
        return free >= info.sendQueueBytes / 2 && 2L * info.notSentBytes < config.notSentLowWaterBytes();
    }
}
