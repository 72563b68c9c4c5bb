package dev.culvert.kit.packetdrill;

import dev.culvert.kit.packet.Endpoints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A socket of the script and its live counterpart: what the script calls 1 is the first byte after the initial sequence
 * number on the wire. As in packetdrill, and tcpdump, numbers in a SYN are absolute and all others are relative.
 */
final class ScriptSocket {
    /** How far the script has brought it. */
    enum State {
        NEW,
        LISTENING,
        PACKET_RECEIVED,
        SYNACK_SENT,
        SYNACK_ACKED,
        CONNECTING,
        SYN_SENT,
        SYN_ACKED
    }

    State state = State.NEW;
    int scriptFd = -1;
    int liveFd = -1;
    boolean closed;
    /** Who stands where; the source is the stack. Null until it is known. */
    Endpoints ends;

    private int remoteIsn;
    private int localIsn;
    /** Initial sequence number of the present incarnation, on the wire. */
    private int iss;

    private int scriptLocalIsn;
    private final Map<Integer, Integer> timestamps = new HashMap<>();
    private boolean timestampSeen;
    private int firstScriptTimestamp;
    private int firstLiveTimestamp;
    private int scriptFlowLabel;
    private int liveFlowLabel;

    void remoteIsn(final int value) {
        remoteIsn = value;
    }

    void localIsn(final int value) {
        localIsn = value;
        iss = value;
    }

    /**
     * A SYN-ACK of ours with another number begins a new incarnation (a SYN has reopened TIME-WAIT). As for the first one,
     * the number that the script gives it only names it.
     */
    void reopened(final TcpSpec expected, final LivePacket live) {
        if (live.seq() != iss) {
            iss = live.seq();
            localIsn = live.seq() - expected.seq() + scriptLocalIsn;
        }
    }

    /** What the script calls our initial sequence number. */
    void scriptLocalIsn(final int value) {
        scriptLocalIsn = value;
    }

    private int localOffset(final boolean syn) {
        return syn ? localIsn - scriptLocalIsn : localIsn;
    }

    private int remoteOffset(final boolean syn) {
        return syn ? 0 : remoteIsn;
    }

    // ------------------------------------------------------------------ from script to wire

    int liveSeq(final TcpSpec tcp) {
        return tcp.seq() + remoteOffset(tcp.has(Wire.SYN));
    }

    int liveAck(final TcpSpec tcp) {
        return tcp.has(Wire.ACK) ? tcp.ack() + localOffset(tcp.has(Wire.SYN)) : tcp.ack();
    }

    int liveQuotedSeq(final IcmpSpec icmp) {
        return icmp.seq() + localOffset(false);
    }

    List<TcpOption> liveOptions(final TcpSpec tcp) {
        final List<TcpOption> live = new ArrayList<>();
        for (final TcpOption option : tcp.options()) {
            if (option.isTimestamps() && tcp.has(Wire.ACK)) {
                live.add(option.withInt32(4, liveEcho(option.int32(4))));
            } else {
                live.add(option.sackMoved(localOffset(tcp.has(Wire.SYN))));
            }
        }
        return live;
    }

    /** A timestamp that the script saw stands for the live one; any other keeps its distance from the first. */
    private int liveEcho(final int script) {
        final Integer live = timestamps.get(script);
        if (live != null) {
            return live;
        }
        return timestampSeen ? script - firstScriptTimestamp + firstLiveTimestamp : script;
    }

    // ------------------------------------------------------------------ from wire to script

    /** The packet in the script's numbers. */
    TcpSpec inScript(final LivePacket live) {
        final boolean syn = live.has(Wire.SYN);
        final List<TcpOption> options = new ArrayList<>();
        for (final TcpOption option : live.options()) {
            options.add(
                    option.isTimestamps()
                            ? option.withInt32(0, scriptTimestamp(option.int32(0)))
                            : option.sackMoved(-remoteOffset(syn)));
        }
        return new TcpSpec(
                live.flags(),
                -1,
                live.seq() - localOffset(syn),
                live.textLength(),
                live.has(Wire.ACK) ? live.ack() - remoteOffset(syn) : live.ack(),
                live.win(),
                live.urgent(),
                options,
                0,
                0);
    }

    private int scriptTimestamp(final int live) {
        return timestampSeen ? live - firstLiveTimestamp + firstScriptTimestamp : live;
    }

    /** Learns which live timestamp the script means. */
    void learnTimestamp(final TcpSpec expected, final LivePacket live) {
        if (expected.options() == null) {
            return;
        }
        final TcpOption script = timestampOf(expected.options());
        final TcpOption actual = timestampOf(live.options());
        if (script == null || actual == null) {
            return;
        }
        timestamps.put(script.int32(0), actual.int32(0));
        if (!timestampSeen) {
            timestampSeen = true;
            firstScriptTimestamp = script.int32(0);
            firstLiveTimestamp = actual.int32(0);
        }
    }

    private static TcpOption timestampOf(final List<TcpOption> options) {
        return options.stream().filter(TcpOption::isTimestamps).findFirst().orElse(null);
    }

    /** What is wrong with the flow label; null: nothing. The script's label only names one; a new name wants a new label. */
    String flowLabelDifference(final int script, final int live) {
        if (script == 0) {
            return null;
        }
        if (live == 0) {
            return "the packet has no flow label";
        }
        final boolean sameName = script == scriptFlowLabel;
        final boolean sameLabel = live == liveFlowLabel;
        final boolean first = scriptFlowLabel == 0;
        scriptFlowLabel = script;
        liveFlowLabel = live;
        if (first || sameName == sameLabel) {
            return null;
        }
        return sameName ? "the flow label has changed" : "the flow label has not changed";
    }

    /** Whether the stack sent this on the connection. */
    boolean sent(final LivePacket live) {
        return ends != null
                && live.isTcp()
                && ends.equals(new Endpoints(live.source, live.sourcePort(), live.destination, live.destinationPort()));
    }
}
