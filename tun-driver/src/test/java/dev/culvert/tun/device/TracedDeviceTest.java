package dev.culvert.tun.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TracedDeviceTest {
    private final FakeDevice wire = new FakeDevice();
    private final List<String> lines = new ArrayList<>();
    private final PacketDevice device = new TracedDevice(
            wire,
            (buffer, offset, length) -> "number " + buffer.getInt(offset, ByteOrder.BIG_ENDIAN) + " length " + length,
            lines::add);

    @Test
    void writesALinePerPacketAndPassesItOn() {
        wire.incoming.add(TestPackets.numbered(1, 60));
        assertArrayEquals(
                TestPackets.numbered(1, 60), TestPackets.receiveAll(device).get(0));
        assertTrue(device.transmit(TestPackets.outbound(TestPackets.numbered(2, 70), 3)));
        assertArrayEquals(TestPackets.numbered(2, 70), wire.sent.get(0));

        assertEquals(List.of("< number 1 length 60", "> number 2 length 70"), lines);
    }

    @Test
    void marksWhatCouldNotBeSent() {
        wire.full = true;

        assertFalse(device.transmit(TestPackets.outbound(TestPackets.numbered(2, 70), 0)));
        assertEquals(List.of("> number 2 length 70 (dropped)"), lines);
    }

    @Test
    void passesTheRestOn() {
        assertEquals("fake0", device.name());
        assertEquals(1500, device.mtu());
        assertEquals(0, device.transmitDrops());
        device.wakeUp();
        assertTrue(device.await(5));
        assertEquals(5, wire.lastTimeoutNs);
        device.flush();
        assertEquals(1, wire.flushes);
        device.close();
        assertTrue(wire.closed);
    }
}
