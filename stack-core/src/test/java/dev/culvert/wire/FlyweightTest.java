package dev.culvert.wire;

import static dev.culvert.wire.TestPackets.OFFSET;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class FlyweightTest {
    private final UnsafeBuffer b = TestPackets.buffer();

    @Test
    void ipv4HeaderHasItsBytesInTheirPlaces() {
        final int length = Ipv4Flyweight.write(b, OFFSET, 0xb8, 0x1234, 0xabcd, true, 61, 6, 0x0a530001, 0xc0a80102);

        assertEquals(20, length);
        assertArrayEquals(
                TestPackets.hex("45b81234 abcd4000 3d06b340 0a530001 c0a80102"), TestPackets.bytes(b, length));
        final Ipv4Flyweight ip = new Ipv4Flyweight().wrap(b, OFFSET);
        assertEquals(4, ip.version());
        assertEquals(20, ip.headerLength());
        assertEquals(0xb8, ip.tos());
        assertEquals(0x1234, ip.totalLength());
        assertEquals(0xabcd, ip.identification());
        assertEquals(0x4000, ip.flagsAndFragmentOffset());
        assertTrue(ip.dontFragment());
        assertFalse(ip.moreFragments());
        assertEquals(0, ip.fragmentOffset());
        assertEquals(61, ip.ttl());
        assertEquals(6, ip.protocol());
        assertEquals(0xb340, ip.checksum());
        assertEquals(0x0a530001, ip.source());
        assertEquals(0xc0a80102, ip.destination());
    }

    @Test
    void ipv4FragmentFieldsAreRead() {
        Ipv4Flyweight.write(b, OFFSET, 0, 100, 1, false, 64, 6, 1, 2);
        b.putShort(OFFSET + 6, (short) 0xffbf); // bytes bf ff: DF, MF and every bit of the offset
        final Ipv4Flyweight ip = new Ipv4Flyweight().wrap(b, OFFSET);

        assertTrue(ip.moreFragments());
        assertFalse(ip.dontFragment());
        assertEquals(65_528, ip.fragmentOffset());
    }

    @Test
    void ipv6HeaderHasItsBytesInTheirPlaces() {
        final int length = Ipv6Flyweight.write(
                b, OFFSET, 0xb9, 0xedcba, 0x1234, 58, 255, 0xfd83000000000000L, 1, 0xfe80L << 48, 0xfffffffffffffffeL);

        assertEquals(40, length);
        assertArrayEquals(
                TestPackets.hex("6b9edcba 12343aff fd830000000000000000000000000001 fe80000000000000fffffffffffffffe"),
                TestPackets.bytes(b, length));
        final Ipv6Flyweight ip = new Ipv6Flyweight().wrap(b, OFFSET);
        assertEquals(6, ip.version());
        assertEquals(0xb9, ip.trafficClass());
        assertEquals(0xedcba, ip.flowLabel());
        assertEquals(0x1234, ip.payloadLength());
        assertEquals(58, ip.nextHeader());
        assertEquals(255, ip.hopLimit());
        assertEquals(0xfd83000000000000L, ip.sourceHi());
        assertEquals(1, ip.sourceLo());
        assertEquals(0xfe80L << 48, ip.destinationHi());
        assertEquals(-2, ip.destinationLo());
    }

    @Test
    void tcpHeaderHasItsBytesInTheirPlaces() {
        final int flags = TcpFlyweight.AE | TcpFlyweight.CWR | TcpFlyweight.ACK | TcpFlyweight.SYN;
        final int length = TcpFlyweight.write(b, OFFSET, 40_000, 80, 0x89abcdef, 0xfedcba98, 24, flags, 0xfffe, 7);

        assertEquals(24, length);
        assertArrayEquals(TestPackets.hex("9c400050 89abcdef fedcba98 6192fffe 00000007"), TestPackets.bytes(b, 20));
        final TcpFlyweight tcp = new TcpFlyweight().wrap(b, OFFSET);
        tcp.setChecksum(0xbeef);
        assertEquals(40_000, tcp.sourcePort());
        assertEquals(80, tcp.destinationPort());
        assertEquals(0x89abcdef, tcp.seq());
        assertEquals(0xfedcba98, tcp.ack());
        assertEquals(24, tcp.headerLength());
        assertEquals(flags, tcp.flags());
        assertEquals(0xfffe, tcp.window());
        assertEquals(0xbeef, tcp.checksum());
        assertEquals(7, tcp.urgentPointer());
    }

    @Test
    void tcpFlagsAndHeaderLengthDoNotMix() {
        for (int flag = TcpFlyweight.FIN; flag <= TcpFlyweight.AE; flag <<= 1) {
            for (int headerLength = 20; headerLength <= 60; headerLength += 4) {
                TcpFlyweight.write(b, OFFSET, 1, 2, 3, 4, headerLength, flag, 5, 6);
                final TcpFlyweight tcp = new TcpFlyweight().wrap(b, OFFSET);
                assertEquals(flag, tcp.flags());
                assertEquals(headerLength, tcp.headerLength());
            }
        }
    }

    @Test
    void icmpHeaderHasItsBytesInTheirPlaces() {
        assertEquals(8, IcmpFlyweight.writeEcho(b, OFFSET, Icmp4.ECHO_REQUEST, 0xabcd, 0x1234));
        final IcmpFlyweight icmp = new IcmpFlyweight().wrap(b, OFFSET);
        icmp.setChecksum(0xbeef);

        assertArrayEquals(TestPackets.hex("0800beef abcd1234"), TestPackets.bytes(b, 8));
        assertEquals(8, icmp.type());
        assertEquals(0, icmp.code());
        assertEquals(0xbeef, icmp.checksum());
        assertEquals(0xabcd, icmp.id());
        assertEquals(0x1234, icmp.seq());
        assertEquals(0xabcd1234, icmp.restOfHeader());
    }

    @Test
    void icmpCarriesTheMtuOfEitherFamily() {
        final IcmpFlyweight icmp = new IcmpFlyweight().wrap(b, OFFSET);
        IcmpFlyweight.write(b, OFFSET, Icmp4.DEST_UNREACHABLE, Icmp4.FRAG_NEEDED, 1_400);
        assertEquals(1_400, icmp.mtu());
        IcmpFlyweight.write(b, OFFSET, Icmp6.PACKET_TOO_BIG, 0, 100_000);
        assertEquals(100_000, icmp.mtuV6());
        IcmpFlyweight.write(b, OFFSET, Icmp6.PACKET_TOO_BIG, 0, -1);
        assertEquals(Integer.MAX_VALUE, icmp.mtuV6());
    }
}
