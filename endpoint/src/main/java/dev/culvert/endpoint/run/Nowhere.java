package dev.culvert.endpoint.run;

import dev.culvert.tun.device.PacketDevice;
import dev.culvert.tun.device.PacketHandler;
import dev.culvert.wire.OutboundPacket;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A device that leads nowhere: a stack on it can only talk to itself. */
public final class Nowhere implements PacketDevice {
    private final Semaphore wakeUps = new Semaphore(0);

    @Override
    public int receive(final PacketHandler handler, final int limit) {
        return 0;
    }

    @Override
    public boolean transmit(final OutboundPacket packet) {
        return true;
    }

    @Override
    public void flush() {}

    @Override
    public boolean await(final long timeoutNs) {
        try {
            return wakeUps.tryAcquire(timeoutNs, TimeUnit.NANOSECONDS) && wakeUps.drainPermits() >= 0;
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void wakeUp() {
        wakeUps.release();
    }

    @Override
    public int mtu() {
        return 1_500;
    }

    @Override
    public String name() {
        return "nowhere";
    }

    @Override
    public long transmitDrops() {
        return 0;
    }

    @Override
    public void close() {}
}
