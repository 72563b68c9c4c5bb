package dev.culvert.wire;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Builds packets for tests, with right lengths and checksums; tests then damage them. Packets begin at {@link #OFFSET}. */
public final class TestPackets {
    /** Not aligned, and not zero, so that a mistaken absolute offset shows. */
    public static final int OFFSET = 7;

    public static final int CLIENT_V4 = 0x0a53_0001;
    public static final int SERVER_V4 = 0x0a53_0002;
    public static final long NET_V6 = 0xfd83L << 48;

    private TestPackets() {}

    /** Room for any packet. */
    public static UnsafeBuffer buffer() {
        return new UnsafeBuffer(BufferUtil.allocateDirectAligned(OFFSET + 66_000, Long.BYTES));
    }

    /** A TCP segment with some data from 10.83.0.1:40000 to 10.83.0.2:80; returns the packet's length. */
    public static int tcpV4(final UnsafeBuffer b, final int flags, final byte[] options, final int dataLength) {
        final int transport = OFFSET + Ipv4Flyweight.HEADER_LENGTH;
        final int length = tcp(b, transport, flags, options, dataLength);
        final long pseudo = Checksum.pseudoHeaderV4(CLIENT_V4, SERVER_V4, IpProtocol.TCP, length);
        TcpFlyweight.setChecksum(b, transport, Checksum.finish(pseudo + Checksum.sum(b, transport, length)));
        return ipV4(b, IpProtocol.TCP, length);
    }

    /** The same from [fd83::1]:40000 to [fd83::2]:80. */
    public static int tcpV6(final UnsafeBuffer b, final int flags, final byte[] options, final int dataLength) {
        return tcpV6(b, new byte[0], IpProtocol.TCP, flags, options, dataLength);
    }

    /** The same with extension headers, the first of which is {@code nextHeader}. */
    public static int tcpV6(
            final UnsafeBuffer b,
            final byte[] extensions,
            final int nextHeader,
            final int flags,
            final byte[] options,
            final int dataLength) {
        final int extension = OFFSET + Ipv6Flyweight.HEADER_LENGTH;
        final int transport = extension + extensions.length;
        b.putBytes(extension, extensions);
        final int length = tcp(b, transport, flags, options, dataLength);
        final long pseudo = Checksum.pseudoHeaderV6(NET_V6, 1, NET_V6, 2, IpProtocol.TCP, length);
        TcpFlyweight.setChecksum(b, transport, Checksum.finish(pseudo + Checksum.sum(b, transport, length)));
        return ipV6(b, nextHeader, extensions.length + length);
    }

    private static int tcp(
            final UnsafeBuffer b, final int offset, final int flags, final byte[] options, final int dataLength) {
        final int headerLength = TcpFlyweight.HEADER_LENGTH + options.length;
        TcpFlyweight.write(b, offset, 40_000, 80, 1_000, 5_000, headerLength, flags, 64_240, 0);
        b.putBytes(offset + TcpFlyweight.HEADER_LENGTH, options);
        for (int i = 0; i < dataLength; i++) {
            b.putByte(offset + headerLength + i, (byte) (i * 7 + (i >>> 8)));
        }
        return headerLength + dataLength;
    }

    /** An ICMP message with a checksum, from 10.83.0.1 to 10.83.0.2. */
    public static int icmpV4(final UnsafeBuffer b, final int type, final int code, final int rest, final byte... body) {
        final int transport = OFFSET + Ipv4Flyweight.HEADER_LENGTH;
        final int length = IcmpFlyweight.write(b, transport, type, code, rest) + body.length;
        b.putBytes(transport + IcmpFlyweight.HEADER_LENGTH, body);
        IcmpFlyweight.setChecksum(b, transport, Checksum.finish(Checksum.sum(b, transport, length)));
        return ipV4(b, IpProtocol.ICMP, length);
    }

    /** An ICMPv6 message with a checksum, from fd83::1 to fd83::2. */
    public static int icmpV6(final UnsafeBuffer b, final int type, final int code, final int rest, final byte... body) {
        final int transport = OFFSET + Ipv6Flyweight.HEADER_LENGTH;
        final int length = IcmpFlyweight.write(b, transport, type, code, rest) + body.length;
        b.putBytes(transport + IcmpFlyweight.HEADER_LENGTH, body);
        final long pseudo = Checksum.pseudoHeaderV6(NET_V6, 1, NET_V6, 2, IpProtocol.ICMPV6, length);
        IcmpFlyweight.setChecksum(b, transport, Checksum.finish(pseudo + Checksum.sum(b, transport, length)));
        return ipV6(b, IpProtocol.ICMPV6, length);
    }

    /** Puts an IPv4 header in front of a payload that is in its place. */
    public static int ipV4(final UnsafeBuffer b, final int protocol, final int payloadLength) {
        final int length = Ipv4Flyweight.HEADER_LENGTH + payloadLength;
        Ipv4Flyweight.write(b, OFFSET, 0, length, 77, true, 64, protocol, CLIENT_V4, SERVER_V4);
        return length;
    }

    /** Puts an IPv6 header in front of a payload that is in its place. */
    public static int ipV6(final UnsafeBuffer b, final int nextHeader, final int payloadLength) {
        Ipv6Flyweight.write(b, OFFSET, 0, 0xabcde, payloadLength, nextHeader, 64, NET_V6, 1, NET_V6, 2);
        return Ipv6Flyweight.HEADER_LENGTH + payloadLength;
    }

    /** Bytes from hex digits; blanks are ignored. */
    public static byte[] hex(final String digits) {
        final String packed = digits.replace(" ", "");
        final byte[] bytes = new byte[packed.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(packed.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    /** The packet's bytes, from {@link #OFFSET}. */
    public static byte[] bytes(final UnsafeBuffer b, final int length) {
        final byte[] bytes = new byte[length];
        b.getBytes(OFFSET, bytes);
        return bytes;
    }
}
