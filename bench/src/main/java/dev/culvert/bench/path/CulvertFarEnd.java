package dev.culvert.bench.path;

import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.Probe;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.device.ImpairedDevice;
import dev.culvert.tun.device.PacketDevice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Culvert as the far end, with the configuration that it has by default, but that the thread that drives it naps for as short as
 * the one that carries packets between two kernels: it carries the path too.
 */
final class CulvertFarEnd implements FarEnd, ConnectionHandler {
    private static final int CHUNK = 1 << 16;
    private static final ByteBuf TEXT =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(CHUNK).writeZero(CHUNK));

    private final ImpairedDevice path;
    private final CulvertStack stack;
    private final boolean sends;
    private final AtomicLong received = new AtomicLong();
    private final Thread carrier = new Thread(this::carry, "path-carrier");
    private volatile boolean closed;

    private CulvertFarEnd(
            final ImpairedDevice path, final PacketDevice device, final boolean sends, final Probe probe) {
        this.path = path;
        this.sends = sends;
        stack = CulvertStack.builder()
                .device(device)
                .address(KernelHost.FAR)
                .probe(probe)
                .build();
    }

    /**
     * Starts it.
     *
     * @param path what the mishaps happen in
     * @param device the same, or a tap around it
     * @param probe what watches it
     */
    static CulvertFarEnd start(
            final ImpairedDevice path, final PacketDevice device, final boolean sends, final Probe probe)
            throws IOException {
        final CulvertFarEnd end = new CulvertFarEnd(path, device, sends, probe);
        end.carrier.setDaemon(true);
        end.carrier.start();
        end.stack.listen(KernelHost.PORT, 1, null, connection -> end);
        return end;
    }

    private void carry() {
        while (!closed) {
            if (stack.doWork() == 0) {
                stack.await(NAP_NS);
            }
        }
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
        closed = true;
    }
}
