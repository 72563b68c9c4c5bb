package dev.culvert.ip;

import dev.culvert.wire.IcmpFlyweight;
import dev.culvert.wire.IpProtocol;
import dev.culvert.wire.ParsedPacket;
import dev.culvert.wire.TcpFlyweight;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The first fragment of an IPv6 packet must hold every header up to the transport's whole header (RFC 7112 §5): whoever looks
 * at first fragments only, a firewall say, then sees what the packet is.
 */
final class HeaderChain {
    private static final int UNIT = 8;
    private static final int HDR_EXT_LEN = 1;
    private static final int UDP_HEADER = 8;
    private static final int TCP_DATA_OFFSET = 12;

    private HeaderChain() {}

    /** Whether it does; {@code p} is a first fragment, its payload what follows the fragment header. */
    static boolean isComplete(final UnsafeBuffer b, final ParsedPacket p) {
        int protocol = p.protocol;
        int at = p.payloadOffset;
        int left = p.payloadLength;
        while (protocol == IpProtocol.DESTINATION_OPTIONS || protocol == IpProtocol.ROUTING) {
            final int length = left < UNIT ? UNIT : UNIT + UNIT * (b.getByte(at + HDR_EXT_LEN) & 0xff);
            if (length > left) {
                return false;
            }
            protocol = b.getByte(at) & 0xff;
            at += length;
            left -= length;
        }
        return switch (protocol) {
            case IpProtocol.TCP -> left >= TcpFlyweight.HEADER_LENGTH && left >= tcpHeaderLength(b, at);
            case IpProtocol.UDP -> left >= UDP_HEADER;
            case IpProtocol.ICMPV6 -> left >= IcmpFlyweight.HEADER_LENGTH;
            default -> true;
        };
    }

    private static int tcpHeaderLength(final UnsafeBuffer b, final int at) {
        return (b.getByte(at + TCP_DATA_OFFSET) & 0xf0) >>> 2;
    }
}
