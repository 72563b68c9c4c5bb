package dev.culvert.tun;

import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.PacketDevice;
import dev.culvert.tun.device.PacketHandler;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.agrona.concurrent.UnsafeBuffer;

/** A cable between two stacks: two devices, bounded queues between them, no loss unless a queue is full. */
final class MemoryLink {
    private static final int PACKETS = 4_096;

    final Device left;
    final Device right;

    MemoryLink(final int mtu) {
        left = new Device("left", mtu);
        right = new Device("right", mtu);
        left.peer = right;
        right.peer = left;
    }

    /** One end. */
    static final class Device implements PacketDevice {
        private final OneToOneConcurrentArrayQueue<byte[]> arrived = new OneToOneConcurrentArrayQueue<>(PACKETS);
        private final PacketMetadata metadata = new PacketMetadata();
        private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
        private final AtomicLong drops = new AtomicLong();
        private final String name;
        private final int mtu;
        private int transmitted;
        private Device peer;
        private volatile Thread sleeper;
        private volatile boolean woken;
        private volatile boolean gone;
        volatile boolean closed;

        private Device(final String name, final int mtu) {
            this.name = name;
            this.mtu = mtu;
        }

        /** The device vanishes, as when somebody deletes the interface. */
        void vanish() {
            gone = true;
            wakeUp();
        }

        @Override
        public int receive(final PacketHandler handler, final int limit) {
            if (gone) {
                throw new DeviceException(name + " has gone");
            }
            int count = 0;
            byte[] packet;
            while (count < limit && (packet = arrived.poll()) != null) {
                view.wrap(packet);
                handler.onPacket(view, 0, packet.length, metadata.reset());
                count++;
            }
            return count;
        }

        @Override
        public boolean transmit(final OutboundPacket packet) {
            final byte[] bytes = new byte[packet.length()];
            packet.copyTo(new UnsafeBuffer(bytes), 0);
            if (gone || closed || !peer.arrived.offer(bytes)) {
                drops.incrementAndGet();
                return false;
            }
            transmitted++;
            return true;
        }

        /** Packets that went out. The stack's thread. */
        int transmitted() {
            return transmitted;
        }

        @Override
        public void flush() {
            peer.wakeUp();
        }

        @Override
        public boolean await(final long timeoutNs) {
            sleeper = Thread.currentThread();
            if (!woken && arrived.isEmpty()) {
                LockSupport.parkNanos(this, timeoutNs);
            }
            sleeper = null;
            woken = false;
            return true;
        }

        @Override
        public void wakeUp() {
            woken = true;
            final Thread thread = sleeper;
            if (thread != null) {
                LockSupport.unpark(thread);
            }
        }

        @Override
        public int mtu() {
            return mtu;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long transmitDrops() {
            return drops.get();
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
