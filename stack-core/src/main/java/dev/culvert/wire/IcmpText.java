package dev.culvert.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/** The ICMP part of {@link PacketPrinter}: types and codes in packetdrill's words, errors with what they quote. */
final class IcmpText {
    private static final int TCP_SEQ = 4;
    private static final int QUOTED_TRANSPORT_LENGTH = 8;

    private final UnsafeBuffer packet;
    private final StringBuilder text;
    private final int ackBase;

    IcmpText(final UnsafeBuffer packet, final StringBuilder text, final int ackBase) {
        this.packet = packet;
        this.text = text;
        this.ackBase = ackBase;
    }

    /** Prints a message whose length is known to be good. */
    void print(final ParsedPacket p) {
        final IcmpFlyweight icmp = new IcmpFlyweight().wrap(packet, p.payloadOffset);
        text.append(" icmp ").append(p.isV4() ? typeV4(icmp.type()) : typeV6(icmp.type()));
        final String code = p.isV4() ? codeV4(icmp.type(), icmp.code()) : codeV6(icmp.type(), icmp.code());
        text.append(code.isEmpty() ? "" : " ").append(code);
        final int bodyOffset = p.payloadOffset + IcmpFlyweight.HEADER_LENGTH;
        final int bodyLength = p.payloadLength - IcmpFlyweight.HEADER_LENGTH;
        if (p.isV4() ? isErrorV4(icmp.type()) : icmp.type() < Icmp6.FIRST_INFORMATIONAL) {
            printMtu(p, icmp);
            printQuote(bodyOffset, bodyLength);
        } else if (isEcho(p, icmp.type())) {
            text.append(" id ").append(icmp.id()).append(" seq ").append(icmp.seq());
            text.append(" (").append(bodyLength).append(')');
        }
    }

    private static boolean isErrorV4(final int type) {
        return type == Icmp4.DEST_UNREACHABLE
                || type == Icmp4.SOURCE_QUENCH
                || type == Icmp4.REDIRECT
                || type == Icmp4.TIME_EXCEEDED
                || type == Icmp4.PARAMETER_PROBLEM;
    }

    private static boolean isEcho(final ParsedPacket p, final int type) {
        return p.isV4()
                ? type == Icmp4.ECHO_REQUEST || type == Icmp4.ECHO_REPLY
                : type == Icmp6.ECHO_REQUEST || type == Icmp6.ECHO_REPLY;
    }

    private void printMtu(final ParsedPacket p, final IcmpFlyweight icmp) {
        if (!p.isV4() && icmp.type() == Icmp6.PACKET_TOO_BIG) {
            text.append(" mtu ").append(Integer.toUnsignedString(icmp.restOfHeader()));
        } else if (p.isV4() && icmp.type() == Icmp4.DEST_UNREACHABLE && icmp.code() == Icmp4.FRAG_NEEDED) {
            text.append(" mtu ").append(icmp.mtu());
        }
    }

    /** The quoted segment as {@code [first:last(length)]}; a quote is cut off, so its lengths are only what it claims. */
    private void printQuote(final int offset, final int length) {
        final boolean v6 = length > 0 && (packet.getByte(offset) & 0xf0) == 0x60;
        if (length < (v6 ? Ipv6Flyweight.HEADER_LENGTH : Ipv4Flyweight.HEADER_LENGTH)) {
            return;
        }
        final Ipv4Flyweight ipv4 = new Ipv4Flyweight().wrap(packet, offset);
        final int headerLength = v6 ? Ipv6Flyweight.HEADER_LENGTH : ipv4.headerLength();
        final int protocol = packet.getByte(offset + (v6 ? Ipv6Flyweight.NEXT_HEADER : Ipv4Flyweight.PROTOCOL)) & 0xff;
        final int seen = length - headerLength;
        if (protocol != IpProtocol.TCP || seen < QUOTED_TRANSPORT_LENGTH) {
            text.append(" [proto ").append(protocol).append(']');
            return;
        }
        final int transport = offset + headerLength;
        final int claimed =
                v6 ? new Ipv6Flyweight().wrap(packet, offset).payloadLength() : ipv4.totalLength() - headerLength;
        // where the quote ends before the data offset, packetdrill assumes a plain header
        final int tcpHeaderLength = seen < TcpFlyweight.HEADER_LENGTH
                ? TcpFlyweight.HEADER_LENGTH
                : new TcpFlyweight().wrap(packet, transport).headerLength();
        final int seq = packet.getInt(transport + TCP_SEQ, BIG_ENDIAN) - ackBase;
        text.append(" [");
        new TcpText(packet, text).printRange(seq, Math.max(0, claimed - tcpHeaderLength));
        text.append(']');
    }

    private static String typeV4(final int type) {
        return switch (type) {
            case Icmp4.ECHO_REPLY -> "echo_reply";
            case Icmp4.DEST_UNREACHABLE -> "unreachable";
            case Icmp4.SOURCE_QUENCH -> "source_quench";
            case Icmp4.REDIRECT -> "redirect";
            case Icmp4.ECHO_REQUEST -> "echo_request";
            case Icmp4.TIME_EXCEEDED -> "time_exceeded";
            case Icmp4.PARAMETER_PROBLEM -> "parameter_problem";
            case Icmp4.TIMESTAMP_REQUEST -> "timestamp_request";
            case Icmp4.TIMESTAMP_REPLY -> "timestamp_reply";
            default -> "type_" + type;
        };
    }

    private static String typeV6(final int type) {
        return switch (type) {
            case Icmp6.DEST_UNREACHABLE -> "unreachable";
            case Icmp6.PACKET_TOO_BIG -> "packet_too_big";
            case Icmp6.TIME_EXCEEDED -> "time_exceeded";
            case Icmp6.PARAMETER_PROBLEM -> "parameter_problem";
            case Icmp6.ECHO_REQUEST -> "echo_request";
            case Icmp6.ECHO_REPLY -> "echo_reply";
            default -> "type_" + type;
        };
    }

    private static String codeV4(final int type, final int code) {
        if (type != Icmp4.DEST_UNREACHABLE) {
            return number(code);
        }
        return switch (code) {
            case Icmp4.NET_UNREACHABLE -> "net_unreachable";
            case Icmp4.HOST_UNREACHABLE -> "host_unreachable";
            case Icmp4.PROTOCOL_UNREACHABLE -> "protocol_unreachable";
            case Icmp4.PORT_UNREACHABLE -> "port_unreachable";
            case Icmp4.FRAG_NEEDED -> "frag_needed";
            case Icmp4.SOURCE_ROUTE_FAILED -> "source_route_failed";
            case Icmp4.NET_PROHIBITED -> "net_prohibited";
            case Icmp4.HOST_PROHIBITED -> "host_prohibited";
            case Icmp4.ADMIN_PROHIBITED -> "packet_filtered";
            default -> number(code);
        };
    }

    private static String codeV6(final int type, final int code) {
        return switch (type << 8 | code) {
            case Icmp6.DEST_UNREACHABLE << 8 | Icmp6.NO_ROUTE -> "no_route";
            case Icmp6.DEST_UNREACHABLE << 8 | Icmp6.ADMIN_PROHIBITED -> "admin_prohibited";
            case Icmp6.DEST_UNREACHABLE << 8 | Icmp6.ADDRESS_UNREACHABLE -> "address_unreachable";
            case Icmp6.DEST_UNREACHABLE << 8 | Icmp6.PORT_UNREACHABLE -> "port_unreachable";
            case Icmp6.TIME_EXCEEDED << 8 | Icmp6.HOP_LIMIT_EXCEEDED -> "exceeded_hop_limit";
            case Icmp6.TIME_EXCEEDED << 8 | Icmp6.REASSEMBLY_TIME_EXCEEDED -> "exceeded_frag_time";
            case Icmp6.PARAMETER_PROBLEM << 8 | Icmp6.ERRONEOUS_HEADER -> "header_field";
            case Icmp6.PARAMETER_PROBLEM << 8 | Icmp6.UNKNOWN_NEXT_HEADER -> "unknown_next_header";
            case Icmp6.PARAMETER_PROBLEM << 8 | Icmp6.UNKNOWN_OPTION -> "unknown_option";
            default -> number(code);
        };
    }

    private static String number(final int code) {
        return code == 0 ? "" : "code_" + code;
    }
}
