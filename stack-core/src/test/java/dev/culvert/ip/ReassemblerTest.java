package dev.culvert.ip;

import static dev.culvert.wire.TestPackets.OFFSET;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.Allocation;
import dev.culvert.Rfc;
import dev.culvert.counters.DropReason;
import dev.culvert.wire.Ipv4Flyweight;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketPrinter;
import dev.culvert.wire.PacketValidator;
import dev.culvert.wire.ParsedPacket;
import dev.culvert.wire.TcpFlyweight;
import dev.culvert.wire.TestPackets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReassemblerTest implements ReassemblyEvents {
    private static final byte[] NONE = {};

    private final PacketValidator validator = new PacketValidator();
    private final PacketMetadata meta = new PacketMetadata();
    private final ParsedPacket parsed = new ParsedPacket();
    private final Reassembler reassembler = new Reassembler(this);
    private final List<DropReason> failures = new ArrayList<>();
    private final List<String> timeExceeded = new ArrayList<>();

    private final UnsafeBuffer made = TestPackets.buffer();
    private final UnsafeBuffer arrived = TestPackets.buffer();
    private byte[] packet = NONE;
    private long nowNs = Long.MAX_VALUE - 5; // nanoseconds may wrap

    @Override
    public void reassemblyFailed(final DropReason reason) {
        failures.add(reason);
    }

    @Override
    public void reassemblyTimeExceeded(final UnsafeBuffer buffer, final int offset, final int length) {
        timeExceeded.add(PacketPrinter.print(buffer, offset, length));
    }

    /** Makes the packet to be cut up: TCP over either version, with so many bytes after the IP header. */
    private void given(final boolean v6, final int payloadLength) {
        final int length = v6
                ? TestPackets.tcpV6(made, TcpFlyweight.ACK, NONE, payloadLength - 20)
                : TestPackets.tcpV4(made, TcpFlyweight.ACK, NONE, payloadLength - 20);
        if (!v6) { // no DF, as a packet that routers cut up
            made.putByte(OFFSET + 6, (byte) 0);
            Ipv4Flyweight.writeChecksum(made, OFFSET, Ipv4Flyweight.HEADER_LENGTH);
        }
        packet = TestPackets.bytes(made, length);
    }

    /** Cuts {@link #packet}: bytes from and to count in its payload. */
    private byte[] cut(final int from, final int to) {
        final boolean v6 = packet[0] >>> 4 == 6;
        return v6 ? Fragments.v6(packet, from, to, 77) : Fragments.v4(packet, from, to, 77);
    }

    private DropReason add(final byte[] fragment) {
        arrived.putBytes(OFFSET, fragment);
        assertNull(validator.validate(arrived, OFFSET, fragment.length, meta, parsed));
        assertTrue(parsed.isFragment);
        return reassembler.add(arrived, parsed, nowNs);
    }

    private DropReason add(final int from, final int to) {
        return add(cut(from, to));
    }

    private void expectWhole() {
        assertTrue(reassembler.complete());
        final byte[] whole = new byte[reassembler.length()];
        reassembler.buffer().getBytes(reassembler.offset(), whole);
        assertArrayEquals(packet, whole);
        assertNull(validator.validate(reassembler.buffer(), reassembler.offset(), reassembler.length(), meta, parsed));
        assertFalse(parsed.isFragment);
        assertNull(validator.validateTcp(reassembler.buffer(), parsed, meta));
        expectEmpty();
    }

    private void expectEmpty() {
        assertEquals(0, reassembler.waiting());
        assertEquals(0, reassembler.usedBytes());
        assertEquals(Long.MAX_VALUE, reassembler.nextDeadlineNs());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fragmentsInOrderMakeThePacket(final boolean v6) {
        given(v6, 2_500);

        assertNull(add(0, 1_000));
        assertFalse(reassembler.complete());
        assertNull(add(1_000, 2_000));
        assertFalse(reassembler.complete());
        assertNull(add(2_000, 2_500));
        expectWhole();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fragmentsInReverseMakeThePacket(final boolean v6) {
        given(v6, 2_500);

        assertNull(add(2_000, 2_500));
        assertNull(add(1_000, 2_000));
        assertNull(add(0, 1_000));
        expectWhole();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRepetitionIsDroppedAndDoesNoHarm(final boolean v6) {
        given(v6, 2_500);
        add(0, 1_000);
        add(1_000, 2_000);

        assertEquals(DropReason.DUP_FRAG, add(0, 1_000));
        assertEquals(DropReason.DUP_FRAG, add(1_000, 2_000));
        assertEquals(DropReason.DUP_FRAG, add(1_008, 1_992)); // a subset
        assertEquals(DropReason.DUP_FRAG, add(504, 1_504)); // of two neighbours
        assertNull(add(2_000, 2_500));
        expectWhole();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anOverlapCondemnsThePacketAndWhatIsStillToCome(final boolean v6) { // RFC 5722 §4
        given(v6, 2_500);
        add(0, 1_000);

        assertEquals(DropReason.FRAG_INVALID, add(992, 2_000));
        assertEquals(List.of(DropReason.FRAG_INVALID), failures);
        assertEquals(0, reassembler.usedBytes());
        assertEquals(DropReason.FRAG_INVALID, add(0, 1_000));
        assertEquals(DropReason.FRAG_INVALID, add(1_000, 2_000));
        assertEquals(DropReason.FRAG_INVALID, add(2_000, 2_500));
        assertFalse(reassembler.complete());

        nowNs = reassembler.nextDeadlineNs();
        reassembler.onTimeout(nowNs);
        expectEmpty();
        assertEquals(1, failures.size());
        assertTrue(timeExceeded.isEmpty());
    }

    @Test
    void everyKindOfOverlapIsNoticed() {
        final int[][] overlaps = {{1_000, 2_008}, {992, 2_000}, {992, 2_008}, {0, 2_496}, {1_992, 2_496}, {504, 1_504}};
        for (final int[] overlap : overlaps) {
            given(true, 2_500);
            packet[39] = (byte) overlap[0]; // another packet each time
            packet[38] = (byte) overlap[1];
            assertNull(add(1_000, 2_000));
            assertEquals(DropReason.FRAG_INVALID, add(overlap[0], overlap[1]), Arrays.toString(overlap));
        }
    }

    @Test
    void twoEndsCondemnThePacket() {
        given(false, 2_500);
        add(2_000, 2_500);
        final byte[] beyond = cut(1_000, 2_000);
        given(false, 4_000);

        assertEquals(DropReason.FRAG_INVALID, add(2_504, 3_000));
        assertEquals(DropReason.FRAG_INVALID, add(beyond));

        packet[15] = 9; // another source
        add(2_504, 3_000);
        final byte[] longer = packet;
        given(false, 2_500);
        packet[15] = longer[15];
        assertEquals(DropReason.FRAG_INVALID, add(2_000, 2_500));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void randomCutsInRandomOrderMakeThePacket(final boolean v6) {
        final Random random = new Random(815);
        for (int round = 0; round < 300; round++) {
            given(v6, 20 + random.nextInt(round < 10 ? 65_496 : 9_000));
            final int payload = packet.length - (v6 ? 40 : 20);
            final List<byte[]> fragments = new ArrayList<>();
            for (int from = 0; from < payload; ) {
                final int most = 1 + random.nextInt(round < 10 ? 400 : 60);
                final int to = Math.min(payload, from + 8 * most + (round < 10 ? 400 : 0));
                fragments.add(cut(from, to));
                from = to;
            }
            if (fragments.size() == 1) {
                continue;
            }
            Collections.shuffle(fragments, random);
            for (int i = 0; i < fragments.size(); i++) {
                assertNull(add(fragments.get(i)));
                if (i < fragments.size() - 1) {
                    assertEquals(DropReason.DUP_FRAG, add(fragments.get(random.nextInt(i + 1))));
                    assertFalse(reassembler.complete());
                }
            }
            expectWhole();
        }
        assertTrue(failures.isEmpty());
    }

    @Test
    void packetsAreToldApart() {
        given(false, 100);
        final byte[] original = packet.clone();
        final int[] fields = {5, 15, 19}; // identification, source, destination
        assertNull(add(0, 48));
        for (final int field : fields) {
            packet = original.clone();
            packet[field] = (byte) (packet[field] ^ 4);
            assertNull(add(Fragments.fixed(Fragments.v4(packet, 48, 100, packet[5]))));
            assertFalse(reassembler.complete());
        }
        packet = original.clone();
        packet[9] = 17; // protocol
        assertNull(add(Fragments.v4(packet, 48, 100, 77)));
        assertFalse(reassembler.complete());
        assertEquals(5, reassembler.waiting());

        packet = original;
        assertNull(add(48, 100));
        assertTrue(reassembler.complete());
        assertEquals(4, reassembler.waiting());
    }

    @Test
    void ipv4OptionsOfTheFirstFragmentStay() {
        given(false, 96);
        final byte[] first = cut(0, 48);
        final byte[] withOption = new byte[first.length + 4];
        System.arraycopy(first, 0, withOption, 0, 20);
        System.arraycopy(TestPackets.hex("94040000"), 0, withOption, 20, 4);
        System.arraycopy(first, 20, withOption, 24, 48);
        withOption[0] = 0x46;
        withOption[3] = (byte) (withOption[3] + 4);
        assertNull(add(48, 96));
        assertNull(add(Fragments.fixed(withOption)));

        assertTrue(reassembler.complete());
        assertNull(validator.validate(reassembler.buffer(), 0, reassembler.length(), meta, parsed));
        assertEquals(24, parsed.ipHeaderLength);
        assertNull(validator.validateTcp(reassembler.buffer(), parsed, meta));
    }

    @Test
    void ipv6HeadersBeforeTheFragmentHeaderStay() {
        given(true, 96);
        for (final int[] part : new int[][] {{48, 96}, {0, 48}}) {
            final byte[] plain = cut(part[0], part[1]);
            final byte[] extended = new byte[plain.length + 8];
            System.arraycopy(plain, 0, extended, 0, 40);
            System.arraycopy(TestPackets.hex("2c00010400000000"), 0, extended, 40, 8);
            System.arraycopy(plain, 40, extended, 48, plain.length - 40);
            extended[6] = 60;
            extended[5] = (byte) (extended[5] + 8);
            assertNull(add(extended));
        }

        assertTrue(reassembler.complete());
        assertEquals(40 + 8 + 96, reassembler.length());
        assertNull(validator.validate(reassembler.buffer(), 0, reassembler.length(), meta, parsed));
        assertEquals(48, parsed.ipHeaderLength);
        assertFalse(parsed.isFragment);
        assertNull(validator.validateTcp(reassembler.buffer(), parsed, meta));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Rfc(number = 3168, section = "5.3")
    void aMarkOnAnyFragmentMarksThePacket(final boolean v6) {
        assertNull(addWithEcn(v6, 2, 3));
        assertTrue(reassembler.complete());
        assertNull(validator.validate(reassembler.buffer(), 0, reassembler.length(), meta, parsed));
        assertEquals(3, parsed.tos);

        assertEquals(DropReason.FRAG_INVALID, addWithEcn(v6, 0, 3));
        assertFalse(reassembler.complete());
    }

    private DropReason addWithEcn(final boolean v6, final int first, final int second) {
        given(v6, 96);
        add(withEcn(cut(0, 48), first));
        return add(withEcn(cut(48, 96), second));
    }

    private static byte[] withEcn(final byte[] fragment, final int ecn) {
        if (fragment[0] >>> 4 == 6) {
            fragment[1] = (byte) (fragment[1] | (ecn << 4));
            return fragment;
        }
        fragment[1] = (byte) (fragment[1] | ecn);
        return Fragments.fixed(fragment);
    }

    @Test
    void anIpv4PacketMayNotGrowBeyondItsLengthField() {
        given(false, 65_515);
        add(65_000, 65_515);
        final byte[] first = cut(0, 65_000);
        final byte[] withOptions = new byte[first.length + 40];
        System.arraycopy(first, 0, withOptions, 0, 20);
        Arrays.fill(withOptions, 20, 60, (byte) 1);
        System.arraycopy(first, 20, withOptions, 60, 65_000);
        withOptions[0] = 0x4f;
        withOptions[2] = (byte) (withOptions.length >>> 8);
        withOptions[3] = (byte) withOptions.length;

        assertEquals(DropReason.FRAG_INVALID, add(Fragments.fixed(withOptions)));
        assertFalse(reassembler.complete());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void timeOutIsToldWithTheFirstFragment(final boolean v6) {
        given(v6, 2_500);
        final long startNs = nowNs;
        add(1_000, 2_000);
        nowNs += 5_000_000_000L;
        add(0, 1_000);
        assertEquals(startNs + Reassembler.TIMEOUT_NS, reassembler.nextDeadlineNs());

        reassembler.onTimeout(startNs + Reassembler.TIMEOUT_NS - 1);
        assertEquals(1, reassembler.waiting());
        reassembler.onTimeout(startNs + Reassembler.TIMEOUT_NS);
        expectEmpty();
        assertEquals(List.of(DropReason.FRAG_REASM_TIMEOUT), failures);
        assertEquals(
                List.of((v6 ? "fd83::1 > fd83::2" : "10.83.0.1 > 10.83.0.2") + " frag tcp id 77 0:1000(1000) more"),
                timeExceeded);
    }

    @Test
    void withoutTheFirstFragmentNobodyIsToldOfTheTimeOut() { // RFC 1122 §3.3.2
        given(false, 2_500);
        add(1_000, 2_000);
        reassembler.onTimeout(reassembler.nextDeadlineNs());

        assertEquals(1, failures.size());
        assertTrue(timeExceeded.isEmpty());
    }

    @Test
    void theOldestPacketMakesRoomForAnother() {
        given(false, 100);
        for (int id = 0; id <= Reassembler.MAX_PACKETS; id++) {
            nowNs++;
            assertNull(add(Fragments.v4(packet, 0, 48, id)));
        }
        assertEquals(Reassembler.MAX_PACKETS, reassembler.waiting());
        assertEquals(List.of(DropReason.FRAG_REASM_TIMEOUT), failures);

        add(Fragments.v4(packet, 48, 100, Reassembler.MAX_PACKETS));
        assertTrue(reassembler.complete());
        add(Fragments.v4(packet, 48, 100, 0));
        assertFalse(reassembler.complete());
        assertTrue(timeExceeded.isEmpty());
    }

    @Test
    void memoryIsBoundedWhateverArrives() {
        given(false, 65_000);
        for (int id = 0; id < 40; id++) {
            for (int from = 0; from < 63_000; from += 1_480) {
                assertNull(add(Fragments.v4(packet, from, from + 1_480, id)));
                assertTrue(reassembler.usedBytes() <= Reassembler.MAX_BYTES);
            }
        }
        assertTrue(reassembler.usedBytes() > Reassembler.MAX_BYTES - 70_000);
        assertFalse(failures.isEmpty());

        reassembler.onTimeout(nowNs + Reassembler.TIMEOUT_NS);
        expectEmpty();
    }

    @Test
    void tooManyFragmentsCondemnThePacket() {
        given(false, 65_000);
        DropReason reason = null;
        int fragments = 0;
        for (int from = 0; reason == null; from += 16) {
            reason = add(from, from + 8);
            fragments++;
        }
        assertEquals(DropReason.FRAG_LIMIT, reason);
        assertEquals(257, fragments);
        assertEquals(List.of(DropReason.FRAG_LIMIT), failures);
        assertEquals(0, reassembler.usedBytes());
    }

    @Test
    void anythingAtAllLeavesNothingBehind() {
        final Random random = new Random(791);
        for (int i = 0; i < 20_000; i++) {
            if (i % 100 == 0) {
                given(random.nextBoolean(), 4_000);
            }
            final int from = 8 * random.nextInt(400);
            final int to = random.nextInt(4) == 0 ? 4_000 : Math.min(4_000, from + 8 * (1 + random.nextInt(200)));
            if (from > 0 || to < 4_000) {
                final int id = random.nextInt(100);
                add(packet[0] >>> 4 == 6 ? Fragments.v6(packet, from, to, id) : Fragments.v4(packet, from, to, id));
                assertTrue(reassembler.waiting() <= Reassembler.MAX_PACKETS);
            }
            nowNs += random.nextInt(1_000_000_000);
            reassembler.onTimeout(nowNs);
        }
        reassembler.onTimeout(nowNs + Reassembler.TIMEOUT_NS);
        expectEmpty();
    }

    @Test
    void reassemblyAllocatesNothingOnceItHasItsMemory() {
        given(true, 2_500);
        final byte[] first = cut(0, 1_248);
        final byte[] last = cut(1_248, 2_500);
        addMany(first, last, 5_000);

        Allocation.assertNone(() -> addMany(first, last, 20_000));
    }

    private void addMany(final byte[] first, final byte[] last, final int times) {
        for (int i = 0; i < times; i++) {
            arrived.putBytes(OFFSET, first);
            validator.validate(arrived, OFFSET, first.length, meta, parsed);
            reassembler.add(arrived, parsed, nowNs);
            arrived.putBytes(OFFSET, last);
            validator.validate(arrived, OFFSET, last.length, meta, parsed);
            reassembler.add(arrived, parsed, nowNs);
            if (!reassembler.complete()) {
                throw new AssertionError("incomplete");
            }
        }
    }
}
