package dev.culvert.kit.packet;

import dev.culvert.wire.IpAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads packets that a stack has sent, strictly: whatever a careful receiver would drop is a {@link BadPacket}. */
public final class PacketDecoder {
    /** IP protocol number of TCP. */
    public static final int TCP = 6;

    /** A TCP packet taken apart. All fields of the segment are set. */
    public record Decoded(Endpoints ends, Segment segment) {}

    /** A packet that no stack may send; the message says why. */
    public static final class BadPacket extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadPacket(final String message) {
            super(message);
        }
    }

    private PacketDecoder() {}

    /** IP protocol number of a packet. */
    public static int protocol(final byte[] packet) {
        return packet[0] >>> 4 == 4 ? packet[9] & 0xff : packet[6] & 0xff;
    }

    /** Whether the packet carries TCP. */
    public static boolean isTcp(final byte[] packet) {
        return protocol(packet) == TCP;
    }

    /** Takes a TCP packet apart. */
    public static Decoded tcp(final byte[] packet) {
        final int version = packet[0] >>> 4 & 15;
        must(version == 4 || version == 6, "IP version " + version);
        final Segment segment = new Segment();
        segment.flagMask = 0xff;
        return version == 4 ? ipv4(packet, segment) : ipv6(packet, segment);
    }

    /**
     * What the first bytes of a packet say of it, without a check and without its text; null when they are no TCP header.
     *
     * @param length length of the whole packet
     */
    public static Decoded headerOnly(final byte[] start, final int length) {
        final boolean v4 = start[0] >>> 4 == 4;
        final int at = v4 ? (start[0] & 15) * 4 : 40;
        if (length < at + 20 || start.length < at + 20 || !isTcp(start)) {
            return null;
        }
        final ByteBuffer tcp = ByteBuffer.wrap(start, at, start.length - at).slice();
        final Segment segment = new Segment();
        segment.seq = tcp.getInt(4);
        segment.ack = tcp.getInt(8);
        segment.flags = tcp.get(13) & 0xff;
        segment.win = tcp.getShort(14) & 0xffff;
        final int header = (tcp.get(12) & 0xf0) >>> 2;
        segment.len = Math.max(0, length - at - header);
        try {
            options(tcp, Math.min(header, tcp.capacity()), segment);
        } catch (final BadPacket truncated) {
            segment.optionText = "malformed";
        }
        final IpAddress from = v4 ? address(start, 12, 4) : address(start, 8, 16);
        final IpAddress to = v4 ? address(start, 16, 4) : address(start, 24, 16);
        return new Decoded(new Endpoints(from, tcp.getShort(0) & 0xffff, to, tcp.getShort(2) & 0xffff), segment);
    }

    private static Decoded ipv4(final byte[] packet, final Segment segment) {
        final ByteBuffer ip = ByteBuffer.wrap(packet);
        final int header = (packet[0] & 15) * 4;
        must(header >= 20 && header <= packet.length, "IPv4 header of " + header + " bytes");
        must((ip.getShort(2) & 0xffff) == packet.length, "IPv4 total length is not the packet's");
        must(OnesSum.of(packet, 0, header, 0) == 0xffff, "IPv4 header checksum");
        must((ip.getShort(6) & 0xbfff) == 0, "a TCP segment left as an IPv4 fragment");
        segment.tos = packet[1] & 0xff;
        segment.ttl = packet[8] & 0xff;
        segment.dontFragment = (ip.getShort(6) & 0x4000) != 0;
        return transport(packet, header, address(packet, 12, 4), address(packet, 16, 4), segment);
    }

    private static Decoded ipv6(final byte[] packet, final Segment segment) {
        final ByteBuffer ip = ByteBuffer.wrap(packet);
        must((ip.getShort(4) & 0xffff) == packet.length - 40, "IPv6 payload length is not the packet's");
        segment.tos = ip.getInt(0) >>> 20 & 0xff;
        segment.ttl = packet[7] & 0xff;
        segment.dontFragment = true;
        return transport(packet, 40, address(packet, 8, 16), address(packet, 24, 16), segment);
    }

    private static IpAddress address(final byte[] packet, final int at, final int length) {
        return IpAddress.of(Arrays.copyOfRange(packet, at, at + length));
    }

    private static Decoded transport(
            final byte[] packet, final int at, final IpAddress from, final IpAddress to, final Segment segment) {
        final ByteBuffer tcp = ByteBuffer.wrap(packet, at, packet.length - at).slice();
        must(tcp.capacity() >= 20, "TCP header of " + tcp.capacity() + " bytes");
        final Endpoints ends = new Endpoints(from, tcp.getShort(0) & 0xffff, to, tcp.getShort(2) & 0xffff);
        final int sum = OnesSum.of(packet, at, tcp.capacity(), OnesSum.pseudoHeader(ends, TCP, tcp.capacity()));
        must(sum == 0xffff, "TCP checksum");
        segment.seq = tcp.getInt(4);
        segment.ack = tcp.getInt(8);
        segment.flags = tcp.get(13) & 0xff;
        segment.win = tcp.getShort(14) & 0xffff;
        segment.urgent = tcp.getShort(18) & 0xffff;
        must((tcp.get(12) & 15) == 0, "reserved bits are set");
        final int header = (tcp.get(12) & 0xf0) >>> 2;
        must(header >= 20 && header <= tcp.capacity(), "TCP data offset " + header);
        options(tcp, header, segment);
        segment.text = Arrays.copyOfRange(packet, at + header, packet.length);
        segment.len = segment.text.length;
        return new Decoded(ends, segment);
    }

    private static void options(final ByteBuffer tcp, final int end, final Segment segment) {
        segment.mss = -1;
        segment.wscale = -1;
        segment.sackOk = false;
        segment.ts = false;
        segment.sack = new ArrayList<>();
        final List<String> words = new ArrayList<>();
        int at = 20;
        while (at < end) {
            final int kind = tcp.get(at) & 0xff;
            if (kind == 0) {
                words.add("eol");
                break;
            }
            if (kind == 1) {
                words.add("nop");
                at++;
                continue;
            }
            must(at + 1 < end, "option " + kind + " without a length");
            final int length = tcp.get(at + 1) & 0xff;
            must(length >= 2 && at + length <= end, "option " + kind + " of length " + length);
            words.add(option(tcp, at, kind, length, segment));
            at += length;
        }
        segment.optionText = String.join(",", words);
    }

    private static String option(
            final ByteBuffer tcp, final int at, final int kind, final int length, final Segment segment) {
        switch (kind) {
            case 2 -> {
                must(length == 4, "MSS option of length " + length);
                segment.mss = tcp.getShort(at + 2) & 0xffff;
                return "mss " + segment.mss;
            }
            case 3 -> {
                must(length == 3, "window scale option of length " + length);
                segment.wscale = tcp.get(at + 2) & 0xff;
                return "wscale " + segment.wscale;
            }
            case 4 -> {
                must(length == 2, "SACK-permitted option of length " + length);
                segment.sackOk = true;
                return "sackOK";
            }
            case 5 -> {
                must(length > 2 && (length - 2) % 8 == 0, "SACK option of length " + length);
                for (int i = 2; i < length; i += 8) {
                    segment.sack.add(new Segment.Block(tcp.getInt(at + i), tcp.getInt(at + i + 4)));
                }
                return "sack";
            }
            case 8 -> {
                must(length == 10, "timestamps option of length " + length);
                segment.ts = true;
                segment.tsVal = tcp.getInt(at + 2);
                segment.tsEcr = tcp.getInt(at + 6);
                return "TS";
            }
            case 28 -> {
                must(length == 4, "user timeout option of length " + length);
                final int value = tcp.getShort(at + 2) & 0xffff;
                must((value & 0x7fff) != 0, "user timeout of zero (RFC 5482 §2)");
                return "uto " + (value & 0x7fff) + (value > 0x7fff ? "m" : "s");
            }
            default -> throw new BadPacket("option kind " + kind + " that nobody asked for");
        }
    }

    private static void must(final boolean holds, final String otherwise) {
        if (!holds) {
            throw new BadPacket(otherwise);
        }
    }
}
