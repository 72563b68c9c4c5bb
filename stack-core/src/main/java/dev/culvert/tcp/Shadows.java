package dev.culvert.tcp;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.RST;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.seq.Seq;
import dev.culvert.tcp.timewait.TimeWaitTable;
import dev.culvert.wire.Flow;

/**
 * TIME-WAIT rows whose 4-tuple is being opened anew. Until the handshake is complete such a row is a shadow: it answers
 * nothing by itself, and returns with its old deadline, sequence numbers and timestamps should the opening come to nothing
 * (RFC 1122 §4.2.2.13, rule (2)). There are never more of them than handshakes under way. Shard's thread only.
 */
public final class Shadows {
    private static final int NONE = TimeWaitTable.NONE;

    /** The step that Linux takes above the old SND.NXT: more than any window of old. */
    private static final int ISS_STEP = 65_537;

    private final TimeWaitTable table;
    private final ConnectionTable connections;
    private final Probe probe;

    Shadows(final TimeWaitTable table, final ConnectionTable connections, final Probe probe) {
        this.table = table;
        this.connections = connections;
        this.probe = probe;
    }

    /** The shadow of this 4-tuple, or −1. */
    public int of(final Flow flow, final long nowNs) {
        final int row = table.shadows() == 0 ? NONE : table.find(connections.hash(flow), flow);
        return row < 0 || !table.has(row, TimeWaitTable.SHADOW) || table.isOver(row, nowNs) ? NONE : row;
    }

    /** The row's 4-tuple is being opened anew. */
    public void begin(final int row, final long nowNs) {
        probe.onStateChange(table.flow(row), TcpState.TIME_WAIT, TcpState.CLOSED, nowNs);
        table.hide(row);
    }

    /**
     * We open this 4-tuple anew, if it is in TIME-WAIT.
     *
     * @param isn what RFC 6528 gives
     * @return the ISS: greater than anything that the old connection sent
     */
    public int reuse(final int hash, final Flow flow, final int isn, final long nowNs) {
        final int row = table.find(hash, flow);
        if (row < 0) {
            return isn;
        }
        if (table.isOver(row, nowNs)) {
            table.remove(row);
            return isn;
        }
        begin(row, nowNs);
        return Seq.max(isn, table.sndNxt(row) + 1);
    }

    /** Whether the peer's SYN proves that it does not belong to the old connection, and that nothing of that will be taken. */
    public boolean provesNewer(final int row, final Segment seg) {
        return table.has(row, TimeWaitTable.TS_RECENT_VALID)
                        && seg.options.hasTimestamps
                        && Seq.gt(seg.options.tsVal, table.tsRecent(row))
                || Seq.ge(seg.seq, table.rcvNxt(row));
    }

    /** The handshake of this 4-tuple is complete: the old connection is forgotten. */
    public void succeeded(final Flow flow) {
        final int row = table.shadows() == 0 ? NONE : table.find(connections.hash(flow), flow);
        if (row >= 0) {
            table.remove(row);
        }
    }

    /** The opening of this 4-tuple came to nothing: the old connection is in TIME-WAIT again, if its time is not over. */
    public void failed(final Flow flow, final long nowNs) {
        final int row = of(flow, nowNs);
        if (row >= 0) {
            table.countReopening(row);
            cancel(row, nowNs);
        }
    }

    /** The opening did not even begin: the old connection is in TIME-WAIT as before. */
    public void cancel(final int row, final long nowNs) {
        table.show(row);
        probe.onStateChange(table.flow(row), TcpState.CLOSED, TcpState.TIME_WAIT, nowNs);
    }

    /** Whether there is a number for {@link #iss}: what {@link TimeWaitTable#reopenings} can count is used up at some time. */
    public boolean hasIss(final int row, final int isn) {
        final int used = table.reopenings(row);
        return used < TimeWaitTable.MOST_REOPENINGS || Seq.gt(isn, table.sndNxt(row) + ISS_STEP * (1 + used));
    }

    /**
     * An ISS that the old connection's peer, and whoever answered an earlier opening that came to nothing, takes for newer.
     *
     * @param isn what RFC 6528 gives
     */
    public int iss(final int row, final int isn) {
        return Seq.max(isn, table.sndNxt(row) + ISS_STEP * (1 + table.reopenings(row)));
    }

    /**
     * Whether a segment is of the old connection: the peer is still in LAST-ACK, has not seen our last ACK, and says its last
     * word again. It acknowledges our FIN, brings nothing beyond its own, and is not from before what TIME-WAIT knew.
     */
    public boolean fits(final int row, final Segment seg) {
        final int behind = table.rcvNxt(row) - (seg.seq + seg.len());
        return seg.has(ACK)
                && !seg.has(SYN)
                && !seg.has(RST)
                && seg.ack == table.sndNxt(row)
                && behind >= 0
                && behind <= table.windowBytes(row)
                && !(table.has(row, TimeWaitTable.TS_RECENT_VALID)
                        && seg.options.hasTimestamps
                        && Seq.lt(seg.options.tsVal, table.tsRecent(row)));
    }
}
