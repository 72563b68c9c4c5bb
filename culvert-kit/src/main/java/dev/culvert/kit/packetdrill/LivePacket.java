package dev.culvert.kit.packetdrill;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.OnesSum;
import dev.culvert.wire.IpAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A packet of the stack, taken apart; sequence numbers as they stand on the wire. */
final class LivePacket {
    private static final int V4_HEADER = 20;
    private static final int V6_HEADER = 40;
    private static final int TCP_HEADER = 20;

    final long timeUs;
    final byte[] bytes;
    final boolean v6;
    final int tos;
    final int ttl;
    final int flowLabel;
    final int protocol;
    final IpAddress source;
    final IpAddress destination;
    private final int header;
    private final List<TcpOption> options;
    private final String fault;

    LivePacket(final long timeUs, final byte[] bytes) {
        this.timeUs = timeUs;
        this.bytes = bytes;
        final ByteBuffer ip = ByteBuffer.wrap(bytes);
        v6 = bytes[0] >>> 4 == 6;
        header = v6 ? V6_HEADER : (bytes[0] & 15) * 4;
        tos = v6 ? ip.getInt(0) >>> 20 & 0xff : bytes[1] & 0xff;
        ttl = bytes[v6 ? 7 : 8] & 0xff;
        flowLabel = v6 ? ip.getInt(0) & 0xfffff : 0;
        protocol = bytes[v6 ? 6 : 9] & 0xff;
        source = v6 ? address(8, 16) : address(12, 4);
        destination = v6 ? address(24, 16) : address(16, 4);
        options = new ArrayList<>();
        fault = protocol == Wire.TCP ? readTcp() : null;
    }

    private IpAddress address(final int at, final int length) {
        return IpAddress.of(Arrays.copyOfRange(bytes, at, at + length));
    }

    /** What is wrong with the packet; null: nothing. */
    private String readTcp() {
        if (!v6 && OnesSum.of(bytes, 0, V4_HEADER, 0) != 0xffff) {
            return "the IPv4 header checksum is wrong";
        }
        if (bytes.length < header + TCP_HEADER || textOffset() > bytes.length || textOffset() < header + TCP_HEADER) {
            return "the TCP header is cut short";
        }
        final Endpoints ends = new Endpoints(source, sourcePort(), destination, destinationPort());
        final int length = bytes.length - header;
        if (OnesSum.of(bytes, header, length, OnesSum.pseudoHeader(ends, Wire.TCP, length)) != 0xffff) {
            return "the TCP checksum is wrong";
        }
        return readOptions();
    }

    private String readOptions() {
        int at = header + TCP_HEADER;
        final int end = textOffset();
        while (at < end) {
            final int kind = bytes[at] & 0xff;
            if (kind <= TcpOption.NOP) {
                options.add(new TcpOption(kind));
                at++;
                continue;
            }
            final int length = at + 1 < end ? bytes[at + 1] & 0xff : 0;
            if (length < 2 || at + length > end) {
                return "TCP option " + kind + " has a wrong length";
            }
            options.add(new TcpOption(kind, Arrays.copyOfRange(bytes, at + 2, at + length)));
            at += length;
        }
        return null;
    }

    boolean isTcp() {
        return protocol == Wire.TCP;
    }

    boolean isIcmp() {
        return protocol == (v6 ? Wire.ICMP_V6 : Wire.ICMP);
    }

    String fault() {
        return fault;
    }

    int sourcePort() {
        return u16(0);
    }

    int destinationPort() {
        return u16(2);
    }

    int seq() {
        return ByteBuffer.wrap(bytes).getInt(header + 4);
    }

    int ack() {
        return ByteBuffer.wrap(bytes).getInt(header + 8);
    }

    int flags() {
        return u16(12) & 0x1ff;
    }

    /** The three bits beside AE that nobody has given a meaning. */
    int reserved() {
        return u16(12) >>> 9 & 7;
    }

    boolean has(final int flag) {
        return (flags() & flag) != 0;
    }

    int win() {
        return u16(14);
    }

    int urgent() {
        return u16(18);
    }

    List<TcpOption> options() {
        return options;
    }

    int textOffset() {
        return header + ((bytes[header + 12] & 0xf0) >>> 2);
    }

    int textLength() {
        return bytes.length - textOffset();
    }

    /** Whether the text is what scripts write: zeros. */
    boolean textIsZero() {
        for (int at = textOffset(); at < bytes.length; at++) {
            if (bytes[at] != 0) {
                return false;
            }
        }
        return true;
    }

    int icmpType() {
        return bytes[header] & 0xff;
    }

    int icmpCode() {
        return bytes[header + 1] & 0xff;
    }

    private int u16(final int at) {
        return (bytes[header + at] & 0xff) << 8 | bytes[header + at + 1] & 0xff;
    }
}
