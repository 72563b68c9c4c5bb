package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** getsockopt, setsockopt and fcntl. Single-threaded. */
final class OptionCalls {
    private final Kernel kernel;

    OptionCalls(final Kernel kernel) {
        this.kernel = kernel;
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
        final byte[] value = value(socket, level, name);
        if (value.length == 0) {
            return kernel.fail(call, level == SOL_SOCKET || level == SOL_TCP ? ENOPROTOOPT : EOPNOTSUPP);
        }
        return kernel.done(call.with(Arrays.copyOf(value, Math.min(value.length, maxLength))), 0);
    }

    private static byte[] value(final TcpSocket socket, final int level, final int name) {
        final SocketOptions options = socket.options;
        if (level == SOL_SOCKET) {
            return switch (name) {
                case SO_ERROR -> ints(socket.takeError());
                case SO_REUSEADDR -> ints(options.reuseAddress ? 1 : 0);
                case SO_REUSEPORT -> ints(options.reusePort ? 1 : 0);
                case SO_KEEPALIVE -> ints(options.keepAlive ? 1 : 0);
                case SO_LINGER -> ints(options.lingerOn ? 1 : 0, options.lingerSeconds);
                default -> ints();
            };
        }
        return level == SOL_TCP && name == TCP_NODELAY ? ints(options.noDelay ? 1 : 0) : ints();
    }

    /** Integers as Linux writes them. */
    static byte[] ints(final int... values) {
        final ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return bytes.array();
    }

    SystemCall set(final int fd, final int level, final int name, final byte[] value) {
        final SystemCall call = kernel.call("setsockopt");
        final TcpSocket socket = kernel.socket(call, fd);
        if (socket == null) {
            return call;
        }
        if (value.length < 4) {
            return kernel.fail(call, EINVAL);
        }
        final int error = set(socket, level, name, ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN));
        if (error != 0) {
            return kernel.fail(call, error);
        }
        if (socket.connection != TcpSocket.NONE && !socket.endSeen) {
            kernel.stack.batch(() -> kernel.shard().configure(socket.connection, socket.options.applyTo(kernel.tcp)));
        }
        return kernel.done(call, 0);
    }

    private static int set(final TcpSocket socket, final int level, final int name, final ByteBuffer value) {
        final SocketOptions options = socket.options;
        final int number = value.getInt(0);
        if (level == SOL_SOCKET) {
            switch (name) {
                case SO_REUSEADDR -> options.reuseAddress = number != 0;
                case SO_REUSEPORT -> options.reusePort = number != 0;
                case SO_KEEPALIVE -> options.keepAlive = number != 0;
                case SO_LINGER -> {
                    if (value.capacity() < 8) {
                        return EINVAL;
                    }
                    options.lingerOn = number != 0;
                    options.lingerSeconds = value.getInt(4);
                }
                default -> {
                    return ENOPROTOOPT;
                }
            }
            return 0;
        }
        if (level == SOL_TCP && name == TCP_NODELAY) {
            options.noDelay = number != 0;
            return 0;
        }
        return level == SOL_TCP && name == TCP_CONGESTION ? 0 : ENOPROTOOPT;
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
}
