package dev.culvert.tun;

import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.PacketDevice;
import dev.culvert.tun.device.PacketHandler;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A cable between two stacks: two devices, bounded queues between them, no loss unless a queue is full. Where an end has several
 * queues, packets come to each in turn.
 */
final class MemoryLink {
    private static final int PACKETS = 4_096;

    final Device left;
    final Device right;
    final List<Device> leftQueues;
    final List<Device> rightQueues;

    MemoryLink(final int mtu) {
        this(mtu, 1);
    }

    MemoryLink(final int mtu, final int queues) {
        leftQueues = devices("left", mtu, queues);
        rightQueues = devices("right", mtu, queues);
        leftQueues.forEach(device -> device.peers = rightQueues);
        rightQueues.forEach(device -> device.peers = leftQueues);
        left = leftQueues.get(0);
        right = rightQueues.get(0);
    }

    private static List<Device> devices(final String name, final int mtu, final int queues) {
        return Stream.generate(() -> new Device(name, mtu)).limit(queues).toList();
    }

    /** One end. */
    static final class Device implements PacketDevice {
        private final ManyToOneConcurrentArrayQueue<byte[]> arrived = new ManyToOneConcurrentArrayQueue<>(PACKETS);
        private final PacketMetadata metadata = new PacketMetadata();
        private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
        private final AtomicLong drops = new AtomicLong();
        private final String name;
        private final int mtu;
        private int transmitted;
        private List<Device> peers;
        private int turn;
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
            if (gone || closed || !peers.get(turn++ % peers.size()).arrived.offer(bytes)) {
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
            peers.forEach(Device::wakeUp);
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
