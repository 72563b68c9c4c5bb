package dev.culvert.bench.load;

import static java.nio.ByteOrder.BIG_ENDIAN;

import dev.culvert.tcp.option.OptionWriter;
import dev.culvert.wire.Checksum;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.IpProtocol;
import dev.culvert.wire.Ipv4Flyweight;
import dev.culvert.wire.Ipv6Flyweight;
import dev.culvert.wire.NetworkOrder;
import dev.culvert.wire.TcpFlyweight;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One packet of the peer, laid out once off-heap and then only patched, so that making the load costs next to nothing beside
 * what is measured. Carries the options that Linux sends: all of them on a SYN, timestamps on everything else. One thread.
 */
final class PeerFrame {
    /** Headers of a segment with timestamps, IPv4, in bytes. */
    static final int V4_HEADERS =
            Ipv4Flyweight.HEADER_LENGTH + TcpFlyweight.HEADER_LENGTH + OptionWriter.TIMESTAMPS_LENGTH;

    private static final int MSS = 1_460;
    private static final int WINDOW_SHIFT = 7;
    private static final int SYN_OPTIONS = 20;
    private static final int TTL = 64;
    private static final int SEQ = 4;
    private static final int ACK = 8;
    private static final int TS_ON_SYN = TcpFlyweight.HEADER_LENGTH + 8;
    private static final int TS = TcpFlyweight.HEADER_LENGTH + 4;
    private static final int SACK = TcpFlyweight.HEADER_LENGTH + OptionWriter.TIMESTAMPS_LENGTH + 4;
    private static final int SACK_BLOCK = 8;

    private final UnsafeBuffer buffer;
    private final boolean v4;
    private final int flags;
    private final int tcp;
    private final int tcpHeaderLength;
    private final int ts;
    private final int sequenceSpace;
    private final boolean checksummed;
    private final long stackHi;
    private final long stackLo;
    private final long textSum;

    private long peerHi;
    private long peerLo;
    private long pseudoHeaderSum;

    /** Sum of all that {@link #numbers} and {@link #from} do not change. */
    private long constantSum;

    private boolean summed;

    /** Fields that {@link #numbers} and {@link #from} change, counted from the TCP header. */
    private final int[] changing;

    private int ports;

    /**
     * A frame to the stack's address.
     *
     * @param flags control bits of {@link TcpFlyweight}
     * @param window the window field
     * @param textBytes payload; its bytes are arbitrary but fixed
     * @param checksummed whether to keep the TCP checksum right; otherwise the field is zero
     */
    PeerFrame(
            final IpAddress stack, final int flags, final int window, final int textBytes, final boolean checksummed) {
        this(stack, flags, window, textBytes, 0, checksummed);
    }

    /** The same, no SYN, with room for so many SACK blocks. */
    PeerFrame(
            final IpAddress stack,
            final int flags,
            final int window,
            final int textBytes,
            final int sackBlocks,
            final boolean checksummed) {
        this.flags = flags;
        this.checksummed = checksummed;
        v4 = stack.isV4();
        stackHi = stack.hi();
        stackLo = stack.lo();
        tcp = v4 ? Ipv4Flyweight.HEADER_LENGTH : Ipv6Flyweight.HEADER_LENGTH;
        final boolean syn = (flags & TcpFlyweight.SYN) != 0;
        tcpHeaderLength = TcpFlyweight.HEADER_LENGTH
                + (syn ? SYN_OPTIONS : OptionWriter.TIMESTAMPS_LENGTH + OptionWriter.sackLength(sackBlocks));
        ts = syn ? TS_ON_SYN : TS;
        changing = new int[] {0, SEQ, ACK, ts, ts + Integer.BYTES};
        sequenceSpace = textBytes + (syn ? 1 : 0) + ((flags & TcpFlyweight.FIN) != 0 ? 1 : 0);
        final int length = tcp + tcpHeaderLength + textBytes;
        buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(length, 64), 0, length);
        TcpFlyweight.write(buffer, tcp, 0, 0, 0, 0, tcpHeaderLength, flags, window, 0);
        writeOptions(syn, sackBlocks);
        for (int i = 0; i < textBytes; i++) {
            buffer.putByte(tcp + tcpHeaderLength + i, (byte) (i * 31));
        }
        textSum = Checksum.sum(buffer, tcp + tcpHeaderLength, textBytes);
    }

    private void writeOptions(final boolean syn, final int sackBlocks) {
        final int at = tcp + TcpFlyweight.HEADER_LENGTH;
        if (syn) {
            final int next = OptionWriter.sackPermittedAndTimestamps(buffer, OptionWriter.mss(buffer, at, MSS), 0, 0);
            OptionWriter.windowScale(buffer, next, WINDOW_SHIFT);
        } else {
            final int next = OptionWriter.timestamps(buffer, at, 0, 0);
            if (sackBlocks > 0) {
                OptionWriter.sack(buffer, next, sackBlocks);
            }
        }
    }

    /** Comes from this address from now on; costs nothing when it did already. */
    PeerFrame from(final long hi, final long lo, final int port, final int stackPort) {
        if (lo != peerLo || hi != peerHi) {
            peerHi = hi;
            peerLo = lo;
            writeIpHeader();
        }
        ports = port << 16 | stackPort;
        NetworkOrder.put32(null, buffer.addressOffset() + tcp, ports);
        return this;
    }

    private void writeIpHeader() {
        final int segmentLength = buffer.capacity() - tcp;
        if (v4) {
            Ipv4Flyweight.write(
                    buffer, 0, 0, buffer.capacity(), 0, true, TTL, IpProtocol.TCP, (int) peerLo, (int) stackLo);
        } else {
            Ipv6Flyweight.write(buffer, 0, 0, 0, segmentLength, IpProtocol.TCP, TTL, peerHi, peerLo, stackHi, stackLo);
        }
        pseudoHeaderSum = Checksum.pseudoHeader(peerHi, peerLo, stackHi, stackLo, IpProtocol.TCP, segmentLength);
        summed = false;
    }

    /** Puts this into one of its SACK blocks; {@link #numbers} afterwards. */
    void sack(final int block, final int left, final int right) {
        OptionWriter.sackBlock(buffer, tcp + SACK + block * SACK_BLOCK, left, right);
        summed = false;
    }

    /** Carries these numbers, and the checksum that belongs to them. */
    PeerFrame numbers(final int seq, final int ack, final int tsVal, final int tsEcr) {
        if (checksummed && !summed) {
            sumConstants();
        }
        final long at = buffer.addressOffset() + tcp;
        NetworkOrder.put32(null, at + SEQ, seq);
        NetworkOrder.put32(null, at + ACK, ack);
        NetworkOrder.put32(null, at + ts, tsVal);
        NetworkOrder.put32(null, at + ts + Integer.BYTES, tsEcr);
        if (checksummed) {
            final long numbers = Checksum.word(ports)
                    + Checksum.word(seq)
                    + Checksum.word(ack)
                    + Checksum.word(tsVal)
                    + Checksum.word(tsEcr);
            NetworkOrder.put16(null, at + TcpFlyweight.CHECKSUM_OFFSET, Checksum.finish(constantSum + numbers));
        }
        return this;
    }

    private void sumConstants() {
        for (final int field : changing) {
            buffer.putInt(tcp + field, 0);
        }
        TcpFlyweight.setChecksum(buffer, tcp, 0);
        constantSum = pseudoHeaderSum + Checksum.sum(buffer, tcp, tcpHeaderLength) + textSum;
        buffer.putInt(tcp, ports, BIG_ENDIAN);
        summed = true;
    }

    /** The packet, from offset 0 to the buffer's capacity. */
    UnsafeBuffer buffer() {
        return buffer;
    }

    /** Control bits. */
    int flags() {
        return flags;
    }

    /** SEG.LEN: what the peer's next sequence number moves by. */
    int sequenceSpace() {
        return sequenceSpace;
    }
}
