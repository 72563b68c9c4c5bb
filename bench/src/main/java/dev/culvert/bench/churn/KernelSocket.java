package dev.culvert.bench.churn;

import dev.culvert.shim.LibC;
import dev.culvert.shim.SocketCalls;
import dev.culvert.tun.device.DeviceException;
import dev.culvert.wire.IpAddress;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The kernel's TCP sockets over IPv4, by bare system calls, so that a program that measures costs next to nothing itself.
 * None of them blocks. Calls return the kernel's result, a negated error number when they fail. One thread.
 */
public final class KernelSocket {
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_FLAGS = LibC.O_NONBLOCK | LibC.O_CLOEXEC;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_ERROR = 4;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int TCP_MAXSEG = 2;
    private static final int ADDRESS_BYTES = 16;
    private static final int VALUE = ADDRESS_BYTES;
    private static final int VALUE_BYTES = 4;
    private static final int LENGTH = VALUE + VALUE_BYTES;
    private static final int MEMORY_BYTES = 32;

    private final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(MEMORY_BYTES, Long.BYTES));

    /** A socket that may bind to a port of a connection that has ended. */
    public int open() {
        final int fd = LibC.socket(LibC.AF_INET, SOCK_STREAM | SOCK_FLAGS, 0);
        if (fd >= 0) {
            memory.putInt(VALUE, 1);
            SocketCalls.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, memory.addressOffset() + VALUE, VALUE_BYTES);
        }
        return fd;
    }

    /** Before it connects: segments of both ends will be no larger than this many bytes, TCP's options included, and wait for none. */
    public void smallSegments(final int fd, final int mss) {
        memory.putInt(VALUE, mss);
        require(
                "TCP_MAXSEG",
                SocketCalls.setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, memory.addressOffset() + VALUE, VALUE_BYTES));
        memory.putInt(VALUE, 1);
        require(
                "TCP_NODELAY",
                SocketCalls.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, memory.addressOffset() + VALUE, VALUE_BYTES));
    }

    /** Bytes of text in its largest segment, now that it is connected. */
    public int segmentBytes(final int fd) {
        memory.putInt(LENGTH, VALUE_BYTES);
        final long at = memory.addressOffset();
        require("TCP_MAXSEG", SocketCalls.getsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, at + VALUE, at + LENGTH));
        return memory.getInt(VALUE);
    }

    /** A listening socket on all addresses. */
    int listen(final int port, final int backlog) {
        final int fd = require("socket", open());
        require("bind to port " + port, bind(fd, 0, port));
        require("listen", SocketCalls.listen(fd, backlog));
        return fd;
    }

    /** bind(2). */
    public int bind(final int fd, final int address, final int port) {
        return SocketCalls.bind(fd, socketAddress(address, port), ADDRESS_BYTES);
    }

    /** connect(2). */
    public int connect(final int fd, final int address, final int port) {
        return SocketCalls.connect(fd, socketAddress(address, port), ADDRESS_BYTES);
    }

    /** accept4(2). */
    public int accept(final int fd) {
        return SocketCalls.accept(fd, 0, 0, SOCK_FLAGS);
    }

    /** The error that waits on a socket, not negated; 0: none. */
    public int error(final int fd) {
        memory.putInt(LENGTH, VALUE_BYTES);
        final long at = memory.addressOffset();
        final int result = SocketCalls.getsockopt(fd, SOL_SOCKET, SO_ERROR, at + VALUE, at + LENGTH);
        return result < 0 ? -result : memory.getInt(VALUE);
    }

    /** Writes a {@code struct sockaddr_in} (ip(7)); its address. */
    private long socketAddress(final int address, final int port) {
        memory.putShort(0, (short) LibC.AF_INET);
        memory.putShort(2, (short) port, ByteOrder.BIG_ENDIAN);
        memory.putInt(4, address, ByteOrder.BIG_ENDIAN);
        memory.putLong(8, 0);
        return memory.addressOffset();
    }

    /** An IPv4 address as a number. */
    public static int number(final String address) {
        return (int) IpAddress.parse(address).lo();
    }

    /** The result of a call that has to succeed. */
    public static int require(final String call, final int result) {
        if (result < 0) {
            throw new DeviceException(call + ": " + LibC.errorText(result));
        }
        return result;
    }
}
