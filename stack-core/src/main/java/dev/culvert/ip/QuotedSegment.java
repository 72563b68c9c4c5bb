package dev.culvert.ip;

import static java.nio.ByteOrder.BIG_ENDIAN;

import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.IpProtocol;
import dev.culvert.wire.Ipv4Flyweight;
import dev.culvert.wire.Ipv6Flyweight;
import org.agrona.concurrent.UnsafeBuffer;

/** The beginning of a TCP segment of ours that an ICMP error quotes: enough for the 4-tuple and the sequence number. */
final class QuotedSegment implements Flow {
    private static final int LEAST = 8; // RFC 792: the first 64 bits of the quoted datagram's data

    private final Ipv4Flyweight v4 = new Ipv4Flyweight();
    private final Ipv6Flyweight v6 = new Ipv6Flyweight();
    private long localHi;
    private long localLo;
    private long remoteHi;
    private long remoteLo;
    private int localPort;
    private int remotePort;
    private int seq;
    private int packetLength;

    /** False when the quote is too short or is not TCP. */
    boolean wrap(final UnsafeBuffer b, final int offset, final int length, final boolean isV4) {
        final int headerLength = isV4 ? readV4(b, offset, length) : readV6(b, offset, length);
        if (headerLength == 0 || length < headerLength + LEAST) {
            return false;
        }
        final int at = offset + headerLength;
        localPort = b.getShort(at, BIG_ENDIAN) & 0xffff;
        remotePort = b.getShort(at + 2, BIG_ENDIAN) & 0xffff;
        seq = b.getInt(at + 4, BIG_ENDIAN);
        return true;
    }

    private int readV4(final UnsafeBuffer b, final int offset, final int length) {
        if (length < Ipv4Flyweight.HEADER_LENGTH) {
            return 0;
        }
        v4.wrap(b, offset);
        if (v4.version() != 4
                || v4.protocol() != IpProtocol.TCP
                || v4.fragmentOffset() > 0
                || v4.headerLength() < Ipv4Flyweight.HEADER_LENGTH) {
            return 0;
        }
        localHi = 0;
        localLo = IpAddress.v4Lo(v4.source());
        remoteHi = 0;
        remoteLo = IpAddress.v4Lo(v4.destination());
        packetLength = v4.totalLength();
        return v4.headerLength();
    }

    private int readV6(final UnsafeBuffer b, final int offset, final int length) {
        if (length < Ipv6Flyweight.HEADER_LENGTH) {
            return 0;
        }
        v6.wrap(b, offset);
        if (v6.version() != 6 || v6.nextHeader() != IpProtocol.TCP) {
            return 0;
        }
        localHi = v6.sourceHi();
        localLo = v6.sourceLo();
        remoteHi = v6.destinationHi();
        remoteLo = v6.destinationLo();
        packetLength = Ipv6Flyweight.HEADER_LENGTH + v6.payloadLength();
        return Ipv6Flyweight.HEADER_LENGTH;
    }

    /** Sequence number of the quoted segment. */
    int seq() {
        return seq;
    }

    /** Length of the packet that was quoted, in bytes. */
    int packetLength() {
        return packetLength;
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
