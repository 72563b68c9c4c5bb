package dev.culvert.bench.load;

import dev.culvert.wire.NetworkOrder;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketSink;
import dev.culvert.wire.TcpFlyweight;

/** What the peer must know of the last packet that the stack has sent, in order to answer it. One thread; reused. */
final class StackReply implements PacketSink {
    private static final int TS_ON_SYN = TcpFlyweight.HEADER_LENGTH + 8;
    private static final int TS = TcpFlyweight.HEADER_LENGTH + 4;

    private final TcpFlyweight header = new TcpFlyweight();
    private long wrapped;

    /** The peer's port. */
    int port;
    /** Control bits. */
    int flags;
    /** What the peer has to acknowledge: SEG.SEQ + SEG.LEN. */
    int next;
    /** SEG.ACK. */
    int ack;
    /** The window field. */
    int window;
    /** TSval. */
    int tsVal;
    /** Packets so far. */
    long packets;
    /** Bytes of text so far. */
    long textBytes;

    @Override
    public boolean transmit(final OutboundPacket packet) {
        read(packet);
        packets++;
        textBytes += packet.payloadLength();
        return true;
    }

    /** Reads a packet that carries timestamps where Culvert puts them. */
    StackReply read(final OutboundPacket packet) {
        final int at = packet.transportOffset;
        final long address = packet.header.addressOffset() + at;
        if (address != wrapped) { // mostly the one before
            header.wrap(packet.header, at);
            wrapped = address;
        }
        flags = header.flags();
        port = header.destinationPort();
        ack = header.ack();
        window = header.window();
        next = header.seq()
                + packet.payloadLength()
                + (has(TcpFlyweight.SYN) ? 1 : 0)
                + (has(TcpFlyweight.FIN) ? 1 : 0);
        tsVal = NetworkOrder.i32(null, address + (has(TcpFlyweight.SYN) ? TS_ON_SYN : TS));
        return this;
    }

    /** Whether one of these control bits is set. */
    boolean has(final int bits) {
        return (flags & bits) != 0;
    }
}
