package dev.culvert.tun.device;

import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** A device in memory: hands over what a test puts in and keeps what is sent. */
final class FakeDevice implements PacketDevice {
    final ArrayDeque<byte[]> incoming = new ArrayDeque<>();
    final List<byte[]> sent = new ArrayList<>();
    /** What it says of whatever comes in. */
    final PacketMetadata metadata = new PacketMetadata();

    long lastTimeoutNs = -1;
    int flushes;
    boolean full;
    boolean woken;
    boolean closed;

    @Override
    public int receive(final PacketHandler handler, final int limit) {
        int count = 0;
        while (count < limit && !incoming.isEmpty()) {
            final byte[] packet = incoming.poll();
            final byte[] inside = new byte[packet.length + 7];
            System.arraycopy(packet, 0, inside, 7, packet.length);
            handler.onPacket(new UnsafeBuffer(inside), 7, packet.length, metadata);
            count++;
        }
        return count;
    }

    @Override
    public boolean transmit(final OutboundPacket packet) {
        if (full) {
            return false;
        }
        final byte[] bytes = new byte[packet.length()];
        packet.copyTo(new UnsafeBuffer(bytes), 0);
        sent.add(bytes);
        return true;
    }

    @Override
    public void flush() {
        flushes++;
    }

    @Override
    public boolean await(final long timeoutNs) {
        lastTimeoutNs = timeoutNs;
        final boolean ready = woken || !incoming.isEmpty();
        woken = false;
        return ready;
    }

    @Override
    public void wakeUp() {
        woken = true;
    }

    @Override
    public int mtu() {
        return 1500;
    }

    @Override
    public String name() {
        return "fake0";
    }

    @Override
    public long transmitDrops() {
        return 0;
    }

    @Override
    public void close() {
        closed = true;
    }
}
