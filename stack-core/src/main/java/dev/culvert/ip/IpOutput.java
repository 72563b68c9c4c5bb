package dev.culvert.ip;

import dev.culvert.buffer.Memory;
import dev.culvert.counters.Counters;
import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.FlowOwner;
import dev.culvert.tcp.LocalRouting;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.IpProtocol;
import dev.culvert.wire.Ipv4Flyweight;
import dev.culvert.wire.Ipv6Flyweight;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketSink;

/** The last step of every packet: out through the device, or back to ourselves. Shard's thread only. */
public final class IpOutput implements PacketSink {
    private final Counters counters;
    private final LocalRouting routing;
    private final int mtuBytes;
    private final PacketSink device;
    private final Fragmenter fragmenter;
    private final Ipv6Flyweight v6 = new Ipv6Flyweight();
    private final LoopbackQueue loopback;

    /** Sends through this device. */
    public IpOutput(
            final Counters counters,
            final Memory memory,
            final LocalRouting routing,
            final FlowOwner owner,
            final int mtuBytes,
            final PacketSink device) {
        this.mtuBytes = mtuBytes;
        fragmenter = new Fragmenter(device, owner::identification);
        this.counters = counters;
        this.routing = routing;
        this.device = device;
        loopback = new LoopbackQueue(memory);
    }

    @Override
    public boolean transmit(final OutboundPacket packet) {
        counters.increment(StackCounter.IpOutRequests);
        if (!isLocal(packet)) {
            // TCP knows the path's MTU; a super-segment is cut by the device.
            return packet.length() > mtuBytes && packet.segmentSize == 0 && !isTcp(packet)
                    ? fragmenter.send(packet, mtuBytes)
                    : device.transmit(packet);
        }
        if (!loopback.offer(packet)) {
            counters.drop(DropReason.LOOPBACK_FULL);
        }
        return true;
    }

    @Override
    public boolean hasRoom() {
        return device.hasRoom();
    }

    private static boolean isTcp(final OutboundPacket packet) {
        final int at = packet.header.getByte(0) >>> 4 == 4 ? 9 : 6; // IPv4 protocol, IPv6 next header
        return packet.header.getByte(at) == IpProtocol.TCP;
    }

    private boolean isLocal(final OutboundPacket packet) {
        if (packet.header.getByte(0) >>> 4 == 4) {
            return routing.isLocal(0, IpAddress.v4Lo(Ipv4Flyweight.destination(packet.header, 0)));
        }
        v6.wrap(packet.header, 0);
        return routing.isLocal(v6.destinationHi(), v6.destinationLo());
    }

    /** Packets from us to us that wait. */
    public int waitingForUs() {
        return loopback.packets();
    }

    /** Takes the oldest of them in. */
    public void takeForUs(final IpInput input, final long nowNs) {
        loopback.poll(input, nowNs);
    }
}
