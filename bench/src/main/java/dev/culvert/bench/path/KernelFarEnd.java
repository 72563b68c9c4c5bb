package dev.culvert.bench.path;

import dev.culvert.shim.LibC;
import dev.culvert.tun.device.ImpairedDevice;
import dev.culvert.tun.device.PacketDevice;
import dev.culvert.tun.device.TunDevice;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A second kernel as the far end. A thread carries packets between the two kernels' interfaces through the impairment, which
 * stands where it stands before Culvert; another one moves the bytes.
 */
final class KernelFarEnd implements FarEnd {
    private static final int BATCH = 64;
    private static final int HEADERS = 40;

    private final ImpairedDevice path;
    private final PacketDevice near;
    private final KernelHost host = KernelHost.open(KernelHost.FAR);
    private final TunDevice far = host.device();
    private final OutboundPacket packet = new OutboundPacket();
    private final int listener = host.listen();
    private final boolean sends;
    private final Thread carrier = new Thread(this::carry, "path-carrier");
    private final Thread mover = new Thread(this::move, "path-mover");
    private volatile KernelFlow flow;
    private volatile boolean closed;

    private KernelFarEnd(final ImpairedDevice path, final PacketDevice near, final boolean sends) {
        this.path = path;
        this.near = near;
        this.sends = sends;
    }

    /** Starts it; the arguments are those of {@link CulvertFarEnd#start}. */
    static KernelFarEnd start(final ImpairedDevice path, final PacketDevice near, final boolean sends) {
        final KernelFarEnd end = new KernelFarEnd(path, near, sends);
        end.carrier.setDaemon(true);
        end.mover.setDaemon(true);
        end.carrier.start();
        end.mover.start();
        return end;
    }

    private void carry() {
        while (!closed) {
            final int moved = near.receive(this::toFar, BATCH) + far.receive(this::toNear, BATCH);
            near.flush();
            if (moved == 0) {
                near.await(NAP_NS);
            }
        }
    }

    private void toFar(final UnsafeBuffer buffer, final int offset, final int length, final PacketMetadata metadata) {
        far.transmit(describe(buffer, offset, length));
    }

    private void toNear(final UnsafeBuffer buffer, final int offset, final int length, final PacketMetadata metadata) {
        near.transmit(describe(buffer, offset, length));
    }

    private OutboundPacket describe(final UnsafeBuffer buffer, final int offset, final int length) {
        packet.clear();
        packet.headerLength = Math.min(length, HEADERS);
        packet.header.putBytes(0, buffer, offset, packet.headerLength);
        if (length > HEADERS) {
            packet.addPiece(buffer.addressOffset() + offset + HEADERS, length - HEADERS);
        }
        return packet;
    }

    private void move() {
        int fd = host.accept(listener);
        while (fd < 0 && !closed) {
            nap();
            fd = host.accept(listener);
        }
        if (fd < 0) {
            return;
        }
        flow = new KernelFlow(fd);
        while (!closed) {
            if (sends) {
                flow.send();
            } else {
                flow.take();
            }
        }
    }

    private static void nap() {
        LockSupport.parkNanos(NAP_NS);
    }

    @Override
    public long received() {
        return flow == null ? 0 : flow.received();
    }

    @Override
    public long retransmitted() {
        return flow == null ? 0 : flow.retransmitted();
    }

    @Override
    public long lost(final boolean toNear) {
        return toNear ? path.lostOut() : path.lostIn();
    }

    @Override
    public void close() {
        closed = true;
        near.wakeUp();
        try {
            carrier.join();
            mover.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (flow != null) {
            flow.close();
        }
        LibC.close(listener);
        near.close();
        far.close();
        host.close();
    }
}
