package dev.culvert.tcp;

import dev.culvert.tcp.option.SegmentOptions;
import dev.culvert.wire.Flow;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.ParsedPacket;
import dev.culvert.wire.TcpFlyweight;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The segment that is being processed, with RFC 9293's names for its fields. One object per shard, filled anew for every
 * segment; text stays where the device put it. A super-segment is one segment with a large text.
 */
public final class Segment implements Flow {
    /** SEG.SEQ. */
    public int seq;
    /** SEG.ACK. */
    public int ack;
    /** SEG.WND as it stands on the wire, not scaled. */
    public int wnd;
    /** SEG.UP as it stands on the wire. */
    public int up;
    /** Control bits of {@link TcpFlyweight}. */
    public int flags;
    /** Bytes of text, without SYN and FIN. */
    public int textLength;
    /** Where the text begins in {@link #buffer}. */
    public int textOffset;
    /** Text bytes of each wire segment: the text's length unless this is a super-segment. */
    public int segmentSize;
    /** Where the segment lies; valid while it is processed. */
    public UnsafeBuffer buffer;
    /** The text stays where it is until the end of the batch. */
    public boolean stays;
    /** Its options. */
    public final SegmentOptions options = new SegmentOptions();
    /** DSCP and ECN of the packet. */
    public int tos;

    private long localHi;
    private long localLo;
    private long remoteHi;
    private long remoteLo;
    private int localPort;
    private int remotePort;

    /** The two ECN bits of an IP header (RFC 3168 §5). */
    private static final int ECN_BITS = 3;

    private static final int CE = 3;

    /** Reads a segment that has been validated; {@code header} is its. */
    public void wrap(
            final UnsafeBuffer packet,
            final TcpFlyweight header,
            final ParsedPacket ip,
            final PacketMetadata metadata) {
        buffer = packet;
        stays = metadata.stays;
        seq = header.seq();
        ack = header.ack();
        wnd = header.window();
        up = header.urgentPointer();
        flags = header.flags();
        localPort = header.destinationPort();
        remotePort = header.sourcePort();
        localHi = ip.dstHi;
        localLo = ip.dstLo;
        remoteHi = ip.srcHi;
        remoteLo = ip.srcLo;
        tos = ip.tos;
        final int headerLength = header.headerLength();
        textOffset = ip.payloadOffset + headerLength;
        textLength = ip.payloadLength - headerLength;
        segmentSize = metadata.segmentSize > 0 ? Math.min(metadata.segmentSize, textLength) : textLength;
        options.parse(packet, ip.payloadOffset + TcpFlyweight.HEADER_LENGTH, headerLength - TcpFlyweight.HEADER_LENGTH);
    }

    /** Whether one of these control bits is set. */
    public boolean has(final int bits) {
        return (flags & bits) != 0;
    }

    /** Whether its sender has declared the packet ECN-capable, by ECT(0), ECT(1) or what a router has made of these. */
    public boolean isEct() {
        return (tos & ECN_BITS) != 0;
    }

    /** Whether a router has marked the packet: congestion experienced. */
    public boolean isCe() {
        return (tos & ECN_BITS) == CE;
    }

    /** SEG.LEN: bytes of sequence space, SYN and FIN included. */
    public int len() {
        return textLength + (has(TcpFlyweight.SYN) ? 1 : 0) + (has(TcpFlyweight.FIN) ? 1 : 0);
    }

    /** Sequence number of the first byte of text. */
    public int textSeq() {
        return has(TcpFlyweight.SYN) ? seq + 1 : seq;
    }

    /** How many wire segments the text came in, at least 1 when there is any. */
    public int wireSegments() {
        return textLength > segmentSize ? (textLength + segmentSize - 1) / segmentSize : textLength == 0 ? 0 : 1;
    }

    @Override
    public long localHi() {
        return localHi;
    }

    @Override
    public long localLo() {
        return localLo;
    }

    @Override
    public int localPort() {
        return localPort;
    }

    @Override
    public long remoteHi() {
        return remoteHi;
    }

    @Override
    public long remoteLo() {
        return remoteLo;
    }

    @Override
    public int remotePort() {
        return remotePort;
    }
}
