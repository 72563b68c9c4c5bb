package dev.culvert.kit.plot;

import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects a {@link FlowRecord} of every end of every connection. Single-threaded. */
public final class FlowRecords implements FlowListener {
    private record Key(String stack, long connection) {}

    private final Map<Key, FlowRecord> records = new LinkedHashMap<>();

    private FlowRecord of(final String stack, final Tcb tcb) {
        return records.computeIfAbsent(new Key(stack, tcb.id), key -> new FlowRecord(name(stack, tcb)));
    }

    @Override
    public void onSent(final String stack, final Tcb tcb, final int from, final int to, final long nowNs) {
        of(stack, tcb).sent(nowNs, FlowSample.stream(tcb, from), FlowSample.stream(tcb, to), from != tcb.snd.nxt);
    }

    @Override
    public void onAck(final String stack, final Tcb tcb, final Segment seg, final AckFacts facts) {
        final FlowRecord record = of(stack, tcb);
        record.sample(FlowSample.of(tcb, facts));
        for (int i = 0; i < seg.options.sackBlocks; i++) {
            record.sacked(
                    facts.nowNs,
                    FlowSample.stream(tcb, seg.options.sackLeft[i]),
                    FlowSample.stream(tcb, seg.options.sackRight[i]));
        }
    }

    /** Those that have sent most, first; at most so many. */
    public List<FlowRecord> busiest(final int most) {
        return records.values().stream()
                .filter(record -> record.bytes() > 0)
                .sorted(Comparator.comparingLong(FlowRecord::bytes).reversed())
                .limit(most)
                .toList();
    }

    private static String name(final String stack, final Flow flow) {
        return stack + " " + end(flow.localHi(), flow.localLo(), flow.localPort()) + " > "
                + end(flow.remoteHi(), flow.remoteLo(), flow.remotePort());
    }

    static String end(final long hi, final long lo, final int port) {
        final String address = IpAddress.toString(hi, lo);
        return (IpAddress.isV4(hi, lo) ? address : "[" + address + "]") + ":" + port;
    }
}
