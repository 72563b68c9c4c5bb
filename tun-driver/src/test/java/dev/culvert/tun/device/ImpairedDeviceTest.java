package dev.culvert.tun.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImpairedDeviceTest {
    private static final long MS = 1_000_000;

    private final FakeDevice wire = new FakeDevice();
    private long nowNs = -3 * MS; // nanoTime may be anything

    private ImpairedDevice device(final String spec) {
        return new ImpairedDevice(wire, ImpairmentPlan.parse(spec), () -> nowNs);
    }

    private void send(final PacketDevice device, final int count, final int length) {
        for (int i = 0; i < count; i++) {
            assertTrue(device.transmit(TestPackets.outbound(TestPackets.numbered(i, length), 2)));
        }
        device.flush();
    }

    private List<Integer> sent() {
        return wire.sent.stream().map(TestPackets::number).toList();
    }

    private static List<Integer> numbers(final int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    /** What a run of 2,000 packets in each direction becomes. */
    private static List<byte[]> run(final String spec) {
        final ImpairedDeviceTest test = new ImpairedDeviceTest();
        final PacketDevice device = test.device(spec);
        final List<byte[]> out = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            test.wire.incoming.add(TestPackets.numbered(i, 100));
            device.transmit(TestPackets.outbound(TestPackets.numbered(i, 100), 1));
            test.nowNs += MS;
            device.flush();
            out.addAll(TestPackets.receiveAll(device));
        }
        test.nowNs += 1000 * MS;
        device.flush();
        out.addAll(TestPackets.receiveAll(device));
        out.addAll(test.wire.sent);
        return out;
    }

    @Test
    void withoutImpairmentsEverythingPassesUnchangedAndInOrder() {
        final PacketDevice device = device("seed=1");
        for (int i = 0; i < 200; i++) {
            wire.incoming.add(TestPackets.numbered(i, 20 + 25 * i));
        }
        final List<byte[]> received = TestPackets.receiveAll(device);
        send(device, 200, 60);

        for (int i = 0; i < 200; i++) {
            assertArrayEquals(TestPackets.numbered(i, 20 + 25 * i), received.get(i));
            assertArrayEquals(TestPackets.numbered(i, 60), wire.sent.get(i));
        }
    }

    @Test
    void theSameSeedMeetsTheSameMishapsAndAnotherSeedOthers() {
        final String spec =
                "loss=5%,duplicate=5%,reorder=5%,corrupt=5%,delay=20ms,jitter=15ms,rate=1mbit,queue=40,seed=";

        assertArrayEquals(run(spec + 42).toArray(), run(spec + 42).toArray());
        assertFalse(Arrays.deepEquals(run(spec + 42).toArray(), run(spec + 43).toArray()));
    }

    @Test
    void losesTheAskedShareInEachDirectionByDrawsOfItsOwn() {
        final PacketDevice device = device("loss=10%,queue=100000");
        for (int i = 0; i < 10_000; i++) {
            wire.incoming.add(TestPackets.numbered(i, 60));
        }
        send(device, 10_000, 60);
        final List<Integer> in =
                TestPackets.receiveAll(device).stream().map(TestPackets::number).toList();

        assertEquals(9000, in.size(), 120); // four standard deviations
        assertEquals(9000, sent().size(), 120);
        assertNotEquals(in, sent());
        assertEquals(20_000 - in.size() - sent().size(), ((ImpairedDevice) device).lost());
    }

    @Test
    void oneDirectionCanBePerfect() {
        final PacketDevice device = device("in:loss=100%");
        wire.incoming.add(TestPackets.numbered(0, 60));
        send(device, 100, 60);

        assertEquals(0, TestPackets.receiveAll(device).size());
        assertEquals(numbers(100), sent());
    }

    @Test
    void duplicatesArriveTwiceInARow() {
        send(device("duplicate=100%"), 3, 60);

        assertEquals(List.of(0, 0, 1, 1, 2, 2), sent());
    }

    @Test
    void aCorruptPacketDiffersInOneBit() {
        send(device("corrupt=100%"), 200, 60);

        for (int i = 0; i < 200; i++) {
            final byte[] original = TestPackets.numbered(i, 60);
            int bits = 0;
            for (int at = 0; at < 60; at++) {
                bits += Integer.bitCount((original[at] ^ wire.sent.get(i)[at]) & 0xff);
            }
            assertEquals(1, bits);
        }
    }

    @Test
    void delayHoldsEveryPacketBackForItsTime() {
        final PacketDevice device = device("delay=10ms");
        wire.incoming.add(TestPackets.numbered(0, 60));
        send(device, 1, 60);
        assertEquals(0, TestPackets.receiveAll(device).size());
        assertEquals(List.of(), sent());

        nowNs += 10 * MS - 1;
        device.flush();
        assertEquals(0, TestPackets.receiveAll(device).size());
        assertEquals(List.of(), sent());

        nowNs += 1;
        device.flush();
        assertEquals(1, TestPackets.receiveAll(device).size());
        assertEquals(List.of(0), sent());
    }

    @Test
    void jitterVariesTheDelayWithinItsBoundsAndKeepsTheOrder() {
        final PacketDevice device = device("delay=10ms,jitter=3ms");
        final List<Long> arrivals = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            final long startNs = nowNs;
            device.transmit(TestPackets.outbound(TestPackets.numbered(i, 60), 0));
            while (wire.sent.size() == i) {
                nowNs += MS / 10;
                device.flush();
            }
            arrivals.add((nowNs - startNs) / (MS / 10));
        }

        assertEquals(numbers(50), sent());
        assertTrue(arrivals.stream().allMatch(tenths -> tenths >= 70 && tenths <= 131), arrivals.toString());
        assertTrue(arrivals.stream().distinct().count() > 10, arrivals.toString());
    }

    @Test
    void rateSpacesThePacketsByTheirLength() {
        final PacketDevice device = device("rate=8mbit"); // 1000 bytes per ms
        send(device, 3, 1000);
        assertEquals(0, sent().size());

        for (int i = 1; i <= 3; i++) {
            nowNs += MS;
            device.flush();
            assertEquals(i, sent().size());
        }
    }

    @Test
    void whatDoesNotFitTheQueueIsLostAndLooksSent() {
        final ImpairedDevice device = device("rate=8mbit,queue=5");
        send(device, 8, 1000);
        nowNs += 100 * MS;
        device.flush();

        assertEquals(numbers(5), sent());
        assertEquals(3, device.lost());
    }

    @Test
    void aReorderedPacketIsOvertakenByOneToThreeOthers() {
        send(device("reorder=10%,queue=100000"), 1000, 60);
        nowNs += 100 * MS;
        final List<Integer> order = sent();

        int overtaken = 0;
        for (int i = 0; i < 1000; i++) {
            final int late = order.indexOf(i) - i;
            assertTrue(late >= -1 && late <= 3, i + " is at " + order.indexOf(i));
            overtaken += late > 0 ? 1 : 0;
        }
        assertTrue(overtaken > 50 && overtaken < 120, "overtaken: " + overtaken);
    }

    @Test
    void aReorderedPacketDoesNotWaitForeverToBeOvertaken() {
        final PacketDevice device = device("reorder=100%");
        send(device, 1, 60);
        assertEquals(List.of(), sent());

        nowNs += 10 * MS;
        device.flush();
        assertEquals(List.of(0), sent());
    }

    @Test
    void awaitSleepsNoLongerThanUntilTheNextArrivalAndSendsWhatIsDue() {
        final PacketDevice device = device("delay=10ms");
        send(device, 1, 60);
        nowNs += 4 * MS;

        assertFalse(device.await(Long.MAX_VALUE));
        assertEquals(6 * MS, wire.lastTimeoutNs);
        assertFalse(device.await(MS));
        assertEquals(MS, wire.lastTimeoutNs);

        nowNs += 6 * MS;
        device.await(Long.MAX_VALUE);
        assertEquals(List.of(0), sent());
        device.await(Long.MAX_VALUE);
        assertEquals(Long.MAX_VALUE, wire.lastTimeoutNs);
    }

    @Test
    void awaitTellsOfADelayedPacketThatHasArrived() {
        final PacketDevice device = device("delay=10ms");
        wire.incoming.add(TestPackets.numbered(0, 60));
        assertEquals(0, TestPackets.receiveAll(device).size());
        assertFalse(device.await(0));

        nowNs += 10 * MS;
        assertTrue(device.await(0));
        assertEquals(1, TestPackets.receiveAll(device).size());
    }

    @Test
    void wakeUpPassesThrough() {
        final PacketDevice device = device("delay=10ms");
        device.wakeUp();

        assertTrue(device.await(Long.MAX_VALUE));
    }
}
