package dev.culvert.tun.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads of its own around a device that a test opens and shuts: this thread is the stack's. */
@Timeout(60)
class PipelinedDeviceTest {
    private static final int HEADER = 40;
    private static final long SOON_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final GatedDevice inner = new GatedDevice();
    private final PipelinedDevice device = new PipelinedDevice(inner, 0);
    private final OutboundPacket packet = new OutboundPacket();
    private final UnsafeBuffer payload = new UnsafeBuffer(BufferUtil.allocateDirectAligned(65_535, 8));

    @AfterEach
    void close() {
        inner.gate.release(1_000_000);
        device.close();
        assertTrue(inner.closed, "the device inside is closed");
    }

    /** Each transmit passes a gate; what was received and sent is kept. Reading and writing have a thread each. */
    private static final class GatedDevice implements PacketDevice {
        final Queue<byte[]> incoming = new ConcurrentLinkedQueue<>();
        final Queue<byte[]> sent = new ConcurrentLinkedQueue<>();
        final Queue<Integer> sentSegmentSizes = new ConcurrentLinkedQueue<>();
        final Semaphore gate = new Semaphore(0);
        private final Parking parking = new Parking();
        volatile boolean gone;
        private volatile boolean woken;
        volatile boolean closed;

        @Override
        public int receive(final PacketHandler handler, final int limit) {
            if (gone) {
                throw new DeviceException("gone");
            }
            int count = 0;
            byte[] next;
            while (count < limit && (next = incoming.poll()) != null) {
                final PacketMetadata metadata = new PacketMetadata();
                metadata.checksum = PacketMetadata.ChecksumState.PARTIAL;
                metadata.segmentSize = 1_000;
                handler.onPacket(new UnsafeBuffer(next), 0, next.length, metadata);
                count++;
            }
            return count;
        }

        @Override
        public boolean transmit(final OutboundPacket packet) {
            gate.acquireUninterruptibly();
            final byte[] bytes = new byte[packet.length()];
            packet.copyTo(new UnsafeBuffer(bytes), 0);
            sentSegmentSizes.add(packet.checksumPartial ? packet.segmentSize : -1);
            sent.add(bytes);
            return true;
        }

        @Override
        public void flush() {}

        @Override
        public boolean await(final long timeoutNs) {
            parking.sleepUnless(() -> woken || gone || !incoming.isEmpty(), timeoutNs);
            woken = false;
            return true;
        }

        @Override
        public void wakeUp() {
            woken = true;
            parking.wake();
        }

        @Override
        public int mtu() {
            return 1_500;
        }

        @Override
        public String name() {
            return "gated0";
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

    private OutboundPacket numbered(final int number, final int length) {
        packet.clear();
        packet.headerLength = HEADER;
        packet.transportOffset = 20;
        packet.segmentSize = number % 1_400;
        packet.checksumPartial = true;
        packet.header.putInt(0, number);
        payload.setMemory(0, length, (byte) number);
        packet.addPiece(payload.addressOffset(), length);
        return packet;
    }

    @Test
    void whatIsSentComesOutAsItWentInThoughItsMemoryIsUsedAgain() {
        device.transmit(numbered(7, 3_000));
        payload.setMemory(0, 3_000, (byte) 99);
        inner.gate.release();
        device.flush();
        device.close();

        final byte[] seen = inner.sent.remove();
        assertEquals(HEADER + 3_000, seen.length);
        assertEquals(
                7, ByteBuffer.wrap(seen).order(java.nio.ByteOrder.nativeOrder()).getInt());
        assertEquals(7, seen[HEADER + 2_999]);
        assertEquals(7, inner.sentSegmentSizes.remove());
    }

    @Test
    void whatComesInKeepsItsMetadata() {
        inner.incoming.add(new byte[] {1, 2, 3});
        inner.wakeUp();
        final List<byte[]> seen = new ArrayList<>();
        while (seen.isEmpty()) {
            device.await(SOON_NS);
            device.receive(
                    (buffer, offset, length, metadata) -> {
                        final byte[] bytes = new byte[length];
                        buffer.getBytes(offset, bytes);
                        assertEquals(PacketMetadata.ChecksumState.PARTIAL, metadata.checksum);
                        assertEquals(1_000, metadata.segmentSize);
                        seen.add(bytes);
                    },
                    10);
        }
        assertArrayEquals(new byte[] {1, 2, 3}, seen.get(0));
    }

    @Test
    void aFullRingPressesBackAndLosesNothing() {
        int sent = 0;
        while (device.hasRoom()) { // the gate is shut
            for (int turn = 0; turn < 32; turn++) {
                device.transmit(numbered(sent++, 60_000));
            }
            device.flush();
        }
        inner.incoming.add(new byte[] {1});
        inner.wakeUp();
        assertEquals(0, device.receive((buffer, offset, length, metadata) -> {}, 10), "no room for the answer");

        inner.gate.release(1_000_000);
        while (!device.hasRoom()) {
            device.await(Long.MAX_VALUE); // the writer wakes us
        }
        device.close();

        assertEquals(sent, inner.sent.size());
        int number = 0;
        for (final byte[] seen : inner.sent) {
            assertEquals(
                    number++,
                    ByteBuffer.wrap(seen)
                            .order(java.nio.ByteOrder.nativeOrder())
                            .getInt(),
                    "in order");
        }
    }

    @Test
    void aStackThatDoesNotReadLetsPacketsWaitOutside() {
        final int many = 400;
        for (int i = 0; i < many; i++) {
            inner.incoming.add(ByteBuffer.allocate(60_000).putInt(i).array());
        }
        inner.wakeUp();
        final List<Integer> seen = new ArrayList<>();
        while (seen.size() < many) { // 24 MB through a ring of 8
            if (device.receive(
                            (buffer, offset, length, metadata) -> seen.add(Integer.reverseBytes(buffer.getInt(offset))),
                            1)
                    == 0) {
                device.await(Long.MAX_VALUE);
            }
        }
        for (int i = 0; i < many; i++) {
            assertEquals(i, seen.get(i));
        }
    }

    @Test
    void aDeviceThatHasGoneIsToldOnce() {
        inner.gone = true;
        inner.wakeUp();
        assertThrows(DeviceException.class, () -> {
            while (device.receive((buffer, offset, length, metadata) -> {}, 1) == 0) {
                device.await(Long.MAX_VALUE);
            }
        });
        assertEquals(0, device.receive((buffer, offset, length, metadata) -> {}, 1));
    }

    @Test
    void wakingUpEndsASleepThatHasYetToBegin() {
        device.wakeUp();
        assertTrue(device.await(Long.MAX_VALUE));
        assertFalse(device.await(1));
    }
}
