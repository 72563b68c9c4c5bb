package dev.culvert.tcp.halfopen;

import dev.culvert.buffer.FlowRows;
import dev.culvert.buffer.Memory;

/**
 * The SYN queue: connections in SYN-RECEIVED from a passive OPEN, as flat rows (RFC 4987 §3). A row expires when its SYN-ACK
 * must be sent again. Shard's thread only.
 */
public final class HalfOpenTable {
    private final int limit;
    private final HalfOpenRow row = new HalfOpenRow();

    /** Rows, lookup and expiry. */
    public final FlowRows rows;

    /** A table for at most so many rows. */
    public HalfOpenTable(final Memory memory, final int limit, final long nowNs) {
        this.limit = limit;
        rows = new FlowRows(memory, HalfOpenRow.LENGTH, nowNs);
    }

    /** Whether no further SYN is taken. */
    public boolean isFull() {
        return rows.size() >= limit;
    }

    /** What the row of this number says, until the next call. */
    public HalfOpenRow at(final int number) {
        return row.at(rows.payload(number));
    }
}
