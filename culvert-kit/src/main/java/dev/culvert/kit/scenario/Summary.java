package dev.culvert.kit.scenario;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.kit.sim.LinkCounts;
import dev.culvert.kit.sim.LinkDrop;
import dev.culvert.shard.Shard;
import dev.culvert.tcp.TcpState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one run came to. Immutable.
 *
 * @param ending why it ended, in words
 * @param reached whether that is the end that the scenario asks for
 * @param virtualNs virtual time in ns
 * @param packets packets that all stacks and switches sent
 * @param packetHash a number that every bit of every packet and its time went into
 */
public record Summary(
        String scenario,
        long seed,
        String ending,
        boolean reached,
        long virtualNs,
        long packets,
        long packetHash,
        List<FlowResult> flows,
        List<StackResult> stacks,
        List<LinkResult> links) {

    /**
     * What one application came to.
     *
     * @param complete connections in which both ends got everything
     * @param open connections that have begun and not ended
     * @param errors why others ended, by errno
     * @param bytesUp bytes that the server's application got
     * @param bytesDown bytes that the clients' applications got
     * @param timeNs from the first SYN to the end
     * @param deliveryNs from the first SYN to the last byte that an application got
     * @param meanConnectionNs how long a connection lasted on average
     * @param segments TCP segments that both ends sent
     * @param retransmitted how many of them took sequence numbers that had been sent before
     */
    public record FlowResult(
            String name,
            String from,
            String to,
            int connections,
            int complete,
            int open,
            Map<String, Integer> errors,
            long bytesUp,
            long bytesDown,
            long timeNs,
            long deliveryNs,
            long meanConnectionNs,
            long segments,
            long retransmitted) {

        /** Bytes delivered to applications, both directions, in bits per second of delivery time. */
        public double goodputBitsPerSecond() {
            return deliveryNs == 0 ? 0 : (bytesUp + bytesDown) * 8e9 / deliveryNs;
        }
    }

    /**
     * What one stack counted.
     *
     * @param duplicates segments that brought nothing new, as told to their sender by D-SACK (RFC 2883)
     * @param states connections by state at the end, CLOSED ones left out
     * @param drops packets that it did not use, by cause
     */
    public record StackResult(
            String name,
            long segmentsIn,
            long segmentsOut,
            long retransmitted,
            long timeouts,
            long fastRetransmits,
            long duplicates,
            long resets,
            Map<TcpState, Integer> states,
            int timeWait,
            Map<DropReason, Long> drops) {

        static StackResult of(final String name, final Shard shard, final Map<TcpState, Integer> states) {
            final Map<DropReason, Long> drops = new LinkedHashMap<>();
            for (final DropReason reason : DropReason.values()) {
                final long count = shard.counters().get(reason);
                if (count > 0) {
                    drops.put(reason, count);
                }
            }
            return new StackResult(
                    name,
                    shard.counters().get(StackCounter.TcpInSegs),
                    shard.counters().get(StackCounter.TcpOutSegs),
                    shard.counters().get(StackCounter.TcpRetransSegs),
                    shard.counters().get(StackCounter.TcpExtTCPTimeouts),
                    shard.counters().get(StackCounter.TcpExtTCPFastRetrans),
                    shard.counters().get(StackCounter.TcpExtTCPDSACKOldSent)
                            + shard.counters().get(StackCounter.TcpExtTCPDSACKOfoSent),
                    shard.counters().get(StackCounter.TcpOutRsts),
                    states,
                    shard.timeWaitCount(),
                    drops);
        }
    }

    /** What one direction of a link did. */
    public record LinkResult(String name, LinkCounts counts) {
        /** Packets that did not arrive, whatever the cause. */
        public long lost() {
            return drops().values().stream().mapToLong(Long::longValue).sum();
        }

        Map<LinkDrop, Long> drops() {
            final Map<LinkDrop, Long> drops = new LinkedHashMap<>();
            for (final LinkDrop cause : LinkDrop.values()) {
                if (counts.dropped(cause) > 0) {
                    drops.put(cause, counts.dropped(cause));
                }
            }
            return drops;
        }
    }

    /** Tables for a person. */
    public String text() {
        return SummaryText.of(this);
    }

    /** One JSON object for a program; times in s, rates in bit/s. */
    public String json() {
        return SummaryJson.of(this);
    }
}
