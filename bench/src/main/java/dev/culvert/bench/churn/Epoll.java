package dev.culvert.bench.churn;

import dev.culvert.shim.LibC;
import dev.culvert.shim.SocketCalls;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** What is ready on many of the kernel's sockets (epoll(7)). One thread. */
public final class Epoll implements AutoCloseable {
    /** Readable, or the peer has closed. */
    public static final int IN = 1;
    /** Writable: connected. */
    public static final int OUT = 4;
    /** The connection has failed. */
    public static final int ERROR = 8 | 16;
    /** Tells of changes, not of states. */
    public static final int EDGE = 1 << 31;

    private static final int ADD = 1;
    private static final int MOST = 256;
    private static final int DATA_BYTES = 8;
    /** {@code struct epoll_event} is packed on x86-64 and nowhere else. */
    private static final int DATA = "amd64".equals(System.getProperty("os.arch")) ? Integer.BYTES : Long.BYTES;

    private static final int EVENT_BYTES = DATA + DATA_BYTES;

    private final UnsafeBuffer events =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(MOST * EVENT_BYTES, Long.BYTES));
    private final UnsafeBuffer added = new UnsafeBuffer(BufferUtil.allocateDirectAligned(EVENT_BYTES, Long.BYTES));
    private final int epoll = KernelSocket.require("epoll_create1", SocketCalls.epollCreate(LibC.O_CLOEXEC));

    /** Watches a socket until it is closed. */
    public void add(final int fd, final int wanted) {
        added.putInt(0, wanted);
        added.putLong(DATA, fd);
        KernelSocket.require("epoll_ctl", SocketCalls.epollCtl(epoll, ADD, fd, added.addressOffset()));
    }

    /** Waits; how many are ready. A negative timeout never ends. */
    public int await(final int timeoutMs) {
        final int ready = SocketCalls.epollWait(epoll, events.addressOffset(), MOST, timeoutMs);
        return ready == -LibC.EINTR ? 0 : KernelSocket.require("epoll_wait", ready);
    }

    /** What is ready on one of them. */
    public int events(final int i) {
        return events.getInt(i * EVENT_BYTES);
    }

    /** Which one. */
    public int fd(final int i) {
        return (int) events.getLong(i * EVENT_BYTES + DATA);
    }

    @Override
    public void close() {
        LibC.close(epoll);
    }
}
