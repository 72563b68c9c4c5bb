package dev.culvert.bench.path;

import dev.culvert.bench.churn.KernelSocket;
import dev.culvert.shim.LibC;
import dev.culvert.shim.SocketCalls;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** One connection of a kernel's. One thread moves its bytes; any thread asks how many. */
final class KernelFlow implements AutoCloseable {
    private static final int ROOM = 1 << 18;
    private static final int PATIENCE_MS = 10;
    private static final short POLLOUT = 4;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int TCP_CONGESTION = 13;
    /** Of {@code tcpi_total_retrans} in {@code struct tcp_info}. */
    private static final int TOTAL_RETRANSMITTED = 100;

    private static final int INFO_BYTES = 104;
    private static final int NAME_BYTES = 16;

    private final int fd;
    private final AtomicLong received = new AtomicLong();
    private final UnsafeBuffer text = new UnsafeBuffer(BufferUtil.allocateDirectAligned(ROOM, Long.BYTES));
    private final UnsafeBuffer entry = new UnsafeBuffer(BufferUtil.allocateDirectAligned(Long.BYTES, Long.BYTES));

    KernelFlow(final int fd) {
        this.fd = fd;
        entry.putInt(0, fd);
    }

    /** Sends what there is room for, or waits a little for room. */
    void send() {
        await(POLLOUT);
        moved(LibC.write(fd, text.addressOffset(), ROOM));
    }

    /** Takes what is there, or waits a little for it. */
    void take() {
        await(LibC.POLLIN);
        received.addAndGet(moved(LibC.read(fd, text.addressOffset(), ROOM)));
    }

    private static int moved(final int result) {
        return result == -LibC.EAGAIN ? 0 : KernelSocket.require("the kernel's connection", result);
    }

    private void await(final short event) {
        entry.putInt(Integer.BYTES, event);
        SocketCalls.poll(entry.addressOffset(), 1, PATIENCE_MS);
    }

    long received() {
        return received.get();
    }

    /** Segments retransmitted so far. */
    long retransmitted() {
        return option(TCP_INFO, INFO_BYTES).getInt(TOTAL_RETRANSMITTED);
    }

    /** The name of its congestion control. */
    String congestion() {
        return option(TCP_CONGESTION, NAME_BYTES)
                .getStringWithoutLengthAscii(0, NAME_BYTES)
                .replaceFirst("\0.*", "");
    }

    private UnsafeBuffer option(final int name, final int length) {
        final UnsafeBuffer value = new UnsafeBuffer(BufferUtil.allocateDirectAligned(length + Long.BYTES, Long.BYTES));
        value.putInt(length, length);
        final long at = value.addressOffset();
        KernelSocket.require("getsockopt", SocketCalls.getsockopt(fd, IPPROTO_TCP, name, at, at + length));
        return value;
    }

    @Override
    public void close() {
        LibC.close(fd);
    }
}
