package dev.culvert.kit.packetdrill;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.OnesSum;
import java.nio.ByteBuffer;
import java.util.List;

/** Writes the packets that a script lets arrive. */
final class PacketWriter {
    private static final int V4_HEADER = 20;
    private static final int V6_HEADER = 40;
    private static final int QUOTED_TCP = 8;
    private static final int DEFAULT_TTL = 255;

    private PacketWriter() {}

    /** A TCP packet; the numbers are those of the wire. */
    static byte[] tcp(
            final Endpoints ends,
            final IpSpec ip,
            final TcpSpec tcp,
            final int seq,
            final int ack,
            final List<TcpOption> options) {
        final int optionBytes = options.stream().mapToInt(TcpOption::length).sum();
        final ByteBuffer segment = ByteBuffer.allocate(20 + optionBytes + tcp.length());
        segment.putShort((short) ends.sourcePort()).putShort((short) ends.destinationPort());
        segment.putInt(seq).putInt(ack);
        segment.putShort((short) ((5 + optionBytes / 4) << 12 | tcp.flags()));
        segment.putShort((short) tcp.win()).putShort((short) 0).putShort((short) tcp.urgent());
        for (final TcpOption option : options) {
            segment.put((byte) option.kind());
            if (option.kind() > TcpOption.NOP) {
                segment.put((byte) option.length()).put(option.data());
            }
        }
        final byte[] bytes = segment.array();
        segment.putShort(
                16, (short) ~OnesSum.of(bytes, 0, bytes.length, OnesSum.pseudoHeader(ends, Wire.TCP, bytes.length)));
        return ip(ends, ip, Wire.TCP, bytes);
    }

    /**
     * An ICMP message. What it quotes is the header of a segment on the way back, cut after eight bytes of TCP.
     *
     * @param seq sequence number of the quoted segment, as on the wire
     */
    static byte[] icmp(final Endpoints ends, final IpSpec ip, final IcmpSpec spec, final int seq) {
        final boolean v4 = ends.source().isV4();
        final byte[] quoted = spec.quotes() ? quoted(ends.reversed(), seq, spec.length()) : new byte[0];
        final int length = spec.quotes() ? 8 + quoted.length : Math.max(8, spec.length());
        final ByteBuffer icmp = ByteBuffer.allocate(length);
        icmp.put((byte) spec.type()).put((byte) spec.code()).putShort((short) 0);
        if (spec.mtu() >= 0) {
            icmp.putInt((int) spec.mtu());
        } else {
            icmp.putShort((short) spec.echoId()).putShort((short) 0);
        }
        icmp.put(quoted);
        final byte[] bytes = icmp.array();
        final int protocol = v4 ? Wire.ICMP : Wire.ICMP_V6;
        final int start = v4 ? 0 : OnesSum.pseudoHeader(ends, protocol, bytes.length);
        icmp.putShort(2, (short) ~OnesSum.of(bytes, 0, bytes.length, start));
        return ip(ends, ip, protocol, bytes);
    }

    private static byte[] quoted(final Endpoints ends, final int seq, final int textLength) {
        final ByteBuffer tcp = ByteBuffer.allocate(20 + textLength);
        tcp.putShort((short) ends.sourcePort())
                .putShort((short) ends.destinationPort())
                .putInt(seq);
        final byte[] whole = ip(ends, IpSpec.OPEN, Wire.TCP, tcp.array());
        final int header = whole.length - 20 - textLength;
        return java.util.Arrays.copyOf(whole, header + QUOTED_TCP);
    }

    private static byte[] ip(final Endpoints ends, final IpSpec spec, final int protocol, final byte[] payload) {
        final int ttl = spec.ttl() == 0 ? DEFAULT_TTL : spec.ttl();
        if (!ends.source().isV4()) {
            final ByteBuffer packet = ByteBuffer.allocate(V6_HEADER + payload.length);
            packet.putInt(6 << 28 | spec.tos() << 20 | spec.flowLabel()).putShort((short) payload.length);
            packet.put((byte) protocol).put((byte) ttl);
            packet.put(ends.source().toBytes()).put(ends.destination().toBytes());
            return packet.put(payload).array();
        }
        final ByteBuffer packet = ByteBuffer.allocate(V4_HEADER + payload.length);
        packet.put((byte) 0x45).put((byte) spec.tos()).putShort((short) packet.capacity());
        packet.putInt(0).put((byte) ttl).put((byte) protocol).putShort((short) 0);
        packet.put(ends.source().toBytes()).put(ends.destination().toBytes());
        packet.putShort(10, (short) ~OnesSum.of(packet.array(), 0, V4_HEADER, 0));
        return packet.put(payload).array();
    }
}
