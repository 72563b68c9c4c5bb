package dev.culvert.kit.scenario;

import dev.culvert.kit.sim.LinkObserver;
import dev.culvert.seq.Seq;
import dev.culvert.wire.IpAddress;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/** Counts what each application's segments cost on the wire, as a capture at both hosts would show it. */
final class WireMeter implements LinkObserver {
    private static final int TCP = 6;
    private static final int SYN = 2;
    private static final int RST = 4;

    /** Segments of one application, both directions together. */
    static final class FlowCounts {
        long segments;
        long retransmitted;
        private final Map<Long, Integer> highest = new HashMap<>();
    }

    private record Server(IpAddress address, int port) {}

    private final Map<Server, FlowCounts> flows = new HashMap<>();
    private final BitSet hostEnds;
    private final LinkObserver next;

    /**
     * @param hostEnds numbers of the link ends that belong to hosts, so that nothing counts twice behind a switch
     * @param next is shown everything too
     */
    WireMeter(final BitSet hostEnds, final LinkObserver next) {
        this.hostEnds = hostEnds;
        this.next = next;
    }

    FlowCounts watch(final IpAddress server, final int port) {
        return flows.computeIfAbsent(new Server(server, port), key -> new FlowCounts());
    }

    @Override
    public void onPacket(
            final int end, final boolean out, final DirectBuffer bytes, final int length, final long nowNs) {
        if (out && hostEnds.get(end)) {
            count(bytes, length);
        }
        next.onPacket(end, out, bytes, length, nowNs);
    }

    private void count(final DirectBuffer bytes, final int length) {
        final boolean v4 = bytes.getByte(0) >>> 4 == 4;
        if (bytes.getByte(v4 ? 9 : 6) != TCP) {
            return;
        }
        final int at = v4 ? (bytes.getByte(0) & 15) * 4 : 40;
        final int source = bytes.getShort(at, ByteOrder.BIG_ENDIAN) & 0xffff;
        final int destination = bytes.getShort(at + 2, ByteOrder.BIG_ENDIAN) & 0xffff;
        final FlowCounts up = flows.get(new Server(address(bytes, v4, false), destination));
        final FlowCounts flow = up != null ? up : flows.get(new Server(address(bytes, v4, true), source));
        if (flow == null) {
            return;
        }
        final long direction = up != null ? source : destination | 1L << 32;
        final int flags = bytes.getByte(at + 13);
        final int text = length - at - ((bytes.getByte(at + 12) & 0xf0) >>> 2);
        flow.segments++;
        if ((flags & RST) == 0 && text + (flags & 3) > 0) {
            order(
                    flow,
                    direction,
                    bytes.getInt(at + 4, ByteOrder.BIG_ENDIAN),
                    text + Integer.bitCount(flags & 3),
                    flags);
        }
    }

    /** A segment that takes sequence numbers is a retransmission when one before it has taken them. */
    private static void order(
            final FlowCounts flow, final long direction, final int seq, final int segLen, final int flags) {
        final Integer highest = flow.highest.get(direction);
        final int end = seq + segLen;
        final boolean again = highest != null && Seq.lt(seq, highest);
        final boolean newConnection = (flags & SYN) != 0 && (highest == null || end - highest != 0);
        if (again && !newConnection) {
            flow.retransmitted++;
        }
        if (highest == null || newConnection || Seq.gt(end, highest)) {
            flow.highest.put(direction, end);
        }
    }

    private static IpAddress address(final DirectBuffer bytes, final boolean v4, final boolean source) {
        final byte[] address = new byte[v4 ? 4 : 16];
        bytes.getBytes(v4 ? source ? 12 : 16 : source ? 8 : 24, address);
        return IpAddress.of(address);
    }
}
