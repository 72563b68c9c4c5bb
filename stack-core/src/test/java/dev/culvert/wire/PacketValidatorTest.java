package dev.culvert.wire;

import static dev.culvert.wire.TestPackets.OFFSET;
import static dev.culvert.wire.TestPackets.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.Allocation;
import dev.culvert.Rfc;
import dev.culvert.counters.DropReason;
import dev.culvert.wire.PacketMetadata.ChecksumState;
import java.nio.ByteOrder;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketValidatorTest {
    private static final byte[] NO_OPTIONS = {};

    private final UnsafeBuffer b = TestPackets.buffer();
    private final PacketValidator validator = new PacketValidator();
    private final PacketMetadata meta = new PacketMetadata();
    private final ParsedPacket p = new ParsedPacket();

    private DropReason validate(final int length) {
        return validator.validate(b, OFFSET, length, meta, p);
    }

    private DropReason validateTcp(final int length) {
        assertNull(validate(length));
        return validator.validateTcp(b, p, meta);
    }

    /** Changes an IPv4 header and makes its checksum right again. */
    private void patchV4(final int field, final int value) {
        b.putByte(OFFSET + field, (byte) value);
        Ipv4Flyweight.writeChecksum(b, OFFSET, (b.getByte(OFFSET) & 0xf) * 4);
    }

    private void sourceV4(final String address) {
        b.putBytes(OFFSET + Ipv4Flyweight.SOURCE, IpAddress.parse(address).toBytes());
        Ipv4Flyweight.writeChecksum(b, OFFSET, Ipv4Flyweight.HEADER_LENGTH);
    }

    @Test
    void readsAnIpv4Segment() {
        final int length = TestPackets.tcpV4(b, TcpFlyweight.ACK, hex("020405b4"), 100);

        assertNull(validateTcp(length));
        assertEquals(4, p.version);
        assertEquals("10.83.0.1", IpAddress.toString(p.srcHi, p.srcLo));
        assertEquals("10.83.0.2", IpAddress.toString(p.dstHi, p.dstLo));
        assertEquals(IpProtocol.TCP, p.protocol);
        assertEquals(64, p.ttl);
        assertEquals(20, p.ipHeaderLength);
        assertEquals(OFFSET + 20, p.payloadOffset);
        assertEquals(124, p.payloadLength);
        assertTrue(p.dontFragment);
        assertFalse(p.isFragment);
    }

    @Test
    void readsAnIpv6Segment() {
        final int length = TestPackets.tcpV6(b, TcpFlyweight.ACK, NO_OPTIONS, 33);

        assertNull(validateTcp(length));
        assertEquals(6, p.version);
        assertEquals("fd83::1", IpAddress.toString(p.srcHi, p.srcLo));
        assertEquals("fd83::2", IpAddress.toString(p.dstHi, p.dstLo));
        assertEquals(IpProtocol.TCP, p.protocol);
        assertEquals(OFFSET + 40, p.payloadOffset);
        assertEquals(53, p.payloadLength);
    }

    @Test
    void paddingBehindThePacketIsIgnored() {
        final int length = TestPackets.tcpV4(b, TcpFlyweight.ACK, NO_OPTIONS, 1);
        b.setMemory(OFFSET + length, 18, (byte) 0x5a);

        assertNull(validateTcp(length + 18));
        assertEquals(21, p.payloadLength);
    }

    @Test
    void everyTruncationIsDroppedAndNothingIsReadBehindIt() {
        final int v4 = TestPackets.tcpV4(b, TcpFlyweight.ACK, NO_OPTIONS, 1);
        for (int length = 0; length < v4; length++) {
            final UnsafeBuffer cut = new UnsafeBuffer(b, OFFSET, length);
            assertEquals(DropReason.PKT_TOO_SMALL, validator.validate(cut, 0, length, meta, p));
        }
        final int v6 = TestPackets.tcpV6(b, TcpFlyweight.ACK, NO_OPTIONS, 1);
        for (int length = 0; length < v6; length++) {
            final UnsafeBuffer cut = new UnsafeBuffer(b, OFFSET, length);
            assertEquals(DropReason.PKT_TOO_SMALL, validator.validate(cut, 0, length, meta, p));
        }
    }

    @Test
    void anUnknownVersionIsDropped() {
        b.putByte(OFFSET, (byte) 0x55);
        assertEquals(DropReason.IP_VERSION, validate(40));
    }

    @Test
    void anImpossibleIpv4HeaderLengthIsDropped() {
        TestPackets.tcpV4(b, TcpFlyweight.ACK, NO_OPTIONS, 0);
        b.putByte(OFFSET, (byte) 0x44);
        assertEquals(DropReason.IP_INHDR, validate(40));
        b.putByte(OFFSET, (byte) 0x4f);
        assertEquals(DropReason.IP_INHDR, validate(40));
    }

    @Test
    void aWrongIpv4HeaderChecksumIsDroppedWhateverTheDeviceSays() {
        final int length = TestPackets.tcpV4(b, TcpFlyweight.ACK, NO_OPTIONS, 0);
        b.putByte(OFFSET + Ipv4Flyweight.TTL, (byte) 63);
        meta.checksum = ChecksumState.VERIFIED;

        assertEquals(DropReason.IP_CSUM, validate(length));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.0.9", "224.0.0.1", "239.1.1.1", "255.255.255.255"})
    void anIpv4SourceThatIsNoneIsDropped(final String source) { // RFC 1122 §3.2.1.3
        final int length = TestPackets.tcpV4(b, TcpFlyweight.SYN, NO_OPTIONS, 0);
        sourceV4(source);

        assertEquals(DropReason.IP_INVALID_SOURCE, validate(length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0.0", "126.255.255.255", "128.0.0.1", "223.255.255.255", "240.0.0.1"})
    void itsNeighboursAreGood(final String source) {
        final int length = TestPackets.tcpV4(b, TcpFlyweight.SYN, NO_OPTIONS, 0);
        sourceV4(source);

        assertNull(validate(length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "ff02::1", "::ffff:0:0"})
    void anIpv6SourceThatIsNoneIsDropped(final String source) {
        final int length = TestPackets.tcpV6(b, TcpFlyweight.SYN, NO_OPTIONS, 0);
        putV6(Ipv6Flyweight.SOURCE, IpAddress.parse(source));

        assertEquals(DropReason.IP_INVALID_SOURCE, validate(length));
    }

    @Test
    void aMappedDestinationIsNoWayIntoTheIpv4Side() {
        final int length = TestPackets.tcpV6(b, TcpFlyweight.SYN, NO_OPTIONS, 0);
        putV6(Ipv6Flyweight.DESTINATION, IpAddress.parse("10.83.0.2"));

        assertEquals(DropReason.IP_INVALID_SOURCE, validate(length));
    }

    @Test
    void aHostWithoutAddressMaySpeakToMulticastGroups() { // RFC 4862 §5.4.2
        final int length = TestPackets.icmpV6(b, Icmp6.NEIGHBOR_SOLICITATION, 0, 0, new byte[16]);
        putV6(Ipv6Flyweight.SOURCE, IpAddress.ANY_V6);
        putV6(Ipv6Flyweight.DESTINATION, IpAddress.parse("ff02::1:ff00:2"));

        assertNull(validate(length));
        assertTrue(p.isMulticast());
    }

    private void putV6(final int field, final IpAddress address) {
        b.putLong(OFFSET + field, address.hi(), ByteOrder.BIG_ENDIAN);
        b.putLong(OFFSET + field + 8, address.lo(), ByteOrder.BIG_ENDIAN);
    }

    private DropReason withIpv4Options(final String optionBytes) {
        final byte[] options = hex(optionBytes);
        TestPackets.ipV4(b, IpProtocol.UDP, options.length + 8);
        b.putBytes(OFFSET + Ipv4Flyweight.HEADER_LENGTH, options);
        patchV4(0, 0x45 + options.length / 4);
        return validate(Ipv4Flyweight.HEADER_LENGTH + options.length + 8);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-50", section = "3.9.2")
    void unknownIpv4OptionsAreSteppedOver() { // RFC 9293 MUST-50
        assertNull(withIpv4Options("94040000 01 44 0b 05 0000000000000000"));
        assertEquals(36, p.ipHeaderLength);
        assertEquals(8, p.payloadLength);
        assertFalse(p.sourceRouted);
    }

    @Test
    void sourceRoutesAreNoted() {
        assertNull(withIpv4Options("83 07 04 0a530001 00"));
        assertTrue(p.sourceRouted);
        assertNull(withIpv4Options("01 89 07 04 0a530001"));
        assertTrue(p.sourceRouted);
        assertNull(withIpv4Options("00 83 07 04 0a530001"));
        assertFalse(p.sourceRouted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"94000000", "94010000", "94050000", "010101 94", "8309040a530001 00"})
    void anIpv4OptionOfImpossibleLengthIsDropped(final String options) {
        assertEquals(DropReason.IP_OPTIONS, withIpv4Options(options));
    }

    @Test
    void ipv4FragmentsAreRecognized() {
        TestPackets.ipV4(b, IpProtocol.TCP, 64);
        patchV4(Ipv4Flyweight.FLAGS_AND_FRAGMENT_OFFSET, 0x20);

        assertNull(validate(84));
        assertTrue(p.isFragment && p.moreFragments);
        assertEquals(0, p.fragmentOffset);
        assertEquals(77, p.fragmentId);

        patchV4(Ipv4Flyweight.FLAGS_AND_FRAGMENT_OFFSET, 0x00);
        patchV4(Ipv4Flyweight.FLAGS_AND_FRAGMENT_OFFSET + 1, 0xb9);
        assertNull(validate(84));
        assertTrue(p.isFragment && !p.moreFragments);
        assertEquals(1_480, p.fragmentOffset);
    }

    @Test
    void anUnevenEmptyOrEndlessIpv4FragmentIsDropped() {
        TestPackets.ipV4(b, IpProtocol.TCP, 63);
        patchV4(Ipv4Flyweight.FLAGS_AND_FRAGMENT_OFFSET, 0x20);
        assertEquals(DropReason.FRAG_INVALID, validate(83));

        TestPackets.ipV4(b, IpProtocol.TCP, 0);
        patchV4(Ipv4Flyweight.FLAGS_AND_FRAGMENT_OFFSET, 0x01);
        assertEquals(DropReason.FRAG_INVALID, validate(20));

        TestPackets.ipV4(b, IpProtocol.TCP, 16);
        patchV4(Ipv4Flyweight.FLAGS_AND_FRAGMENT_OFFSET, 0x1f);
        patchV4(Ipv4Flyweight.FLAGS_AND_FRAGMENT_OFFSET + 1, 0xff);
        assertEquals(DropReason.FRAG_INVALID, validate(36)); // the "ping of death"
    }

    private DropReason withExtensions(final int first, final String extensions) {
        final byte[] bytes = hex(extensions);
        return validate(TestPackets.tcpV6(b, bytes, first, TcpFlyweight.ACK, NO_OPTIONS, 5));
    }

    @Test
    void extensionHeadersAreWalkedToTheSegment() {
        final String hopByHop = "3c 00 05 02 0000 0100"; // router alert, then PadN
        final String destination = "2b 01 1e 0b 0000000000000000000000 00"; // an option to be skipped when unknown
        final String routing = "06 00 04 00 00000000"; // no segments left

        assertNull(withExtensions(IpProtocol.HOP_BY_HOP, hopByHop + destination + routing));
        assertEquals(IpProtocol.TCP, p.protocol);
        assertEquals(72, p.ipHeaderLength);
        assertEquals(25, p.payloadLength);
        assertNull(validator.validateTcp(b, p, meta));
    }

    @Test
    void optionsThatMustBeKnownEarnWhatTheirTypeSays() { // RFC 8200 §4.2
        assertEquals(DropReason.IP_OPTIONS, withExtensions(IpProtocol.DESTINATION_OPTIONS, "06 00 5e 04 00000000"));
        assertEquals(ParsedPacket.NO_PROBLEM, p.problemCode);

        assertEquals(DropReason.IP_OPTIONS, withExtensions(IpProtocol.DESTINATION_OPTIONS, "06 00 00 9e 03 000000"));
        assertEquals(Icmp6.UNKNOWN_OPTION, p.problemCode);
        assertEquals(OFFSET + 43, p.problemOffset);
        assertTrue(p.problemOnMulticast);

        assertEquals(DropReason.IP_OPTIONS, withExtensions(IpProtocol.DESTINATION_OPTIONS, "06 00 de 04 00000000"));
        assertEquals(Icmp6.UNKNOWN_OPTION, p.problemCode);
        assertFalse(p.problemOnMulticast);
    }

    @Test
    void aRouteWithSegmentsLeftIsAProblem() { // RFC 8200 §4.4, RFC 5095
        assertEquals(DropReason.IP_OPTIONS, withExtensions(IpProtocol.ROUTING, "06 00 00 01 00000000"));
        assertEquals(Icmp6.ERRONEOUS_HEADER, p.problemCode);
        assertEquals(OFFSET + 42, p.problemOffset);
    }

    @Test
    void hopByHopOptionsElsewhereCountAsUnknown() {
        assertNull(withExtensions(IpProtocol.DESTINATION_OPTIONS, "00 00 01 04 00000000 06 00 01 04 00000000"));
        assertEquals(IpProtocol.HOP_BY_HOP, p.protocol);
        assertEquals(OFFSET + 40, p.protocolFieldOffset);
    }

    @ParameterizedTest
    @ValueSource(strings = {"06 20 01 04 00000000", "06 00 01 05 00000000", "06 00 01 03 000000 01"})
    void anExtensionOrOptionOfImpossibleLengthIsDropped(final String extension) {
        assertEquals(DropReason.IP_OPTIONS, withExtensions(IpProtocol.DESTINATION_OPTIONS, extension));
        assertEquals(ParsedPacket.NO_PROBLEM, p.problemCode);
    }

    @Test
    void aChainOfMoreThanEightExtensionHeadersIsDropped() {
        final String link = "3c 00 01 04 00000000";
        assertNull(withExtensions(IpProtocol.DESTINATION_OPTIONS, link.repeat(7) + "06 00 01 04 00000000"));
        assertEquals(
                DropReason.IP_OPTIONS,
                withExtensions(IpProtocol.DESTINATION_OPTIONS, link.repeat(8) + "06 00 01 04 00000000"));
    }

    @Test
    void aFragmentHeaderEndsTheWalk() {
        TestPackets.tcpV6(b, hex("06 00 0579 deadbeef"), IpProtocol.FRAGMENT, TcpFlyweight.ACK, NO_OPTIONS, 4);

        assertNull(validate(40 + 8 + 24));
        assertTrue(p.isFragment && p.moreFragments);
        assertEquals(0x578, p.fragmentOffset);
        assertEquals(0xdeadbeef, p.fragmentId);
        assertEquals(OFFSET + Ipv6Flyweight.NEXT_HEADER, p.fragmentFieldOffset);
        assertEquals(24, p.payloadLength);
    }

    @Test
    void aPacketThatIsItsOnlyFragmentIsNone() { // RFC 6946
        assertNull(withExtensions(IpProtocol.FRAGMENT, "06 00 0000 00000001"));
        assertFalse(p.isFragment);
        assertNull(validator.validateTcp(b, p, meta));
    }

    @Test
    void anUnevenIpv6FragmentIsAProblem() { // RFC 8200 §4.5
        assertEquals(DropReason.FRAG_INVALID, withExtensions(IpProtocol.FRAGMENT, "06 00 0001 00000001"));
        assertEquals(Icmp6.ERRONEOUS_HEADER, p.problemCode);
        assertEquals(OFFSET + Ipv6Flyweight.PAYLOAD_LENGTH, p.problemOffset);

        assertEquals(DropReason.FRAG_INVALID, withExtensions(IpProtocol.FRAGMENT, "06 00 fff8 00000001"));
        assertEquals(OFFSET + 42, p.problemOffset);
    }

    @Test
    void aTcpHeaderThatIsTooShortOrTooLongIsDropped() {
        final int length = TestPackets.tcpV4(b, TcpFlyweight.ACK, NO_OPTIONS, 4);
        b.putByte(OFFSET + 20 + 12, (byte) 0x40);
        assertEquals(DropReason.TCP_HDR, validateTcp(length));
        b.putByte(OFFSET + 20 + 12, (byte) 0x70);
        assertEquals(DropReason.TCP_HDR, validateTcp(length));

        assertEquals(DropReason.PKT_TOO_SMALL, validateTcp(TestPackets.ipV4(b, IpProtocol.TCP, 19)));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-3", section = "3.1")
    void everyFlippedBitOfASegmentIsNoticed() { // RFC 9293 MUST-3
        for (final boolean v6 : new boolean[] {false, true}) {
            final int length = v6
                    ? TestPackets.tcpV6(b, TcpFlyweight.ACK, NO_OPTIONS, 31)
                    : TestPackets.tcpV4(b, TcpFlyweight.ACK, NO_OPTIONS, 31);
            assertNull(validateTcp(length));
            for (int bit = p.payloadOffset * 8; bit < (p.payloadOffset + p.payloadLength) * 8; bit++) {
                b.putByte(bit >>> 3, (byte) (b.getByte(bit >>> 3) ^ 1 << (bit & 7)));
                final DropReason reason = validateTcp(length);
                assertTrue(reason == DropReason.TCP_CSUM || reason == DropReason.TCP_HDR, "bit " + bit);
                b.putByte(bit >>> 3, (byte) (b.getByte(bit >>> 3) ^ 1 << (bit & 7)));
            }
        }
    }

    @Test
    void theDeviceMayVouchForTheChecksum() {
        final int length = TestPackets.tcpV4(b, TcpFlyweight.ACK, NO_OPTIONS, 31);
        TcpFlyweight.setChecksum(b, OFFSET + 20, 0x1234);
        assertEquals(DropReason.TCP_CSUM, validateTcp(length));
        meta.checksum = ChecksumState.PARTIAL;
        assertNull(validateTcp(length));
        meta.checksum = ChecksumState.VERIFIED;
        assertNull(validateTcp(length));
    }

    @Test
    void icmpIsCheckedForBothFamilies() {
        final int v4 = TestPackets.icmpV4(b, Icmp4.ECHO_REQUEST, 0, 0x00010002, (byte) 1, (byte) 2, (byte) 3);
        assertNull(validate(v4));
        assertNull(validator.validateIcmp(b, p, meta));
        b.putByte(OFFSET + 29, (byte) 9);
        assertEquals(DropReason.ICMP_CSUM, validator.validateIcmp(b, p, meta));

        final int v6 = TestPackets.icmpV6(b, Icmp6.ECHO_REQUEST, 0, 0x00010002, (byte) 1, (byte) 2, (byte) 3);
        assertNull(validate(v6));
        assertNull(validator.validateIcmp(b, p, meta));
        b.putByte(OFFSET + 24, (byte) 9); // the destination: pseudo-header
        assertNull(validate(v6));
        assertEquals(DropReason.ICMP_CSUM, validator.validateIcmp(b, p, meta));

        assertNull(validate(TestPackets.ipV4(b, IpProtocol.ICMP, 7)));
        assertEquals(DropReason.PKT_TOO_SMALL, validator.validateIcmp(b, p, meta));
    }

    @Test
    void noBytesCauseAnException() {
        final Random random = new Random(8200);
        final byte[] bytes = new byte[120];
        for (int i = 0; i < 200_000; i++) {
            random.nextBytes(bytes);
            final int length = random.nextInt(bytes.length + 1);
            plausible(bytes, random, length);
            final UnsafeBuffer packet = new UnsafeBuffer(bytes, 0, length);
            if (validator.validate(packet, 0, length, meta, p) == null) {
                assertTrue(p.payloadOffset + p.payloadLength <= length && p.payloadLength >= 0);
                validator.validateTcp(packet, p, meta);
                validator.validateIcmp(packet, p, meta);
            }
            PacketPrinter.print(packet, 0, length);
        }
    }

    /** Random bytes that come past the first checks more often. */
    private static void plausible(final byte[] bytes, final Random random, final int length) {
        final UnsafeBuffer packet = new UnsafeBuffer(bytes);
        if (random.nextBoolean() && length >= 60) {
            bytes[0] = (byte) (0x45 + random.nextInt(11));
            bytes[2] = 0;
            bytes[3] = (byte) length;
            bytes[9] = (byte) (random.nextBoolean() ? 1 : 6);
            Ipv4Flyweight.writeChecksum(packet, 0, (bytes[0] & 0xf) * 4);
        } else if (length >= 40) {
            bytes[0] = 0x60;
            bytes[4] = 0;
            bytes[5] = (byte) (length - 40);
            final byte[] next = {0, 6, 43, 44, 58, 60};
            bytes[6] = next[random.nextInt(next.length)];
            for (int at = 40; at < length; at += 8) {
                bytes[at] = next[random.nextInt(next.length)];
                final int lengthField = Math.min(at + 1, length - 1);
                bytes[lengthField] = (byte) (bytes[lengthField] & 1);
            }
        }
    }

    @Test
    void validatingAllocatesNothing() {
        final int length = TestPackets.tcpV6(b, TcpFlyweight.ACK, hex("020405b4"), 1_000);
        Allocation.assertNone(() -> validateMany(length, 100_000));
    }

    private void validateMany(final int length, final int times) {
        for (int i = 0; i < times; i++) {
            if (validate(length) != null || validator.validateTcp(b, p, meta) != null) {
                throw new AssertionError("dropped");
            }
        }
    }
}
