package dev.culvert.ip;

import dev.culvert.counters.Counters;
import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.tcp.FlowOwner;
import dev.culvert.tcp.in.IcmpArrives;
import dev.culvert.wire.Icmp4;
import dev.culvert.wire.Icmp6;
import dev.culvert.wire.IcmpFlyweight;
import dev.culvert.wire.ParsedPacket;
import org.agrona.concurrent.UnsafeBuffer;

/** ICMP and ICMPv6 messages for us: echo, and errors about what we sent, by class (RFC 1122 §4.2.3.9). Shard's thread only. */
public final class IcmpInput {
    /** The shard that sends echo requests and hears of the replies, which name no port. */
    private static final int ECHO_SHARD = 0;

    private final Counters counters;
    private final IcmpOutput output;
    private final IcmpArrives tcp;
    private final IcmpFlyweight icmp = new IcmpFlyweight();
    private final QuotedSegment quoted = new QuotedSegment();
    private EchoListener echoListener;

    /** Answers through {@code output}, tells TCP about errors. */
    public IcmpInput(final Counters counters, final IcmpOutput output, final IcmpArrives tcp) {
        this.counters = counters;
        this.output = output;
        this.tcp = tcp;
    }

    /** Who hears of echo replies; null: nobody. */
    public void echoListener(final EchoListener listener) {
        echoListener = listener;
    }

    /** A valid message has arrived. */
    void arrive(final UnsafeBuffer b, final ParsedPacket p, final long nowNs) {
        counters.increment(StackCounter.IcmpInMsgs);
        icmp.wrap(b, p.payloadOffset);
        if (p.isV4()) {
            arriveV4(b, p, nowNs);
        } else {
            arriveV6(b, p, nowNs);
        }
    }

    /** The shard that a valid message is for: an error is for the one whose segment it quotes, an echo request for anyone. */
    int owner(final UnsafeBuffer b, final ParsedPacket p, final FlowOwner owner) {
        icmp.wrap(b, p.payloadOffset);
        final int type = icmp.type();
        if (type == (p.isV4() ? Icmp4.ECHO_REPLY : Icmp6.ECHO_REPLY)) {
            return ECHO_SHARD;
        }
        final boolean error = p.isV4()
                ? type == Icmp4.DEST_UNREACHABLE || type == Icmp4.TIME_EXCEEDED || type == Icmp4.PARAMETER_PROBLEM
                : type < Icmp6.ECHO_REQUEST;
        final int at = p.payloadOffset + IcmpFlyweight.HEADER_LENGTH;
        return error && quoted.wrap(b, at, p.payloadLength - IcmpFlyweight.HEADER_LENGTH, p.isV4())
                ? owner.of(quoted)
                : owner.shardId();
    }

    private void arriveV4(final UnsafeBuffer b, final ParsedPacket p, final long nowNs) {
        switch (icmp.type()) {
            case Icmp4.ECHO_REQUEST -> echo(b, p);
            case Icmp4.ECHO_REPLY -> reply(p);
            case Icmp4.DEST_UNREACHABLE -> unreachableV4(b, p, nowNs);
            case Icmp4.TIME_EXCEEDED, Icmp4.PARAMETER_PROBLEM -> soft(b, p, nowNs);
            default -> counters.drop(DropReason.ICMP_IGNORED); // source quench among them (RFC 6633, MUST-55)
        }
    }

    private void arriveV6(final UnsafeBuffer b, final ParsedPacket p, final long nowNs) {
        switch (icmp.type()) {
            case Icmp6.ECHO_REQUEST -> echo(b, p);
            case Icmp6.ECHO_REPLY -> reply(p);
            case Icmp6.DEST_UNREACHABLE -> unreachableV6(b, p, nowNs);
            case Icmp6.PACKET_TOO_BIG -> {
                if (quote(b, p)) {
                    tcp.tooBig(quoted, quoted.seq(), icmp.mtuV6(), nowNs);
                }
            }
            case Icmp6.TIME_EXCEEDED, Icmp6.PARAMETER_PROBLEM -> soft(b, p, nowNs);
            default -> counters.drop(DropReason.ICMP_IGNORED);
        }
    }

    private void echo(final UnsafeBuffer b, final ParsedPacket p) {
        counters.increment(StackCounter.IcmpInEchos);
        output.echoReply(b, p, icmp.restOfHeader());
    }

    private void reply(final ParsedPacket p) {
        if (echoListener == null) {
            counters.drop(DropReason.ICMP_IGNORED);
        } else {
            final int length = p.payloadLength - IcmpFlyweight.HEADER_LENGTH;
            echoListener.onEchoReply(p.srcHi, p.srcLo, icmp.id(), icmp.seq(), length, p.ttl);
        }
    }

    private void unreachableV4(final UnsafeBuffer b, final ParsedPacket p, final long nowNs) {
        final int code = icmp.code();
        if (!quote(b, p)) {
            return;
        }
        switch (code) {
            case Icmp4.FRAG_NEEDED -> tcp.tooBig(quoted, quoted.seq(), mtuOrPlateau(), nowNs);
            case Icmp4.PROTOCOL_UNREACHABLE -> tcp.unreachable(quoted, quoted.seq(), true, Errno.ENOPROTOOPT, nowNs);
            case Icmp4.PORT_UNREACHABLE -> tcp.unreachable(quoted, quoted.seq(), true, Errno.ECONNREFUSED, nowNs);
            case Icmp4.NET_PROHIBITED -> tcp.unreachable(quoted, quoted.seq(), true, Errno.ENETUNREACH, nowNs);
            case Icmp4.HOST_PROHIBITED, Icmp4.ADMIN_PROHIBITED ->
                tcp.unreachable(quoted, quoted.seq(), true, Errno.EHOSTUNREACH, nowNs);
            case Icmp4.NET_UNREACHABLE -> tcp.unreachable(quoted, quoted.seq(), false, Errno.ENETUNREACH, nowNs);
            default -> tcp.unreachable(quoted, quoted.seq(), false, Errno.EHOSTUNREACH, nowNs);
        }
    }

    private void unreachableV6(final UnsafeBuffer b, final ParsedPacket p, final long nowNs) {
        final int code = icmp.code();
        if (!quote(b, p)) {
            return;
        }
        switch (code) {
            case Icmp6.PORT_UNREACHABLE -> tcp.unreachable(quoted, quoted.seq(), true, Errno.ECONNREFUSED, nowNs);
            case Icmp6.ADMIN_PROHIBITED, Icmp6.POLICY_FAILED, Icmp6.REJECT_ROUTE ->
                tcp.unreachable(quoted, quoted.seq(), true, Errno.EHOSTUNREACH, nowNs);
            case Icmp6.NO_ROUTE -> tcp.unreachable(quoted, quoted.seq(), false, Errno.ENETUNREACH, nowNs);
            default -> tcp.unreachable(quoted, quoted.seq(), false, Errno.EHOSTUNREACH, nowNs);
        }
    }

    private void soft(final UnsafeBuffer b, final ParsedPacket p, final long nowNs) {
        if (quote(b, p)) {
            tcp.unreachable(quoted, quoted.seq(), false, Errno.EHOSTUNREACH, nowNs);
        }
    }

    private boolean quote(final UnsafeBuffer b, final ParsedPacket p) {
        final int at = p.payloadOffset + IcmpFlyweight.HEADER_LENGTH;
        if (quoted.wrap(b, at, p.payloadLength - IcmpFlyweight.HEADER_LENGTH, p.isV4())) {
            return true;
        }
        counters.drop(DropReason.ICMP_IGNORED);
        return false;
    }

    /** Routers older than RFC 1191 name no MTU: the next smaller plateau is tried (§7.1). */
    private int mtuOrPlateau() {
        final int mtu = icmp.mtu();
        return mtu > 0 ? mtu : Plateaus.below(quoted.packetLength());
    }
}
