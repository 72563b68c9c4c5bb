package dev.culvert.wire;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.SYN;
import static dev.culvert.wire.TestPackets.OFFSET;
import static dev.culvert.wire.TestPackets.hex;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class PacketPrinterTest {
    private static final byte[] NO_OPTIONS = {};

    private final UnsafeBuffer b = TestPackets.buffer();

    private String print(final int length) {
        return PacketPrinter.print(b, OFFSET, length);
    }

    @Test
    void aSynWithTheOptionsOfLinux() {
        final byte[] options = hex("020405b4 0402 080a0000000100000000 01 030307");

        assertEquals(
                "10.83.0.1:40000 > 10.83.0.2:80 S 1000:1000(0) win 64240"
                        + " <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>",
                print(TestPackets.tcpV4(b, SYN, options, 0)));
    }

    @Test
    void numbersAreRelativeWhenBasesAreGiven() {
        final byte[] options = hex("0101 0512 00001770 00001b58 00001f40 00002328");
        final int length = TestPackets.tcpV6(b, ACK | TcpFlyweight.PSH, options, 460);

        assertEquals(
                "[fd83::1]:40000 > [fd83::2]:80 P. 1:461(460) ack 1 win 64240 <nop,nop,sack 1001:2001 3001:4001>",
                PacketPrinter.print(b, OFFSET, length, 999, 4_999));
    }

    @Test
    void everyFlagHasItsLetterInPacketdrillsOrder() {
        assertEquals(
                "10.83.0.1:40000 > 10.83.0.2:80 FSRP.UEWA 1000:1000(0) ack 5000 win 64240 urg 0",
                print(TestPackets.tcpV4(b, 0x1ff, NO_OPTIONS, 0)));
        assertEquals(
                "10.83.0.1:40000 > 10.83.0.2:80 - 1000:1003(3) win 64240",
                print(TestPackets.tcpV4(b, 0, NO_OPTIONS, 3)));
    }

    @Test
    void sequenceNumbersAreUnsignedAndWrap() {
        final int length = TestPackets.tcpV4(b, ACK, NO_OPTIONS, 10);

        assertEquals(
                "10.83.0.1:40000 > 10.83.0.2:80 . 4294967292:6(10) ack 4294967295 win 64240",
                PacketPrinter.print(b, OFFSET, length, 1_004, 5_001));
    }

    @Test
    void unknownAndDamagedOptionsAreShown() {
        assertEquals(
                "10.83.0.1:40000 > 10.83.0.2:80 S 1000:1000(0) win 64240 <FO 0a0b,kind 253 01,eol>",
                print(TestPackets.tcpV4(b, SYN, hex("22040a0b fd0301 00"), 0)));
        assertEquals(
                "10.83.0.1:40000 > 10.83.0.2:80 S 1000:1000(0) win 64240 <sackOK,malformed 2>",
                print(TestPackets.tcpV4(b, SYN, hex("0402 0201"), 0)));
    }

    @Test
    void theEcnFieldIsShown() {
        final int length = TestPackets.tcpV4(b, ACK, NO_OPTIONS, 0);
        b.putByte(OFFSET + Ipv4Flyweight.TOS, (byte) 2);
        Ipv4Flyweight.writeChecksum(b, OFFSET, 20);

        assertEquals("10.83.0.1:40000 > 10.83.0.2:80 [ect0] . 1000:1000(0) ack 5000 win 64240", print(length));
    }

    @Test
    void aChecksumLeftToTheDeviceIsNoDamage() {
        final int length = TestPackets.tcpV4(b, ACK, NO_OPTIONS, 10);
        final String text = print(length);
        final long pseudo = Checksum.pseudoHeaderV4(
                TestPackets.CLIENT_V4, TestPackets.SERVER_V4, IpProtocol.TCP, length - Ipv4Flyweight.HEADER_LENGTH);
        TcpFlyweight.setChecksum(b, OFFSET + 20, Checksum.fold(pseudo));
        assertEquals(text, print(length));
        TcpFlyweight.setChecksum(b, OFFSET + 20, 1);
        assertEquals(text + " {TCP_CSUM}", print(length));
    }

    @Test
    void echoMessages() {
        assertEquals(
                "10.83.0.1 > 10.83.0.2 icmp echo_request id 1 seq 2 (3)",
                print(TestPackets.icmpV4(b, Icmp4.ECHO_REQUEST, 0, 0x10002, (byte) 1, (byte) 2, (byte) 3)));
        assertEquals(
                "fd83::1 > fd83::2 icmp echo_reply id 1 seq 2 (0)",
                print(TestPackets.icmpV6(b, Icmp6.ECHO_REPLY, 0, 0x10002)));
    }

    @Test
    void icmpErrorsShowWhatTheyQuote() {
        final byte[] quoted = TestPackets.bytes(b, TestPackets.tcpV4(b, ACK, NO_OPTIONS, 1_460));
        assertEquals(
                "10.83.0.1 > 10.83.0.2 icmp unreachable frag_needed mtu 1000 [1000:2460(1460)]",
                print(TestPackets.icmpV4(b, 3, Icmp4.FRAG_NEEDED, 1_000, Arrays.copyOf(quoted, 28))));

        final byte[] quoted6 = TestPackets.bytes(b, TestPackets.tcpV6(b, SYN, hex("020405b4"), 0));
        assertEquals(
                "fd83::1 > fd83::2 icmp unreachable port_unreachable [1000:1000(0)]",
                print(TestPackets.icmpV6(b, Icmp6.DEST_UNREACHABLE, Icmp6.PORT_UNREACHABLE, 0, quoted6)));
        assertEquals(
                "fd83::1 > fd83::2 icmp packet_too_big mtu 1280 [1:1(0)]",
                PacketPrinter.print(b, OFFSET, TestPackets.icmpV6(b, Icmp6.PACKET_TOO_BIG, 0, 1_280, quoted6), 0, 999));
    }

    @Test
    void unknownTypesAndCodesHaveNumbers() {
        assertEquals("10.83.0.1 > 10.83.0.2 icmp type_40 code_3", print(TestPackets.icmpV4(b, 40, 3, 0)));
        assertEquals("10.83.0.1 > 10.83.0.2 icmp unreachable code_99", print(TestPackets.icmpV4(b, 3, 99, 0)));
    }

    @Test
    void fragmentsAndOtherProtocols() {
        TestPackets.tcpV6(b, hex("06 00 05a9 00000007"), IpProtocol.FRAGMENT, ACK, NO_OPTIONS, 12);
        assertEquals("fd83::1 > fd83::2 frag tcp id 7 1448:1480(32) more", print(80));

        assertEquals("10.83.0.1 > 10.83.0.2 proto 47 (12)", print(TestPackets.ipV4(b, 47, 12)));
        final int length = TestPackets.ipV4(b, IpProtocol.UDP, 20);
        b.putBytes(OFFSET + 20, hex("0035 1000 0014 0000"));
        assertEquals("10.83.0.1:53 > 10.83.0.2:4096 udp (12)", print(length));
        assertEquals("10.83.0.1:53 > 10.83.0.2:4096 udp (0)", print(TestPackets.ipV4(b, IpProtocol.UDP, 8)));
    }

    @Test
    void damagedPacketsAreDescribed() {
        assertEquals("(0) {PKT_TOO_SMALL}", print(0));
        b.putByte(OFFSET, (byte) 0x10);
        assertEquals("(9) {IP_VERSION}", print(9));
        assertEquals("10.83.0.1 > 10.83.0.2 tcp (19) {PKT_TOO_SMALL}", print(TestPackets.ipV4(b, 6, 19)));
        final int length = TestPackets.tcpV4(b, ACK, NO_OPTIONS, 0);
        b.putByte(OFFSET + Ipv4Flyweight.TTL, (byte) 1);
        assertEquals("10.83.0.1:40000 > 10.83.0.2:80 . 1000:1000(0) ack 5000 win 64240 {IP_CSUM}", print(length));
    }
}
