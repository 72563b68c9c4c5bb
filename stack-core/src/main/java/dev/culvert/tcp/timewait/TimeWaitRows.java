package dev.culvert.tcp.timewait;

import static org.agrona.UnsafeApi.copyMemory;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

import dev.culvert.buffer.Memory;
import dev.culvert.wire.Flow;
import java.util.Arrays;

/**
 * The rows of one address family, numbered from 0. The number of a removed row is for the next one that comes; when too many
 * numbers wait for that, the last rows move there. So memory is in use little further than rows are, as many rows as expire
 * may come without a move, and a number is only good until the next removal. Shard's thread only.
 *
 * <pre>
 *  0 fields of {@link TimeWaitTable} | 28 ports | 32 remote address | 36 or 48 local address
 * </pre>
 */
final class TimeWaitRows implements FlowIndex.Rows {
    private static final int NONE = -1;

    /** Rows of this family, and so the row's size in bytes, for IPv4. */
    static final int V4_BYTES = 40;

    /** The row's size in bytes for IPv6. */
    static final int V6_BYTES = 64;

    /** Where {@link TimeWaitTable} keeps the deadline. */
    static final int DEADLINE_MS = 12;

    private static final int PORTS = 28;
    private static final int NO_PORTS = 0;
    private static final int REMOTE = 32;
    private static final int V4_LOCAL = 36;
    private static final int V6_LOCAL = 48;
    private static final long MAPPED = 0xffffL << 32;

    /** Small blocks first, so that a table of ten thousand rows wastes little; later larger ones, so that there are few. */
    private static final int SMALL_SHIFT = 8;

    private static final int LARGE_SHIFT = 12;
    private static final int SMALL_BLOCKS = 1_024;
    private static final int SMALL_ROWS = SMALL_BLOCKS << SMALL_SHIFT;
    private static final int LARGE_OFFSET = SMALL_BLOCKS - (SMALL_ROWS >>> LARGE_SHIFT);
    private static final int SMALL_MASK = (1 << SMALL_SHIFT) - 1;
    private static final int LARGE_MASK = (1 << LARGE_SHIFT) - 1;

    /**
     * Holes that may stay apart from one for {@value #ROWS_PER_HOLE} rows: as many as expire in some milliseconds at millions a
     * second, where 2 MSL are short. Would rows be moved for them, the order of the deadlines would be lost, which the hand lives
     * on.
     */
    private static final int FEW_HOLES = 48 << SMALL_SHIFT;

    private static final int ROWS_PER_HOLE = 32;

    /** Holes given up in one removal, so that none takes long. */
    private static final int MOVES = 2;

    private final Memory memory;
    private final boolean v4;
    private final int rowBytes;
    private final TupleHash hashes;
    private final FlowIndex index;
    private final Newcomers newcomers;
    private final View view = new View();
    private long[] blocks = new long[4];
    private int blockCount;

    /** All rows have numbers below this one. */
    private int end;

    private final Holes holes = new Holes(this);
    private final Ahead ahead = new Ahead(this);

    /** Expiry of these rows. */
    final Sweep sweep = new Sweep(this);

    /** No rows yet; {@code hashes} is the keyed hash of a tuple. */
    TimeWaitRows(final Memory memory, final boolean v4, final TupleHash hashes) {
        this.memory = memory;
        this.v4 = v4;
        this.hashes = hashes;
        rowBytes = v4 ? V4_BYTES : V6_BYTES;
        index = new FlowIndex(memory, this);
        newcomers = new Newcomers(index, this);
    }

    /** Rows, whether or not their time is over. */
    int size() {
        return end - holes.count();
    }

    /** The numbers of all rows are below this one. */
    int end() {
        return end;
    }

    /** Whether there is no row with this number, below {@link #end}. */
    boolean isHole(final int row) {
        return getInt(address(row) + PORTS) == NO_PORTS;
    }

    /** Address of a row. */
    long address(final int row) {
        final long within = row & (row < SMALL_ROWS ? SMALL_MASK : LARGE_MASK);
        return blocks[block(row)] + within * rowBytes;
    }

    private static int block(final int row) {
        return row < SMALL_ROWS ? row >>> SMALL_SHIFT : (row >>> LARGE_SHIFT) + LARGE_OFFSET;
    }

    private long blockBytes(final int block) {
        return (long) rowBytes << (block < SMALL_BLOCKS ? SMALL_SHIFT : LARGE_SHIFT);
    }

    int deadlineMs(final int row) {
        return getInt(address(row) + DEADLINE_MS);
    }

    /** The row of this 4-tuple, or −1. */
    int find(final int hash, final Flow flow) {
        final int newcomer = newcomers.find(hash, flow);
        return newcomer == NONE ? index.find(hash, flow) : newcomer;
    }

    @Override
    public boolean matches(final int row, final Flow flow) {
        final long at = address(row);
        if (getInt(at + PORTS) != ports(flow)) {
            return false;
        }
        if (v4) {
            return getInt(at + REMOTE) == (int) flow.remoteLo() && getInt(at + V4_LOCAL) == (int) flow.localLo();
        }
        return getLong(at + REMOTE + Long.BYTES) == flow.remoteLo()
                && getLong(at + REMOTE) == flow.remoteHi()
                && getLong(at + V6_LOCAL + Long.BYTES) == flow.localLo()
                && getLong(at + V6_LOCAL) == flow.localHi();
    }

    @Override
    public int hash(final int row) {
        final long at = address(row);
        final int ports = getInt(at + PORTS);
        if (v4) {
            return hashes.of(localV4(at), 0, remoteV4(at), ports >>> 16, ports & 0xffff);
        }
        return hashes.of(
                getLong(at + V6_LOCAL + Long.BYTES),
                getLong(at + REMOTE),
                getLong(at + REMOTE + Long.BYTES),
                ports >>> 16,
                ports & 0xffff);
    }

    @Override
    public int glance(final int row) {
        return getInt(address(row) + PORTS);
    }

    private static long localV4(final long at) {
        return MAPPED | getInt(at + V4_LOCAL) & 0xffffffffL;
    }

    private static long remoteV4(final long at) {
        return MAPPED | getInt(at + REMOTE) & 0xffffffffL;
    }

    private static int ports(final Flow flow) {
        return flow.localPort() << 16 | flow.remotePort();
    }

    /** Brings the bucket of a hash closer; what it returns is of no meaning. */
    int glanceAtBucket(final int hash) {
        return index.glance(hash);
    }

    /** The hand has come to this row, which is due: it will be removed, and those behind it soon. */
    void reach(final int row, final int nowMs) {
        ahead.reach(row, nowMs);
    }

    /** A row for a tuple that has none, all but its tuple undefined; −1 when there is no memory. */
    int insert(final int hash, final Flow flow) {
        if (holes.count() == 0 && (end == FlowIndex.MAX_ROWS || block(end) == blockCount && !grow())) {
            return NONE;
        }
        final int row = holes.count() == 0 ? end++ : holes.take();
        putTuple(row, flow);
        if (!newcomers.add(hash, row)) {
            dig(row);
            fillHoles();
            return NONE;
        }
        ahead.changed(row);
        return row;
    }

    private void putTuple(final int row, final Flow flow) {
        final long at = address(row);
        putInt(at + PORTS, ports(flow));
        if (v4) {
            putInt(at + REMOTE, (int) flow.remoteLo());
            putInt(at + V4_LOCAL, (int) flow.localLo());
        } else {
            putLong(at + REMOTE, flow.remoteHi());
            putLong(at + REMOTE + Long.BYTES, flow.remoteLo());
            putLong(at + V6_LOCAL, flow.localHi());
            putLong(at + V6_LOCAL + Long.BYTES, flow.localLo());
        }
    }

    private boolean grow() {
        final long block = memory.allocate(blockBytes(blockCount));
        if (block == 0) {
            return false;
        }
        if (blockCount == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * blockCount);
        }
        blocks[blockCount++] = block;
        return true;
    }

    /** Removes a row; others may get new numbers. */
    void remove(final int row) {
        final int hash = ahead.hash(row);
        if (!newcomers.remove(hash, row)) {
            index.remove(hash, row);
        }
        dig(row);
        fillHoles();
    }

    private void dig(final int row) {
        putInt(address(row) + PORTS, NO_PORTS);
        holes.add(row);
    }

    private void fillHoles() {
        if (size() == 0) {
            holes.clear();
            end = 0;
        }
        for (int i = 0; i < MOVES && holes.count() > FEW_HOLES + size() / ROWS_PER_HOLE; i++) {
            giveUpLast();
        }
        shrink();
    }

    /** The last number is no longer in use: the row that has it gets another. */
    private void giveUpLast() {
        final int last = end - 1;
        if (isHole(last)) {
            holes.remove(last);
        } else {
            final int row = holes.take();
            renumber(last, row);
            copyMemory(address(last), address(row), rowBytes);
            ahead.changed(row);
            sweep.moved(row, deadlineMs(row));
        }
        ahead.changed(last);
        end = last;
    }

    private void renumber(final int from, final int to) {
        final int hash = hash(from);
        if (!newcomers.renumber(hash, from, to)) {
            index.renumber(hash, from, to);
        }
    }

    /** Gives back the blocks behind the last row, but for one: a table on the edge must not ask for it again and again. */
    private void shrink() {
        while (blockCount > block(end) + 2 || end == 0 && blockCount > 0) {
            blockCount--;
            memory.free(blocks[blockCount], blockBytes(blockCount));
        }
    }

    /** The 4-tuple of a row, until the next call. */
    Flow flow(final int row) {
        view.row = address(row);
        return view;
    }

    /** Reads the 4-tuple out of a row. */
    private final class View implements Flow {
        private long row;

        @Override
        public long localHi() {
            return v4 ? 0 : getLong(row + V6_LOCAL);
        }

        @Override
        public long localLo() {
            return v4 ? localV4(row) : getLong(row + V6_LOCAL + Long.BYTES);
        }

        @Override
        public int localPort() {
            return getInt(row + PORTS) >>> 16;
        }

        @Override
        public long remoteHi() {
            return v4 ? 0 : getLong(row + REMOTE);
        }

        @Override
        public long remoteLo() {
            return v4 ? remoteV4(row) : getLong(row + REMOTE + Long.BYTES);
        }

        @Override
        public int remotePort() {
            return getInt(row + PORTS) & 0xffff;
        }
    }
}
