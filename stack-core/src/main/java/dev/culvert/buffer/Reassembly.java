package dev.culvert.buffer;

import static dev.culvert.buffer.PieceStore.NONE;

import dev.culvert.seq.Seq;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Text that arrived ahead of RCV.NXT (RFC 9293 §3.10.7.4, SHLD-31): disjoint ranges in the order of their sequence numbers,
 * never touching each other. What overlaps is kept once, the first copy wins. There are never more ranges than chunks are
 * allowed. Pooled: a connection has one only while something is missing. Shard's thread only.
 */
public final class Reassembly {
    /** SACK blocks that are remembered (RFC 2018 §3: four fit without timestamps). */
    public static final int SACK_BLOCKS = 4;

    private static final int LEAST = 16;
    /** As on Linux, this part of what is held goes at once. */
    private static final int PRUNED_PART = 8;

    private final PieceStore store;
    /** The ranges in order, from {@code first} on: where each of them stands in the arrays below. */
    private int[] order = new int[2 * LEAST];

    private int first = LEAST;
    private int count;

    private int[] start = new int[LEAST];
    private int[] end = new int[LEAST];
    private int[] head = new int[LEAST];
    private int[] tail = new int[LEAST];
    /** Chunks that each range takes. */
    private int[] chunks = new int[LEAST];
    /** Places that were never taken begin here; those that are free again are linked by {@code head}. */
    private int unused;

    private int free = NONE;

    /** Chunks that all of them take, and may take. */
    private int held;

    private int most;

    private final int[] sackLeft = new int[SACK_BLOCKS];
    private final int[] sackRight = new int[SACK_BLOCKS];
    private int sacks;

    /** Empty. */
    public Reassembly(final PieceStore store) {
        this.store = store;
    }

    /** Whether nothing is held. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Number of separate ranges. */
    public int ranges() {
        return count;
    }

    /** Right edge of the last range: the highest sequence number seen, plus one. Undefined when empty. */
    public int highest() {
        return end[range(count - 1)];
    }

    private int range(final int i) {
        return order[first + i];
    }

    /** Bytes held. */
    public int bytes() {
        int total = 0;
        for (int i = 0; i < count; i++) {
            total += end[range(i)] - start[range(i)];
        }
        return total;
    }

    /**
     * Keeps what is new of a segment's text.
     *
     * @param seq sequence number of its first byte, beyond RCV.NXT
     * @param mostChunks chunks that all ranges may take, so that small pieces far apart cost no more than a large one
     * @return false when there was no room or no memory for all of it
     */
    public boolean insert(
            final int seq, final UnsafeBuffer source, final int offset, final int length, final int mostChunks) {
        most = mostChunks;
        final int last = seq + length;
        int at = seq;
        boolean kept = true;
        while (kept && Seq.lt(at, last)) {
            final int from = offset + (at - seq);
            final int i = firstEndingAtOrAfter(at);
            final int range = i == count ? NONE : range(i);
            if (range == NONE || Seq.lt(last, start[range])) {
                kept = newRange(i, at, last, source, from);
                at = last;
            } else if (Seq.lt(at, start[range])) {
                kept = prepend(range, at, source, from);
                at = end[range];
            } else if (Seq.le(last, end[range])) {
                at = last;
            } else {
                at = end[range];
                kept = extend(i, last, source, offset + (at - seq));
                at = end[range];
            }
        }
        if (count > 0) {
            remember(seq);
        }
        return kept;
    }

    /**
     * First sequence number from {@code seq} on and before {@code last} that is held already; {@code last} when there is
     * none. {@link #heldEnd} says how far it goes on from there.
     */
    public int firstHeld(final int seq, final int last) {
        final int i = firstEndingAtOrAfter(seq + 1);
        return i == count ? last : Seq.min(Seq.max(seq, start[range(i)]), last);
    }

    /** Behind the range that holds {@code seq}, but not behind {@code last}. */
    public int heldEnd(final int seq, final int last) {
        return Seq.min(end[range(firstEndingAtOrAfter(seq + 1))], last);
    }

    private int firstEndingAtOrAfter(final int seq) {
        if (count == 0 || Seq.lt(highest(), seq)) {
            return count;
        }
        int low = 0;
        int high = count - 1;
        while (low < high) {
            final int middle = low + high >>> 1;
            if (Seq.lt(end[range(middle)], seq)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean newRange(final int i, final int from, final int to, final UnsafeBuffer source, final int offset) {
        final int before = held;
        final int piece = copy(source, offset, to - from, NONE);
        if (piece == NONE) {
            return false;
        }
        final int range = take();
        makeWay(i);
        order[first + i] = range;
        start[range] = from;
        end[range] = to;
        head[range] = piece;
        tail[range] = lastOf(piece);
        chunks[range] = held - before;
        return true;
    }

    private boolean prepend(final int range, final int from, final UnsafeBuffer source, final int offset) {
        final int before = held;
        final int piece = copy(source, offset, start[range] - from, head[range]);
        if (piece == NONE) {
            return false;
        }
        chunks[range] += held - before;
        head[range] = piece;
        start[range] = from;
        return true;
    }

    /** Range {@code i} goes on to {@code last}, but not beyond the next one, with which it becomes one where they touch. */
    private boolean extend(final int i, final int last, final UnsafeBuffer source, final int offset) {
        final int range = range(i);
        final int following = i + 1 < count ? range(i + 1) : NONE;
        final int to = following == NONE ? last : Seq.min(last, start[following]);
        final int length = to - end[range];
        final int filled = store.fill(tail[range], source.byteArray(), source.addressOffset() + offset, length);
        end[range] += filled;
        if (filled < length) {
            final int before = held;
            final int piece = copy(source, offset + filled, length - filled, NONE);
            if (piece == NONE) {
                return false;
            }
            store.link(tail[range], piece);
            tail[range] = lastOf(piece);
            chunks[range] += held - before;
            end[range] = to;
        }
        if (following != NONE && to == start[following]) {
            store.link(tail[range], head[following]);
            tail[range] = tail[following];
            end[range] = end[following];
            chunks[range] += chunks[following];
            closeUp(i + 1);
            giveBack(following);
        }
        return true;
    }

    /** Ranges that there is room for until arrays have to grow. For tests. */
    int places() {
        return start.length;
    }

    private int take() {
        if (free != NONE) {
            final int range = free;
            free = head[range];
            return range;
        }
        if (unused == start.length) {
            start = Arrays.copyOf(start, 2 * unused);
            end = Arrays.copyOf(end, 2 * unused);
            head = Arrays.copyOf(head, 2 * unused);
            tail = Arrays.copyOf(tail, 2 * unused);
            chunks = Arrays.copyOf(chunks, 2 * unused);
        }
        return unused++;
    }

    private void giveBack(final int range) {
        head[range] = free;
        free = range;
    }

    /** Makes way for another range before the one that is range {@code i} now, on the side where less has to move. */
    private void makeWay(final int i) {
        if (first == 0 || first + count == order.length) {
            final int[] before = order;
            order = 2 * count < before.length ? before : new int[2 * before.length];
            final int middle = (order.length - count) / 2;
            System.arraycopy(before, first, order, middle, count);
            first = middle;
        }
        if (i < count / 2) {
            System.arraycopy(order, first, order, first - 1, i);
            first--;
        } else {
            System.arraycopy(order, first + i, order, first + i + 1, count - i);
        }
        count++;
    }

    /** Range {@code i} is no more. */
    private void closeUp(final int i) {
        if (i < count / 2) {
            System.arraycopy(order, first, order, first + 1, i);
            first++;
        } else {
            System.arraycopy(order, first + i + 1, order, first + i, count - i - 1);
        }
        count--;
    }

    /** Copies into new chunks, all or nothing; the last one is linked to {@code following}. */
    private int copy(final UnsafeBuffer source, final int offset, final int length, final int following) {
        final int before = held;
        final int first = newChunk();
        int piece = first;
        int done = 0;
        while (piece != NONE) {
            done += store.fill(piece, source.byteArray(), source.addressOffset() + offset + done, length - done);
            if (done == length) {
                store.link(piece, following);
                return first;
            }
            final int another = newChunk();
            if (another == NONE) {
                store.freeAll(first);
                held = before;
            } else {
                store.link(piece, another);
            }
            piece = another;
        }
        return NONE;
    }

    private int newChunk() {
        final int piece = held < most ? store.newChunk() : NONE;
        held += piece == NONE ? 0 : 1;
        return piece;
    }

    private int lastOf(final int piece) {
        int last = piece;
        while (store.next(last) != NONE) {
            last = store.next(last);
        }
        return last;
    }

    /**
     * Moves what has become contiguous to the receive buffer.
     *
     * @param rcvNxt RCV.NXT, which may have passed the beginning of a range
     * @return RCV.NXT after that
     */
    public int deliver(final int rcvNxt, final ByteQueue target) {
        int next = rcvNxt;
        while (count > 0 && Seq.le(start[range(0)], next)) {
            final int range = range(0);
            dropFront(range, Math.min(Seq.span(start[range], next), end[range] - start[range]));
            held -= chunks[range];
            if (head[range] != NONE) {
                target.appendList(head[range], tail[range], end[range] - start[range]);
            }
            next = Seq.max(next, end[range]);
            closeUp(0);
            giveBack(range);
        }
        forgetGoneBlocks();
        return next;
    }

    /**
     * Gives up what lies furthest ahead, whole ranges, an eighth of the chunks at least: what lies near is needed sooner (Linux's
     * {@code tcp_prune_ofo_queue}).
     */
    public void prune() {
        final int goal = held - (held + PRUNED_PART - 1) / PRUNED_PART;
        while (held > goal) {
            final int range = range(count - 1);
            store.freeAll(head[range]);
            held -= chunks[range];
            closeUp(count - 1);
            giveBack(range);
        }
        forgetGoneBlocks();
    }

    private void dropFront(final int range, final int bytes) {
        int left = bytes;
        while (left > 0) {
            final int length = store.length(head[range]);
            if (length > left) {
                store.trimFront(head[range], left);
                left = 0;
            } else {
                final int following = store.next(head[range]);
                store.free(head[range]);
                head[range] = following;
                left -= length;
                chunks[range]--;
                held--;
            }
        }
        start[range] += bytes;
    }

    /** The range that holds the newest segment becomes the first SACK block (RFC 2018 §4). */
    private void remember(final int seq) {
        final int i = firstEndingAtOrAfter(seq + 1);
        if (i == count || Seq.gt(start[range(i)], seq)) {
            return;
        }
        final int range = range(i);
        int kept = 0;
        for (int k = 0; k < sacks; k++) {
            final boolean inside = Seq.ge(sackLeft[k], start[range]) && Seq.le(sackRight[k], end[range]);
            if (!inside && kept < SACK_BLOCKS - 1) {
                sackLeft[kept] = sackLeft[k];
                sackRight[kept++] = sackRight[k];
            }
        }
        System.arraycopy(sackLeft, 0, sackLeft, 1, kept);
        System.arraycopy(sackRight, 0, sackRight, 1, kept);
        sackLeft[0] = start[range];
        sackRight[0] = end[range];
        sacks = kept + 1;
    }

    /** The first ranges have been delivered, or the last ones given up. */
    private void forgetGoneBlocks() {
        int kept = 0;
        for (int k = 0; k < sacks; k++) {
            if (count > 0 && Seq.ge(sackLeft[k], start[range(0)]) && Seq.le(sackRight[k], highest())) {
                sackLeft[kept] = sackLeft[k];
                sackRight[kept++] = sackRight[k];
            }
        }
        sacks = kept;
    }

    /** Number of SACK blocks to report, most recent first. */
    public int sackBlocks() {
        return sacks;
    }

    /** Left edge of a SACK block. */
    public int sackLeft(final int block) {
        return sackLeft[block];
    }

    /** Right edge of a SACK block. */
    public int sackRight(final int block) {
        return sackRight[block];
    }

    /** Gives all memory back. */
    public void clear() {
        for (int i = 0; i < count; i++) {
            store.freeAll(head[range(i)]);
        }
        count = 0;
        first = order.length / 2;
        unused = 0;
        free = NONE;
        sacks = 0;
        held = 0;
    }

    /** Chunks that are held. */
    public int chunks() {
        return held;
    }
}
