package dev.culvert.bench.load;

import dev.culvert.buffer.Memory;
import dev.culvert.env.Secrets;
import dev.culvert.tcp.WantedFlow;
import dev.culvert.tcp.timewait.TimeWaitTable;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;

/**
 * A TIME-WAIT table alone, without the stack around it, under its own clock: as many records stand as asked for, and for every
 * one that enters an older one expires. The clock makes four million of these a second, as the table is to; 2 MSL follow.
 * Clients come from many hosts and count their ports up. The keyed hash of each 4-tuple is part of the work. One thread.
 */
public final class TimeWaitLoad implements AutoCloseable {
    /** Records that enter and expire in one {@link #cycles}. */
    public static final int BATCH = 64;

    private static final long MEMORY_LIMIT = 8L << 30;
    private static final long NS_PER_MS = 1_000_000;
    private static final int RECORDS_PER_MS = 4_000;
    private static final int LEAST_LENGTH_MS = 2;

    /** The hand may rest so long between two turns through a small table whose rows are well mixed. */
    private static final int REST_MS = 8;

    private static final int PORT = 80;
    private static final int PORTS_PER_HOST = 1 << 15;
    private static final int FIRST_PORT = 1 << 15;
    private static final int HOSTS_MASK = 0xffff;
    private static final int WINDOW = 502;
    private static final int SHIFT = 7;
    private static final int TTL = 64;
    private static final long MIX = 0x9e3779b97f4a7c15L;

    private final Memory memory = new Memory(MEMORY_LIMIT);
    private final TimeWaitTable table;
    private final WantedFlow flow = new WantedFlow();
    private final IpAddress local;
    private final IpAddress firstRemote;
    private final int standing;
    private final int lengthMs;
    private final long stepNs;
    private final Secrets secrets = new Secrets(DrivenShard.seeds());
    private long entered;
    private long removed;
    private long nowNs;
    private long asked;

    /** An empty table that {@link #fill} will bring to so many records. */
    public TimeWaitLoad(final boolean v4, final int standing) {
        this.standing = standing;
        lengthMs = Math.max(LEAST_LENGTH_MS, standing / RECORDS_PER_MS);
        stepNs = lengthMs * NS_PER_MS / standing;
        local = DrivenShard.stackAddress(v4);
        firstRemote = DrivenShard.peerAddress(v4);
        table = new TimeWaitTable(memory, TimeWaitTable.MAX_ROWS, this::hash, ended -> {});
    }

    private int hash(
            final long localLo, final long remoteHi, final long remoteLo, final int localPort, final int remotePort) {
        final int ports = localPort << 16 | remotePort;
        final long hash = local.isV4()
                ? secrets.ofTable((int) localLo, (int) remoteLo, ports)
                : secrets.ofTable(localLo, remoteHi, remoteLo, ports);
        return (int) (hash ^ hash >>> 32);
    }

    private int hash(final Flow of) {
        return hash(of.localLo(), of.remoteHi(), of.remoteLo(), of.localPort(), of.remotePort());
    }

    private void advance() {
        entered++;
        nowNs += stepNs;
    }

    /** The flow becomes that of a client that has a number: all ports of a host, then those of the next. */
    private void become(final long number, final int port) {
        final long remoteLo = firstRemote.lo() + (number / PORTS_PER_HOST & HOSTS_MASK);
        flow.set(local.hi(), local.lo(), firstRemote.hi(), remoteLo, FIRST_PORT + (int) (number % PORTS_PER_HOST));
        flow.localPort(port);
    }

    private void enter(final long number) {
        become(number, PORT);
        final int row = table.insert(hash(flow), flow, lengthMs, (int) number, (int) ~number, WINDOW, SHIFT, nowNs);
        if (row < 0) {
            throw new IllegalStateException("no memory for record " + number);
        }
        table.note(row, TimeWaitTable.TIMESTAMPS);
        table.header(row, 0, TTL);
        table.tsRecent(row, (int) number);
    }

    /** The next record enters. */
    public void enter() {
        enter(entered);
        advance();
    }

    /** Lets records enter until as many stand as will. */
    public void fill() {
        while (!isFilled()) {
            enter();
        }
    }

    /** Whether as many records stand as were to. */
    public boolean isFilled() {
        return table.size() >= standing;
    }

    /** As many records expire as their time has come. */
    private void expire() {
        if (nowNs < table.nextDeadlineNs()) {
            return;
        }
        for (int row = table.due(nowNs); row >= 0; row = table.due(nowNs)) {
            table.remove(row);
            removed++;
        }
    }

    /** Records enter, and as many expire in the long run. */
    public void cycles() {
        for (int i = 0; i < BATCH; i++) {
            enter();
        }
        expire();
    }

    /** Number of a record that has a while to go, in an order that no cache foresees. */
    private long standingNumber() {
        final long from = Math.multiplyHigh(asked++ * MIX >>> 1, standing / 2L << 1);
        return entered - 1 - from;
    }

    /** Finds a record that stands and reads what a late segment is answered with. */
    public int hit() {
        become(standingNumber(), PORT);
        return table.rcvNxt(table.find(hash(flow), flow));
    }

    /** Looks for a 4-tuple that has no record. */
    public int miss() {
        become(standingNumber(), PORT + 1);
        final int row = table.find(hash(flow), flow);
        if (row >= 0) {
            throw new IllegalStateException("a record that never entered");
        }
        return row;
    }

    /** A record becomes a shadow, gives way to the new connection, and that one's record enters in the end. */
    public int reopening() {
        final long number = standingNumber();
        become(number, PORT);
        final int row = table.find(hash(flow), flow);
        table.hide(row);
        table.remove(row);
        enter(number);
        return row;
    }

    /** Records in the table, those included that are over but not swept away yet. */
    public int size() {
        return table.size();
    }

    /** Bytes that the table has asked for. */
    public long bytes() {
        return memory.inUseBytes();
    }

    /** Lets all records expire. */
    public void drain() {
        nowNs += 2L * lengthMs * NS_PER_MS;
        while (table.size() > 0) {
            nowNs = Math.max(nowNs, table.nextDeadlineNs());
            expire();
        }
    }

    /** Fails unless as many records stand as were to, within what the hand's rest leaves over. */
    public void check() {
        DrivenShard.require("records that entered and have not expired", entered - removed, table.size());
        if (table.size() < standing - BATCH || table.size() > standing + standing / 20 + REST_MS * RECORDS_PER_MS) {
            throw new IllegalStateException(table.size() + " records stand where " + standing + " were to");
        }
    }

    @Override
    public void close() {
        memory.freeAll();
    }
}
