package dev.culvert.kit.packet;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes packets for scripts: right ones, and deliberately wrong ones. */
public final class PacketEncoder {
    private static final int TCP = 6;
    private static final int ICMP = 1;
    private static final int ICMP_V6 = 58;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;

    private PacketEncoder() {}

    /** The whole IP packet. Open fields become 0; text that is open becomes zeros. */
    public static byte[] tcp(final Endpoints ends, final Segment segment) {
        final byte[] options = options(segment);
        final int textLength = segment.len == null ? 0 : segment.len;
        final ByteBuffer tcp = ByteBuffer.allocate(20 + options.length + textLength);
        tcp.putShort((short) ends.sourcePort()).putShort((short) ends.destinationPort());
        tcp.putInt(or(segment.seq, 0)).putInt(or(segment.ack, 0));
        tcp.put((byte) (or(segment.dataOffset, 5 + options.length / 4) << 4)).put((byte) segment.flags);
        tcp.putShort((short) or(segment.win, 0)).putShort((short) 0).putShort((short) or(segment.urgent, 0));
        tcp.put(options);
        if (segment.text != null) {
            tcp.put(segment.text);
        }
        final byte[] bytes = tcp.array();
        final int sum = OnesSum.of(bytes, 0, bytes.length, OnesSum.pseudoHeader(ends, TCP, bytes.length));
        tcp.putShort(16, (short) (segment.badChecksum ? ~sum ^ 0x5555 : ~sum));
        return ip(ends, TCP, or(segment.ttl, 64), or(segment.tos, 0), bytes);
    }

    /**
     * An ICMP or ICMPv6 error that quotes a packet.
     *
     * @param ends from whoever complains to the sender of the quoted packet; ports do not matter
     * @param rest the second header word: the next-hop MTU of "fragmentation needed" and "packet too big", else 0
     */
    public static byte[] icmpError(
            final Endpoints ends, final int type, final int code, final int rest, final byte[] quoted) {
        final boolean v4 = ends.source().isV4();
        final int quote = Math.min(quoted.length, v4 ? IPV4_HEADER + 8 : 1_232);
        final ByteBuffer icmp = ByteBuffer.allocate(8 + quote);
        icmp.put((byte) type).put((byte) code).putShort((short) 0).putInt(rest).put(quoted, 0, quote);
        final byte[] bytes = icmp.array();
        final int start = v4 ? 0 : OnesSum.pseudoHeader(ends, ICMP_V6, bytes.length);
        icmp.putShort(2, (short) ~OnesSum.of(bytes, 0, bytes.length, start));
        return ip(ends, v4 ? ICMP : ICMP_V6, 64, 0, bytes);
    }

    private static byte[] ip(
            final Endpoints ends, final int protocol, final int ttl, final int tos, final byte[] payload) {
        return ends.source().isV4() ? ipv4(ends, protocol, ttl, tos, payload) : ipv6(ends, protocol, ttl, tos, payload);
    }

    private static byte[] ipv4(
            final Endpoints ends, final int protocol, final int ttl, final int tos, final byte[] payload) {
        final ByteBuffer packet = ByteBuffer.allocate(IPV4_HEADER + payload.length);
        packet.put((byte) 0x45).put((byte) tos).putShort((short) packet.capacity());
        packet.putShort((short) 0).putShort((short) 0x4000);
        packet.put((byte) ttl).put((byte) protocol).putShort((short) 0);
        packet.put(ends.source().toBytes()).put(ends.destination().toBytes());
        packet.putShort(10, (short) ~OnesSum.of(packet.array(), 0, IPV4_HEADER, 0));
        return packet.put(payload).array();
    }

    private static byte[] ipv6(
            final Endpoints ends, final int protocol, final int ttl, final int tos, final byte[] payload) {
        final ByteBuffer packet = ByteBuffer.allocate(IPV6_HEADER + payload.length);
        packet.putInt(6 << 28 | tos << 20).putShort((short) payload.length);
        packet.put((byte) protocol).put((byte) ttl);
        packet.put(ends.source().toBytes()).put(ends.destination().toBytes());
        return packet.put(payload).array();
    }

    /** Options in Linux's order, padded with NOP in front as Linux does (and at the end where that is not enough). */
    private static byte[] options(final Segment segment) {
        if (segment.rawOptions != null) {
            return Arrays.copyOf(segment.rawOptions, (segment.rawOptions.length + 3) / 4 * 4);
        }
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (segment.mss != null && segment.mss >= 0) {
            put(out, 2, 4, segment.mss >>> 8, segment.mss);
        }
        final boolean sackOk = Boolean.TRUE.equals(segment.sackOk);
        if (Boolean.TRUE.equals(segment.ts)) {
            put(out, sackOk ? new int[] {4, 2} : new int[] {1, 1});
            put(out, 8, 10);
            putInt(out, or(segment.tsVal, 0));
            putInt(out, or(segment.tsEcr, 0));
        } else if (sackOk) {
            put(out, 1, 1, 4, 2);
        }
        if (segment.wscale != null && segment.wscale >= 0) {
            put(out, 1, 3, 3, segment.wscale);
        }
        if (segment.sack != null && !segment.sack.isEmpty()) {
            put(out, 1, 1, 5, 2 + 8 * segment.sack.size());
            for (final Segment.Block block : segment.sack) {
                putInt(out, block.left());
                putInt(out, block.right());
            }
        }
        return out.toByteArray();
    }

    private static void put(final ByteArrayOutputStream out, final int... bytes) {
        for (final int b : bytes) {
            out.write(b);
        }
    }

    private static void putInt(final ByteArrayOutputStream out, final int value) {
        put(out, value >>> 24, value >>> 16, value >>> 8, value);
    }

    private static int or(final Integer value, final int otherwise) {
        return value == null ? otherwise : value;
    }
}
