package dev.culvert.ip;

import dev.culvert.counters.Counters;
import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.FlowOwner;
import dev.culvert.tcp.LocalRouting;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.in.SegmentArrives;
import dev.culvert.wire.Icmp4;
import dev.culvert.wire.Icmp6;
import dev.culvert.wire.IpProtocol;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketMetadata.ChecksumState;
import dev.culvert.wire.PacketValidator;
import dev.culvert.wire.ParsedPacket;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Every packet's way in: validated once, put together when it came in fragments, and given to the protocol that it is for.
 * What is not used is a named drop, what belongs to another shard is handed over: a segment by its 4-tuple, an ICMP error by the
 * one that it quotes, fragments before they are put together and what comes of them afterwards. Shard's thread only.
 */
public final class IpInput {
    private final Counters counters;
    private final LocalRouting routing;
    private final FlowOwner owner;
    private final Handover handover;
    private final IcmpOutput icmpOutput;
    private final IcmpInput icmp;
    private final SegmentArrives tcp;
    private final PacketValidator validator = new PacketValidator();
    private final ParsedPacket parsed = new ParsedPacket();
    private final PacketMetadata rebuilt = new PacketMetadata();
    private final PacketMetadata handed = new PacketMetadata();
    private final Segment segment = new Segment();
    private final Reassembler reassembler = new Reassembler(new Failures());
    private long nowNs;

    /** Hands packets to these. */
    public IpInput(
            final Counters counters,
            final LocalRouting routing,
            final FlowOwner owner,
            final Handover handover,
            final IcmpOutput icmpOutput,
            final IcmpInput icmp,
            final SegmentArrives tcp) {
        this.counters = counters;
        this.routing = routing;
        this.owner = owner;
        this.handover = handover;
        this.icmpOutput = icmpOutput;
        this.icmp = icmp;
        this.tcp = tcp;
    }

    /** A packet has arrived. */
    public void arrive(
            final UnsafeBuffer b, final int offset, final int length, final PacketMetadata metadata, final long now) {
        nowNs = now;
        counters.increment(StackCounter.IpInReceives);
        if (metadata.problem != null) {
            counters.drop(metadata.problem);
            return;
        }
        final DropReason reason = validator.validate(b, offset, length, metadata, parsed);
        if (reason != null) {
            drop(b, reason);
            return;
        }
        countEcn(parsed.tos & 3);
        if (!routing.isLocal(parsed.dstHi, parsed.dstLo)) {
            counters.drop(parsed.isMulticast() ? DropReason.IP_MULTICAST : DropReason.IP_OTHERHOST);
        } else if (parsed.isFragment) {
            arriveFragment(b, metadata);
        } else {
            deliver(b, metadata);
        }
    }

    /** A packet that had come to another shard, which has looked at it; what was counted there is not counted again. */
    public void takeOver(
            final UnsafeBuffer b, final int offset, final int length, final PacketMetadata metadata, final long now) {
        nowNs = now;
        counters.increment(StackCounter.IpTakenOver);
        final DropReason reason = validator.validate(b, offset, length, metadata, parsed);
        if (reason != null) {
            drop(b, reason);
        } else if (parsed.isFragment) {
            addFragment(b);
        } else {
            dispatch(b, metadata);
        }
    }

    /**
     * The packet in {@link #parsed} is another shard's.
     *
     * @param checksum how far its transport checksum can be trusted by now
     */
    private void handOver(
            final int shard, final UnsafeBuffer b, final PacketMetadata metadata, final ChecksumState checksum) {
        handed.checksum = checksum;
        handed.segmentSize = metadata.segmentSize;
        handed.queue = metadata.queue;
        if (handover.handOver(shard, b, parsed.ipOffset, parsed.totalLength, handed)) {
            counters.increment(StackCounter.IpHandedOver);
        } else {
            counters.drop(DropReason.HANDOVER_FULL);
        }
    }

    private void arriveFragment(final UnsafeBuffer b, final PacketMetadata metadata) {
        final int home = owner.ofFragment(parsed);
        if (home == owner.shardId()) {
            addFragment(b);
        } else {
            handOver(home, b, metadata, metadata.checksum);
        }
    }

    /** By the ECN field (RFC 3168 §5), for both versions of IP together. */
    private void countEcn(final int codepoint) {
        counters.increment(
                switch (codepoint) {
                    case 0 -> StackCounter.IpExtInNoECTPkts;
                    case 1 -> StackCounter.IpExtInECT1Pkts;
                    case 2 -> StackCounter.IpExtInECT0Pkts;
                    default -> StackCounter.IpExtInCEPkts;
                });
    }

    /** RFC 4443 §3.4: what an IPv6 header got wrong is reported. */
    private void drop(final UnsafeBuffer b, final DropReason reason) {
        counters.drop(reason);
        final boolean reportable = reason == DropReason.IP_OPTIONS || reason == DropReason.FRAG_INVALID;
        if (reportable && !parsed.isV4() && parsed.problemCode != ParsedPacket.NO_PROBLEM) {
            final boolean ours = routing.isLocal(parsed.dstHi, parsed.dstLo);
            if (ours || parsed.problemOnMulticast) {
                final int pointer = parsed.problemOffset - parsed.ipOffset;
                icmpOutput.error(b, parsed, Icmp6.PARAMETER_PROBLEM, parsed.problemCode, pointer, nowNs);
            }
        }
    }

    private void addFragment(final UnsafeBuffer b) {
        counters.increment(StackCounter.IpReasmReqds);
        if (!parsed.isV4() && parsed.fragmentOffset == 0 && !HeaderChain.isComplete(b, parsed)) {
            counters.drop(DropReason.FRAG_INVALID);
            icmpOutput.error(b, parsed, Icmp6.PARAMETER_PROBLEM, Icmp6.INCOMPLETE_HEADER_CHAIN, 0, nowNs);
            return;
        }
        final DropReason reason = reassembler.add(b, parsed, nowNs);
        if (reason != null) {
            counters.drop(reason);
        }
        if (reassembler.complete()) {
            counters.increment(StackCounter.IpReasmOKs);
            final UnsafeBuffer whole = reassembler.buffer();
            final DropReason wrong =
                    validator.validate(whole, reassembler.offset(), reassembler.length(), rebuilt.reset(), parsed);
            if (wrong == null) {
                deliver(whole, rebuilt);
            } else {
                drop(whole, wrong);
            }
        }
    }

    private void deliver(final UnsafeBuffer b, final PacketMetadata metadata) {
        counters.increment(StackCounter.IpInDelivers);
        dispatch(b, metadata);
    }

    private void dispatch(final UnsafeBuffer b, final PacketMetadata metadata) {
        switch (parsed.protocol) {
            case IpProtocol.TCP -> deliverTcp(b, metadata);
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> deliverIcmp(b, metadata);
            case IpProtocol.UDP ->
                unreachable(b, Icmp4.PORT_UNREACHABLE, Icmp6.DEST_UNREACHABLE, Icmp6.PORT_UNREACHABLE, 0);
            default ->
                unreachable(
                        b,
                        Icmp4.PROTOCOL_UNREACHABLE,
                        Icmp6.PARAMETER_PROBLEM,
                        Icmp6.UNKNOWN_NEXT_HEADER,
                        parsed.protocolFieldOffset - parsed.ipOffset);
        }
    }

    private void deliverTcp(final UnsafeBuffer b, final PacketMetadata metadata) {
        final DropReason reason = validator.validateTcp(b, parsed, metadata);
        if (reason != null) {
            counters.increment(StackCounter.TcpInErrs);
            if (reason == DropReason.TCP_CSUM) {
                counters.increment(StackCounter.TcpInCsumErrors);
            }
            counters.drop(reason);
            return;
        }
        segment.wrap(b, validator.tcp(), parsed, metadata);
        if (owner.shardCount() == 1 || tcp.isRecent(segment) || owner.isHere(segment)) {
            tcp.arrive(segment, nowNs);
        } else {
            handOver(owner.of(segment), b, metadata, ChecksumState.VERIFIED);
        }
    }

    private void deliverIcmp(final UnsafeBuffer b, final PacketMetadata metadata) {
        if (parsed.isV4() != (parsed.protocol == IpProtocol.ICMP)) {
            counters.drop(DropReason.IP_NOPROTO);
            return;
        }
        final DropReason reason = validator.validateIcmp(b, parsed, metadata);
        if (reason != null) {
            counters.drop(reason);
            return;
        }
        final int shard = owner.shardCount() == 1 ? owner.shardId() : icmp.owner(b, parsed, owner);
        if (shard == owner.shardId()) {
            icmp.arrive(b, parsed, nowNs);
        } else {
            handOver(shard, b, metadata, ChecksumState.VERIFIED);
        }
    }

    private void unreachable(
            final UnsafeBuffer b, final int codeV4, final int typeV6, final int codeV6, final int pointerV6) {
        counters.drop(DropReason.IP_NOPROTO);
        if (parsed.isV4()) {
            icmpOutput.error(b, parsed, Icmp4.DEST_UNREACHABLE, codeV4, 0, nowNs);
        } else {
            icmpOutput.error(b, parsed, typeV6, codeV6, pointerV6, nowNs);
        }
    }

    /** When reassembly gives a packet up. */
    public long nextDeadlineNs() {
        return reassembler.nextDeadlineNs();
    }

    /** Gives up packets whose fragments do not come. */
    public void onTimeout(final long now) {
        nowNs = now;
        reassembler.onTimeout(now);
    }

    private final class Failures implements ReassemblyEvents {
        private final ParsedPacket first = new ParsedPacket();

        @Override
        public void reassemblyFailed(final DropReason reason) {
            counters.increment(StackCounter.IpReasmFails);
            counters.drop(reason);
        }

        @Override
        public void reassemblyTimeExceeded(final UnsafeBuffer buffer, final int offset, final int length) {
            if (validator.validate(buffer, offset, length, rebuilt.reset(), first) == null) {
                final int type = first.isV4() ? Icmp4.TIME_EXCEEDED : Icmp6.TIME_EXCEEDED;
                final int code = first.isV4() ? Icmp4.REASSEMBLY_TIME_EXCEEDED : Icmp6.REASSEMBLY_TIME_EXCEEDED;
                icmpOutput.error(buffer, first, type, code, 0, nowNs);
            }
        }
    }
}
