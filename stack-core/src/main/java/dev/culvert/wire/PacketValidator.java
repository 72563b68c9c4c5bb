package dev.culvert.wire;

import dev.culvert.counters.DropReason;
import dev.culvert.wire.PacketMetadata.ChecksumState;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Every check of lengths and checksums, made once per packet; whoever comes later trusts the flyweights. Whatever the bytes
 * are, the answer is a {@link DropReason} or null, never an exception. One per shard, single-threaded, allocates nothing.
 */
public final class PacketValidator {
    private static final int MAX_PACKET_LENGTH = 65_535;
    private static final int LOOPBACK_NET = 127;

    private final Ipv4Flyweight ipv4 = new Ipv4Flyweight();
    private final Ipv6Flyweight ipv6 = new Ipv6Flyweight();
    private final TcpFlyweight tcp = new TcpFlyweight();
    private final Ipv4Options ipv4Options = new Ipv4Options();
    private final ExtensionHeaders extensionHeaders = new ExtensionHeaders();

    /**
     * Checks the IP header with its options or extension headers. Bytes behind the length that the header gives are padding
     * and are ignored. Destination addresses are not judged: only the IP layer knows which are ours.
     *
     * @param length bytes that are there
     * @param meta what the device knows; the IP header checksum is verified whatever it says
     * @param into overwritten; complete when the result is null, otherwise as far as the packet could be read
     * @return null when the packet is good
     */
    public DropReason validate(
            final UnsafeBuffer b,
            final int offset,
            final int length,
            final PacketMetadata meta,
            final ParsedPacket into) {
        into.clear(offset);
        if (length < 1) {
            return DropReason.PKT_TOO_SMALL;
        }
        return switch (b.getByte(offset) & 0xf0) {
            case 0x40 -> validateV4(b, offset, length, into);
            case 0x60 -> validateV6(b, offset, length, into);
            default -> DropReason.IP_VERSION;
        };
    }

    private DropReason validateV4(final UnsafeBuffer b, final int offset, final int length, final ParsedPacket into) {
        if (length < Ipv4Flyweight.HEADER_LENGTH) {
            return DropReason.PKT_TOO_SMALL;
        }
        ipv4.wrap(b, offset);
        final int headerLength = ipv4.headerLength();
        final int totalLength = ipv4.totalLength();
        if (headerLength < Ipv4Flyweight.HEADER_LENGTH || totalLength < headerLength) {
            return DropReason.IP_INHDR;
        }
        if (totalLength > length) {
            return DropReason.PKT_TOO_SMALL;
        }
        readV4(headerLength, totalLength, into);
        if (!Checksum.isValid(Checksum.sum(b, offset, headerLength))) {
            return DropReason.IP_CSUM;
        }
        if (!ipv4Options.walk(b, offset, headerLength, into)) {
            return DropReason.IP_OPTIONS;
        }
        return checkSourceAndFragment(into);
    }

    private void readV4(final int headerLength, final int totalLength, final ParsedPacket into) {
        into.version = 4;
        into.tos = ipv4.tos();
        into.ttl = ipv4.ttl();
        into.dontFragment = ipv4.dontFragment();
        into.protocol = ipv4.protocol();
        into.protocolFieldOffset = into.ipOffset + Ipv4Flyweight.PROTOCOL;
        into.srcHi = 0;
        into.srcLo = IpAddress.v4Lo(ipv4.source());
        into.dstHi = 0;
        into.dstLo = IpAddress.v4Lo(ipv4.destination());
        into.fragmentId = ipv4.identification();
        into.fragmentOffset = ipv4.fragmentOffset();
        into.moreFragments = ipv4.moreFragments();
        into.isFragment = into.moreFragments || into.fragmentOffset != 0;
        into.totalLength = totalLength;
        into.endOfHeaders(headerLength);
    }

    private DropReason validateV6(final UnsafeBuffer b, final int offset, final int length, final ParsedPacket into) {
        if (length < Ipv6Flyweight.HEADER_LENGTH) {
            return DropReason.PKT_TOO_SMALL;
        }
        ipv6.wrap(b, offset);
        into.totalLength = Ipv6Flyweight.HEADER_LENGTH + ipv6.payloadLength();
        if (into.totalLength > length) {
            return DropReason.PKT_TOO_SMALL;
        }
        into.version = 6;
        into.tos = ipv6.trafficClass();
        into.ttl = ipv6.hopLimit();
        into.dontFragment = true;
        into.srcHi = ipv6.sourceHi();
        into.srcLo = ipv6.sourceLo();
        into.dstHi = ipv6.destinationHi();
        into.dstLo = ipv6.destinationLo();
        into.protocol = ipv6.nextHeader();
        into.protocolFieldOffset = offset + Ipv6Flyweight.NEXT_HEADER;
        into.endOfHeaders(Ipv6Flyweight.HEADER_LENGTH);
        if (!extensionHeaders.walk(b, into)) {
            return DropReason.IP_OPTIONS;
        }
        return checkSourceAndFragment(into);
    }

    private static DropReason checkSourceAndFragment(final ParsedPacket p) {
        if (!(p.isV4() ? isSourceV4((int) p.srcLo) : isSourceV6(p))) {
            return DropReason.IP_INVALID_SOURCE;
        }
        return p.isFragment ? checkFragment(p) : null;
    }

    /** RFC 1122 §3.2.1.3: this network, loopback, multicast and limited broadcast are no sources. */
    private static boolean isSourceV4(final int source) {
        final int net = source >>> 24;
        return net != 0 && net != LOOPBACK_NET && source >>> 28 != 0xe && source != -1;
    }

    /**
     * RFC 4291 §2.5.2, §2.5.3, §2.7: unspecified, loopback and multicast are no sources; the unspecified one is for hosts that
     * do not know theirs yet and speak to multicast groups only (RFC 4862 §5.4.2). A mapped address never stands on a
     * wire; let in, it would pass for an IPv4 peer.
     */
    private static boolean isSourceV6(final ParsedPacket p) {
        if (p.srcHi == 0 && p.srcLo == 0) {
            return p.isMulticast();
        }
        final boolean loopback = p.srcHi == 0 && p.srcLo == 1;
        return !loopback
                && !ParsedPacket.isMulticast(p.srcHi, p.srcLo)
                && !IpAddress.isV4(p.srcHi, p.srcLo)
                && !IpAddress.isV4(p.dstHi, p.dstLo);
    }

    /** RFC 791 §3.2, RFC 8200 §4.5: all but the last fragment are multiples of eight, and the whole has an end. */
    private static DropReason checkFragment(final ParsedPacket p) {
        final boolean uneven = p.moreFragments && (p.payloadLength & 7) != 0;
        final int headerLength = p.isV4() ? p.ipHeaderLength : p.ipHeaderLength - ExtensionHeaders.FRAGMENT_LENGTH;
        final int limit = p.isV4() ? MAX_PACKET_LENGTH : MAX_PACKET_LENGTH + Ipv6Flyweight.HEADER_LENGTH;
        final boolean tooLong = headerLength + p.fragmentOffset + p.payloadLength > limit;
        if (!p.isV4() && (uneven || tooLong)) {
            p.problemCode = Icmp6.ERRONEOUS_HEADER;
            p.problemOffset = uneven
                    ? p.ipOffset + Ipv6Flyweight.PAYLOAD_LENGTH
                    : p.payloadOffset - ExtensionHeaders.FRAGMENT_LENGTH + ExtensionHeaders.FRAGMENT_OFFSET_FIELD;
        }
        return uneven || tooLong || p.payloadLength == 0 ? DropReason.FRAG_INVALID : null;
    }

    /** Checks a TCP header's lengths and the segment's checksum (RFC 9293 §3.1, MUST-3). Null when good. */
    public DropReason validateTcp(final UnsafeBuffer b, final ParsedPacket p, final PacketMetadata meta) {
        if (p.payloadLength < TcpFlyweight.HEADER_LENGTH) {
            return DropReason.PKT_TOO_SMALL;
        }
        final int headerLength = tcp.wrap(b, p.payloadOffset).headerLength();
        if (headerLength < TcpFlyweight.HEADER_LENGTH || headerLength > p.payloadLength) {
            return DropReason.TCP_HDR;
        }
        if (meta.checksum == ChecksumState.COMPLETE) {
            final long pseudo =
                    Checksum.pseudoHeader(p.srcHi, p.srcLo, p.dstHi, p.dstLo, IpProtocol.TCP, p.payloadLength);
            if (!Checksum.isValid(pseudo + Checksum.sum(b, p.payloadOffset, p.payloadLength))) {
                return DropReason.TCP_CSUM;
            }
        }
        return null;
    }

    /** The header that {@link #validateTcp} has looked at last. */
    public TcpFlyweight tcp() {
        return tcp;
    }

    /** Checks the length and checksum of an ICMP (RFC 792) or ICMPv6 message (RFC 4443 §2.3). Null when good. */
    public DropReason validateIcmp(final UnsafeBuffer b, final ParsedPacket p, final PacketMetadata meta) {
        if (p.payloadLength < IcmpFlyweight.HEADER_LENGTH) {
            return DropReason.PKT_TOO_SMALL;
        }
        if (meta.checksum == ChecksumState.COMPLETE) {
            final long pseudo = p.isV4()
                    ? 0
                    : Checksum.pseudoHeaderV6(p.srcHi, p.srcLo, p.dstHi, p.dstLo, IpProtocol.ICMPV6, p.payloadLength);
            if (!Checksum.isValid(pseudo + Checksum.sum(b, p.payloadOffset, p.payloadLength))) {
                return DropReason.ICMP_CSUM;
            }
        }
        return null;
    }
}
