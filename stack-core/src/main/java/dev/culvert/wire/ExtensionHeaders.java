package dev.culvert.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Walks IPv6 extension headers up to the transport header, a fragment's data or a header that is not known, which stays in
 * {@link ParsedPacket#protocol} (RFC 8200 §4).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Next Header  |  Hdr Ext Len  |  hop-by-hop, destination: options
 * |  Next Header  |  Hdr Ext Len  |  Routing Type | Segments Left |
 * |  Next Header  |   Reserved    |      Fragment Offset    |Res|M|  Identification (32)
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
final class ExtensionHeaders {
    static final int FRAGMENT_LENGTH = 8;
    static final int FRAGMENT_OFFSET_FIELD = 2;

    /** RFC 8504 §5.3 lets a host bound the chain; a legitimate one has at most seven (RFC 8200 §4.1). */
    private static final int MAX_HEADERS = 8;

    private static final int UNIT = 8;
    private static final int HDR_EXT_LEN = 1;
    private static final int ROUTING_TYPE = 2;
    private static final int SEGMENTS_LEFT = 3;
    private static final int FRAGMENT_ID = 4;
    private static final int FIRST_OPTION = 2;
    private static final int PAD1 = 0;
    private static final int MORE_FRAGMENTS = 1;

    /** Follows the chain from {@code p.protocol}; false when a header is damaged or asks for the packet to be dropped. */
    boolean walk(final UnsafeBuffer b, final ParsedPacket p) {
        for (int count = 0; isExtension(p.protocol, count == 0) && !p.isFragment; count++) {
            if (count == MAX_HEADERS || !step(b, p)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isExtension(final int protocol, final boolean first) {
        return switch (protocol) {
            // directly after the fixed header only; elsewhere it counts as unknown (RFC 8200 §4.1)
            case IpProtocol.HOP_BY_HOP -> first;
            case IpProtocol.ROUTING, IpProtocol.FRAGMENT, IpProtocol.DESTINATION_OPTIONS -> true;
            default -> false;
        };
    }

    private static boolean step(final UnsafeBuffer b, final ParsedPacket p) {
        if (p.payloadLength < UNIT) {
            return false;
        }
        final int at = p.payloadOffset;
        final boolean fragment = p.protocol == IpProtocol.FRAGMENT;
        final int length = fragment ? FRAGMENT_LENGTH : UNIT + UNIT * (b.getByte(at + HDR_EXT_LEN) & 0xff);
        if (length > p.payloadLength) {
            return false;
        }
        if (fragment) {
            readFragment(b, p);
        } else if (!(p.protocol == IpProtocol.ROUTING ? checkRouting(b, p) : checkOptions(b, p, length))) {
            return false;
        }
        p.protocol = b.getByte(at) & 0xff;
        p.protocolFieldOffset = at;
        p.endOfHeaders(p.ipHeaderLength + length);
        return true;
    }

    /** A packet with a fragment header that is whole is processed as if it had none (RFC 8200 §4.5, RFC 6946). */
    private static void readFragment(final UnsafeBuffer b, final ParsedPacket p) {
        final int word = b.getShort(p.payloadOffset + FRAGMENT_OFFSET_FIELD, BIG_ENDIAN) & 0xffff;
        p.fragmentFieldOffset = p.protocolFieldOffset;
        p.fragmentOffset = word & ~(UNIT - 1);
        p.moreFragments = (word & MORE_FRAGMENTS) != 0;
        p.isFragment = p.moreFragments || p.fragmentOffset != 0;
        p.fragmentId = b.getInt(p.payloadOffset + FRAGMENT_ID, BIG_ENDIAN);
    }

    /** A host is never in the middle of a route; type 0 is forbidden anyway (RFC 8200 §4.4, RFC 5095). */
    private static boolean checkRouting(final UnsafeBuffer b, final ParsedPacket p) {
        if (b.getByte(p.payloadOffset + SEGMENTS_LEFT) == 0) {
            return true;
        }
        return problem(p, Icmp6.ERRONEOUS_HEADER, p.payloadOffset + ROUTING_TYPE);
    }

    private static boolean checkOptions(final UnsafeBuffer b, final ParsedPacket p, final int length) {
        final int end = p.payloadOffset + length;
        int at = p.payloadOffset + FIRST_OPTION;
        while (at < end) {
            final int type = b.getByte(at) & 0xff;
            if (type == PAD1) {
                at++;
                continue;
            }
            if (end - at < FIRST_OPTION || end - at - FIRST_OPTION < (b.getByte(at + 1) & 0xff)) {
                return false;
            }
            if (type >>> 6 != 0) {
                return unknownOption(p, type >>> 6, at);
            }
            at += FIRST_OPTION + (b.getByte(at + 1) & 0xff);
        }
        return true;
    }

    /** RFC 8200 §4.2: 01 drops, 10 drops and reports, 11 drops and reports unless sent to a multicast group. */
    private static boolean unknownOption(final ParsedPacket p, final int action, final int at) {
        if (action == 1) {
            return false;
        }
        p.problemOnMulticast = action == 2;
        return problem(p, Icmp6.UNKNOWN_OPTION, at);
    }

    private static boolean problem(final ParsedPacket p, final int code, final int at) {
        p.problemCode = code;
        p.problemOffset = at;
        return false;
    }
}
