package dev.culvert.tcp.out;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.TcpContext;
import dev.culvert.wire.Checksum;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.IpProtocol;
import dev.culvert.wire.Ipv4Flyweight;
import dev.culvert.wire.Ipv6Flyweight;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketSink;
import dev.culvert.wire.TcpFlyweight;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts IP and TCP headers around a segment and hands it to the sink: {@link #begin}, then options and payload, then
 * {@link #send}. One packet at a time. Shard's thread only.
 */
public final class PacketBuilder {
    private final TcpContext context;
    private final PacketSink sink;
    private final boolean checksumOffload;
    private final OutboundPacket packet = new OutboundPacket();
    private int identification;

    /** Sends to this sink; with offload the device completes checksums. */
    public PacketBuilder(final TcpContext context, final PacketSink sink, final boolean checksumOffload) {
        this.context = context;
        this.sink = sink;
        this.checksumOffload = checksumOffload;
    }

    /** Starts a packet; returns where options go. */
    int begin(final boolean v4) {
        packet.clear();
        packet.transportOffset = v4 ? Ipv4Flyweight.HEADER_LENGTH : Ipv6Flyweight.HEADER_LENGTH;
        return packet.transportOffset + TcpFlyweight.HEADER_LENGTH;
    }

    /** Where options are written. */
    UnsafeBuffer header() {
        return packet.header;
    }

    /** Where payload is added. */
    OutboundPacket packet() {
        return packet;
    }

    /**
     * Completes the packet and sends it.
     *
     * @param optionsEnd offset behind the options, a multiple of four behind {@link #begin}'s
     * @param segmentSize payload per wire segment
     */
    void send(
            final Flow flow,
            final int seq,
            final int ack,
            final int flags,
            final int window,
            final int urgentPointer,
            final int optionsEnd,
            final int segmentSize,
            final int ttl,
            final int tos,
            final boolean dontFragment) {
        final UnsafeBuffer b = packet.header;
        final int at = packet.transportOffset;
        packet.headerLength = optionsEnd;
        packet.segmentSize = packet.payloadLength() > segmentSize ? segmentSize : 0;
        TcpFlyweight.write(
                b, at, flow.localPort(), flow.remotePort(), seq, ack, optionsEnd - at, flags, window, urgentPointer);
        if (IpAddress.isV4(flow.remoteHi(), flow.remoteLo())) {
            final int id = dontFragment ? 0 : nextIdentification();
            Ipv4Flyweight.write(
                    b,
                    0,
                    tos,
                    packet.length(),
                    id & 0xffff,
                    dontFragment,
                    ttl,
                    IpProtocol.TCP,
                    (int) flow.localLo(),
                    (int) flow.remoteLo());
        } else {
            Ipv6Flyweight.write(
                    b,
                    0,
                    tos,
                    0,
                    packet.length() - Ipv6Flyweight.HEADER_LENGTH,
                    IpProtocol.TCP,
                    ttl,
                    flow.localHi(),
                    flow.localLo(),
                    flow.remoteHi(),
                    flow.remoteLo());
        }
        writeChecksum(flow);
        context.counters.add(StackCounter.TcpOutSegs, packet.wireSegments());
        if (!sink.transmit(packet)) {
            context.count(StackCounter.IpOutDiscards);
            context.drop(DropReason.DEV_FULL);
        }
    }

    /**
     * RFC 6864 §4.1: the identification of a packet that cannot be fragmented means nothing, and so it tells nothing; any other
     * one is not used again before all others were.
     */
    private int nextIdentification() {
        final int id = context.owner.identification(identification);
        identification += packet.wireSegments();
        return id;
    }

    private void writeChecksum(final Flow flow) {
        final int at = packet.transportOffset;
        long sum = Checksum.pseudoHeader(
                flow.localHi(), flow.localLo(), flow.remoteHi(), flow.remoteLo(), IpProtocol.TCP, packet.length() - at);
        packet.checksumPartial = checksumOffload;
        if (checksumOffload) {
            TcpFlyweight.setChecksum(packet.header, at, Checksum.fold(sum));
            return;
        }
        sum += Checksum.sum(packet.header, at, packet.headerLength - at);
        boolean odd = false;
        for (int i = 0; i < packet.pieces(); i++) {
            sum = Checksum.add(sum, Checksum.sum(packet.pieceAddress(i), packet.pieceLength(i)), odd);
            odd ^= (packet.pieceLength(i) & 1) != 0;
        }
        TcpFlyweight.setChecksum(packet.header, at, Checksum.finish(sum));
    }
}
