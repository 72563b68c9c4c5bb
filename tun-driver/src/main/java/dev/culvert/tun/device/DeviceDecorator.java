package dev.culvert.tun.device;

import dev.culvert.wire.OutboundPacket;

/** Passes every call on to another device; decorators override what they change. */
abstract class DeviceDecorator implements PacketDevice {
    /** The device inside. */
    protected final PacketDevice inner;

    DeviceDecorator(final PacketDevice inner) {
        this.inner = inner;
    }

    @Override
    public int receive(final PacketHandler handler, final int limit) {
        return inner.receive(handler, limit);
    }

    @Override
    public boolean mayHaveMore() {
        return inner.mayHaveMore();
    }

    @Override
    public boolean transmit(final OutboundPacket packet) {
        return inner.transmit(packet);
    }

    @Override
    public boolean hasRoom() {
        return inner.hasRoom();
    }

    @Override
    public void flush() {
        inner.flush();
    }

    @Override
    public boolean await(final long timeoutNs) {
        return inner.await(timeoutNs);
    }

    @Override
    public void wakeUp() {
        inner.wakeUp();
    }

    @Override
    public int mtu() {
        return inner.mtu();
    }

    @Override
    public boolean offloads() {
        return inner.offloads();
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public long transmitDrops() {
        return inner.transmitDrops();
    }

    @Override
    public void close() {
        inner.close();
    }
}
