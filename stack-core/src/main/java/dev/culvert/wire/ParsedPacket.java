package dev.culvert.wire;

/**
 * What {@link PacketValidator} found out about one IP packet, so that nobody reads its headers twice. Mutable, one per
 * shard, overwritten by the next packet. Offsets are indexes in the buffer that was validated, lengths are in bytes.
 */
public final class ParsedPacket {
    /** {@link #problemCode} when there is nothing to report. */
    public static final int NO_PROBLEM = -1;

    /** 4 or 6; 0 when not even the fixed header could be read. */
    public int version;
    /** Upper half of the source address. */
    public long srcHi;
    /** Lower half of the source address, mapped form for IPv4. */
    public long srcLo;
    /** Upper half of the destination address. */
    public long dstHi;
    /** Lower half of the destination address, mapped form for IPv4. */
    public long dstLo;
    /** The protocol after all extension headers that were understood; of a fragment, what its first fragment begins with. */
    public int protocol;
    /** Index of the byte that named {@link #protocol}; a parameter problem points there. */
    public int protocolFieldOffset;
    /** Type of service or traffic class: DSCP and ECN. */
    public int tos;
    /** Time to live or hop limit. */
    public int ttl;
    /** IPv4's DF; true for IPv6, whose packets no router fragments. */
    public boolean dontFragment;

    /** Where the IP header begins. */
    public int ipOffset;
    /** Length of the IP header with options, or with every extension header that was understood. */
    public int ipHeaderLength;
    /** Length of the IP packet; bytes after it are padding. */
    public int totalLength;
    /** Where the transport header, or a fragment's data, begins: {@code ipOffset + ipHeaderLength}. */
    public int payloadOffset;
    /** Length of transport header and data, or of a fragment's data. */
    public int payloadLength;

    /** Whether this is a part of a packet; an IPv6 packet with a fragment header that is whole is none (RFC 6946). */
    public boolean isFragment;
    /** Where a fragment's data stands in the fragmentable part of the whole packet, a multiple of eight. */
    public int fragmentOffset;
    /** Whether a fragment is not the last one. */
    public boolean moreFragments;
    /** Identification: 16 bits for IPv4, 32 bits for an IPv6 fragment. */
    public int fragmentId;
    /** IPv6: index of the byte that names the fragment header; it names {@link #protocol} in the whole packet. */
    public int fragmentFieldOffset;

    /** IPv4 LSRR or SSRR option present (RFC 791 §3.1); the stack does not forward along it. */
    public boolean sourceRouted;

    /** After a drop of an IPv6 packet: code of the parameter problem that RFC 8200 asks for, else {@link #NO_PROBLEM}. */
    public int problemCode;
    /** Index of the byte that a parameter problem points to. */
    public int problemOffset;
    /** Whether the problem is reported although the packet went to a multicast address (RFC 4443 §2.4 (e.3)). */
    public boolean problemOnMulticast;

    /** Whether the packet is IPv4. */
    public boolean isV4() {
        return version == 4;
    }

    /** Whether the destination is an IPv4 or IPv6 multicast address. */
    public boolean isMulticast() {
        return isMulticast(dstHi, dstLo);
    }

    /** Whether an address is an IPv4 or IPv6 multicast address. */
    public static boolean isMulticast(final long hi, final long lo) {
        return IpAddress.isV4(hi, lo) ? (int) lo >>> 28 == 0xe : hi >>> 56 == 0xff;
    }

    void clear(final int offset) {
        version = 0;
        ipOffset = offset;
        isFragment = false;
        fragmentOffset = 0;
        moreFragments = false;
        fragmentId = 0;
        fragmentFieldOffset = 0;
        sourceRouted = false;
        problemCode = NO_PROBLEM;
        problemOffset = 0;
        problemOnMulticast = false;
    }

    /** Says where the payload is, from the length of all headers. */
    void endOfHeaders(final int headerLength) {
        ipHeaderLength = headerLength;
        payloadOffset = ipOffset + headerLength;
        payloadLength = totalLength - headerLength;
    }
}
