package dev.culvert.kit.peer;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.FIN;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.shard.Shard;
import dev.culvert.wire.IpProtocol;
import dev.culvert.wire.Ipv4Flyweight;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketSink;
import dev.culvert.wire.TcpFlyweight;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The cheapest peer that a stack can have, for measurements: it writes IPv4 segments into one off-heap frame, leaves the TCP
 * checksum to "the device has verified it", and remembers of what the stack sends only where the sequence numbers stand. It
 * allocates nothing after construction. Single-threaded.
 */
public final class LightPeer implements PacketSink {
    private static final int IP = Ipv4Flyweight.HEADER_LENGTH;
    private static final int TCP = TcpFlyweight.HEADER_LENGTH;
    private static final int MSS_OPTION = 4;
    private static final int SACK_PERMITTED = 0x0101_0402;
    private static final int ONE_SACK_BLOCK = 0x0101_050a;

    private final UnsafeBuffer frame = new UnsafeBuffer(BufferUtil.allocateDirectAligned(65_536, 64));
    private final PacketMetadata metadata = new PacketMetadata();
    private final TcpFlyweight view = new TcpFlyweight();
    private final int peerAddress;
    private final int stackAddress;
    private final int mss;

    private int peerPort;
    private int stackPort;
    private int nxt;
    private int una;
    private int acknowledged;
    private long packets;
    private long textBytes;
    private boolean finSeen;
    private int stackSyn;
    private int window = 65_535;
    private int lastStackPort;

    /**
     * A peer between two IPv4 addresses, given as 32 bits.
     *
     * @param mss the MSS option of its SYN
     */
    public LightPeer(final int peerAddress, final int stackAddress, final int mss) {
        this.peerAddress = peerAddress;
        this.stackAddress = stackAddress;
        this.mss = mss;
    }

    /** Forgets the last connection and takes these ports and this initial sequence number for the next one. */
    public LightPeer begin(final int fromPort, final int toPort, final int iss) {
        peerPort = fromPort;
        stackPort = toPort;
        nxt = iss;
        una = 0;
        window = 65_535;
        finSeen = false;
        return this;
    }

    /** A SYN with an MSS option and SACK-permitted arrives at the stack. */
    public void synWithSack(final Shard shard, final long nowNs) {
        frame.putInt(IP + TCP + MSS_OPTION, SACK_PERMITTED, ByteOrder.BIG_ENDIAN);
        syn(shard, MSS_OPTION + Integer.BYTES, nowNs);
    }

    /** A SYN with an MSS option arrives at the stack. */
    public void syn(final Shard shard, final long nowNs) {
        syn(shard, MSS_OPTION, nowNs);
    }

    private void syn(final Shard shard, final int optionBytes, final long nowNs) {
        syn(shard, SYN, optionBytes, nowNs);
    }

    /** A SYN-ACK with an MSS option arrives, in answer to the stack's last SYN. */
    public void synAck(final Shard shard, final long nowNs) {
        una = stackSyn;
        syn(shard, SYN | ACK, MSS_OPTION, nowNs);
    }

    private void syn(final Shard shard, final int flags, final int optionBytes, final long nowNs) {
        final int at = IP + TCP;
        frame.putByte(at, (byte) 2);
        frame.putByte(at + 1, (byte) MSS_OPTION);
        frame.putByte(at + 2, (byte) (mss >>> 8));
        frame.putByte(at + 3, (byte) mss);
        deliver(shard, flags, optionBytes, 0, nowNs);
        nxt++;
    }

    /** An ACK of everything that the stack has sent arrives. */
    public void ack(final Shard shard, final long nowNs) {
        deliver(shard, ACK, 0, 0, nowNs);
    }

    /** An ACK arrives that has not moved: of what the stack has sent since the last one the first so many bytes are missing. */
    public void sack(final Shard shard, final int missing, final long nowNs) {
        final int highest = una;
        final int at = IP + TCP;
        frame.putInt(at, ONE_SACK_BLOCK, ByteOrder.BIG_ENDIAN);
        frame.putInt(at + 4, acknowledged + missing, ByteOrder.BIG_ENDIAN);
        frame.putInt(at + 8, highest, ByteOrder.BIG_ENDIAN);
        una = acknowledged;
        deliver(shard, ACK, 12, 0, nowNs);
        una = highest;
    }

    /** So many bytes of text arrive, with the ACK of everything. */
    public void data(final Shard shard, final int bytes, final long nowNs) {
        deliver(shard, ACK, 0, bytes, nowNs);
        nxt += bytes;
    }

    /** So many bytes of text arrive, but not those before them: {@code ahead} bytes are missing. */
    public void dataAhead(final Shard shard, final int ahead, final int bytes, final long nowNs) {
        nxt += ahead;
        deliver(shard, ACK, 0, bytes, nowNs);
        nxt -= ahead;
    }

    /** What the peer announces as its window from now on: 0 to 65,535 bytes. */
    public void window(final int bytes) {
        window = bytes;
    }

    /** A FIN arrives, with the ACK of everything. */
    public void fin(final Shard shard, final long nowNs) {
        deliver(shard, ACK | FIN, 0, 0, nowNs);
        nxt++;
    }

    private void deliver(
            final Shard shard, final int flags, final int optionBytes, final int textBytesIn, final long nowNs) {
        final int length = IP + TCP + optionBytes + textBytesIn;
        Ipv4Flyweight.write(frame, 0, 0, length, 0, true, 64, IpProtocol.TCP, peerAddress, stackAddress);
        TcpFlyweight.write(frame, IP, peerPort, stackPort, nxt, una, TCP + optionBytes, flags, window, 0);
        metadata.reset().checksum = PacketMetadata.ChecksumState.VERIFIED;
        acknowledged = una;
        shard.onPacket(frame, 0, length, metadata, nowNs);
    }

    @Override
    public boolean transmit(final OutboundPacket packet) {
        view.wrap(packet.header, packet.transportOffset);
        final int flags = view.flags();
        final int end =
                view.seq() + packet.payloadLength() + ((flags & SYN) == 0 ? 0 : 1) + ((flags & FIN) == 0 ? 0 : 1);
        if ((flags & SYN) != 0 || end - una > 0) {
            una = end;
        }
        if ((flags & SYN) != 0) {
            stackSyn = end;
            lastStackPort = view.sourcePort();
        }
        finSeen |= (flags & FIN) != 0;
        textBytes += packet.payloadLength();
        packets++;
        return true;
    }

    /** The port that the stack's last SYN or SYN-ACK came from. */
    public int lastStackPort() {
        return lastStackPort;
    }

    /** Packets that the stack has sent. */
    public long packets() {
        return packets;
    }

    /** Bytes of text that the stack has sent. */
    public long textBytes() {
        return textBytes;
    }

    /** Whether the stack has sent its FIN on this connection. */
    public boolean finSeen() {
        return finSeen;
    }
}
