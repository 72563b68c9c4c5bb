package dev.culvert.bench.path;

import dev.culvert.counters.StackCounter;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.device.ImpairedDevice;
import dev.culvert.tun.device.PacketDevice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Culvert as the far end, with the configuration that it has by default, but that its loop does not sleep while packets come: it
 * carries the path too, which must be as punctual as between two kernels ({@link KernelFarEnd} naps for 50 µs at most). A virtual
 * processor that sleeps for longer wakes up to milliseconds late, and all packets under way with it.
 */
final class CulvertFarEnd implements FarEnd, ConnectionHandler {
    private static final long AWAKE_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int CHUNK = 1 << 16;
    private static final ByteBuf TEXT =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(CHUNK).writeZero(CHUNK));

    private final ImpairedDevice path;
    private final CulvertStack stack;
    private final boolean sends;
    private final AtomicLong received = new AtomicLong();

    private CulvertFarEnd(final ImpairedDevice path, final PacketDevice device, final boolean sends) {
        this.path = path;
        this.sends = sends;
        stack = CulvertStack.builder()
                .device(device)
                .address(KernelHost.FAR)
                .spinNs(AWAKE_NS)
                .build();
    }

    /**
     * Starts it.
     *
     * @param path what the mishaps happen in
     * @param device the same, or a tap around it
     */
    static CulvertFarEnd start(final ImpairedDevice path, final PacketDevice device, final boolean sends)
            throws IOException {
        final CulvertFarEnd end = new CulvertFarEnd(path, device, sends);
        end.stack.start();
        end.stack.listen(KernelHost.PORT, 1, null, connection -> end);
        return end;
    }

    @Override
    public void onConnected(final Connection connection) {
        if (sends) {
            onWritable(connection);
        }
    }

    @Override
    public void onWritable(final Connection connection) {
        while (connection.isWritable()) {
            connection.write(TEXT.duplicate());
        }
    }

    @Override
    public void onReadable(final Connection connection) {
        final ByteBuf text = connection.read();
        received.addAndGet(text.readableBytes());
        text.release();
    }

    @Override
    public long received() {
        return received.get();
    }

    @Override
    public long retransmitted() {
        return stack.counters().get(StackCounter.TcpRetransSegs);
    }

    @Override
    public long lost(final boolean toNear) {
        return toNear ? path.lostOut() : path.lostIn();
    }

    @Override
    public void close() {
        stack.shutdown(Duration.ZERO);
    }
}
