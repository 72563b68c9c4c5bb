package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

import dev.culvert.tcp.TcpConfig;
import java.util.Arrays;
import java.util.Map;

/** getsockopt and setsockopt. Single-threaded. */
final class OptionCalls {
    private static final OptionLevel NONE = new OptionLevel() {
        @Override
        public byte[] get(final TcpSocket socket, final int name) {
            return null;
        }

        @Override
        public int set(final TcpSocket socket, final int name, final OptionValue value) {
            return ENOPROTOOPT;
        }
    };

    private final Kernel kernel;
    private final Map<Integer, OptionLevel> levels;

    OptionCalls(final Kernel kernel) {
        this.kernel = kernel;
        levels = Map.of(
                SOL_SOCKET, new SocketLevel(kernel),
                SOL_TCP, new TcpLevel(kernel),
                SOL_IP, new IpLevel(kernel, false),
                SOL_IPV6, new IpLevel(kernel, true));
    }

    SystemCall get(final int fd, final int level, final int name, final int maxLength) {
        final SystemCall call = kernel.call("getsockopt");
        final TcpSocket socket = kernel.socket(call, fd);
        if (socket == null) {
            return call;
        }
        if (maxLength < 0) {
            return kernel.fail(call, EINVAL);
        }
        try {
            final byte[] value = levels.getOrDefault(level, NONE).get(socket, name);
            return value == null
                    ? kernel.fail(call, ENOPROTOOPT)
                    : kernel.done(call.with(Arrays.copyOf(value, Math.min(value.length, maxLength))), 0);
        } catch (final OptionLevel.Unavailable none) {
            return kernel.fail(call, none.errno);
        }
    }

    SystemCall set(final int fd, final int level, final int name, final byte[] value) {
        final SystemCall call = kernel.call("setsockopt");
        final TcpSocket socket = kernel.socket(call, fd);
        if (socket == null) {
            return call;
        }
        final boolean text = level == SOL_TCP && name == TCP_CONGESTION;
        final boolean oneByteWillDo = text || level == SOL_IP; // ip_sockglue.c takes an unsigned char for an int
        if (value.length < (oneByteWillDo ? 1 : 4)) {
            return kernel.fail(call, EINVAL);
        }
        final byte[] whole = value.length < 4 && !text ? new byte[] {value[0], 0, 0, 0} : value;
        final int error = levels.getOrDefault(level, NONE).set(socket, name, new OptionValue(whole));
        if (error != 0) {
            return kernel.fail(call, error);
        }
        apply(socket);
        if (level == SOL_TCP && name == TCP_NODELAY && socket.options.noDelay) {
            pushHeld(socket);
        }
        return kernel.done(call, 0);
    }

    /** TCP_NODELAY sends what Nagle's rule, a cork or MSG_MORE holds back; a cork stays for what is written later. */
    private void pushHeld(final TcpSocket socket) {
        if (socket.connection != TcpSocket.NONE) {
            kernel.stack.batch(() -> kernel.shard().cork(socket.connection, false));
            kernel.stack.batch(() -> kernel.shard().cork(socket.connection, socket.options.cork));
        }
    }

    /** Tells the stack, where that changes anything. */
    private void apply(final TcpSocket socket) {
        if (socket.isListening()) {
            kernel.configureListeners(socket);
        } else if (socket.connection != TcpSocket.NONE && !socket.endSeen) {
            final TcpConfig before = kernel.shard().config(socket.connection);
            final TcpConfig after = socket.options.applyTo(kernel.settings, socket.remote.isV4());
            if (!after.equals(before)) {
                kernel.stack.batch(() -> kernel.shard().configure(socket.connection, after));
            }
        }
    }
}
