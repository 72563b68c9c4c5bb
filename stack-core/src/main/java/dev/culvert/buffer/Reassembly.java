package dev.culvert.buffer;

import static dev.culvert.buffer.PieceStore.NONE;

import dev.culvert.seq.Seq;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Text that arrived ahead of RCV.NXT (RFC 9293 §3.10.7.4, SHLD-31): disjoint ranges in the order of their sequence numbers,
 * never touching each other. What overlaps is kept once, the first copy wins. Pooled: a connection has one only while
 * something is missing. Shard's thread only.
 */
public final class Reassembly {
    /** Ranges that are kept; a further hole is refused, so that a peer cannot make the search slow. */
    public static final int MAX_RANGES = 1_024;
    /** SACK blocks that are remembered (RFC 2018 §3: four fit without timestamps). */
    public static final int SACK_BLOCKS = 4;

    private final PieceStore store;
    private int count;
    private int[] start = new int[16];
    private int[] end = new int[16];
    private int[] head = new int[16];
    private int[] tail = new int[16];
    /** Chunks that each range takes. */
    private int[] chunks = new int[16];
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
        return end[count - 1];
    }

    /** Bytes held. */
    public int bytes() {
        int total = 0;
        for (int i = 0; i < count; i++) {
            total += end[i] - start[i];
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
            if (i == count || Seq.lt(last, start[i])) {
                kept = newRange(i, at, last, source, from);
                at = last;
            } else if (Seq.lt(at, start[i])) {
                final int before = held;
                final int piece = copy(source, from, start[i] - at, head[i]);
                kept = piece != NONE;
                if (kept) {
                    chunks[i] += held - before;
                    head[i] = piece;
                    final int resume = start[i];
                    start[i] = at;
                    at = resume;
                }
            } else if (Seq.le(last, end[i])) {
                at = last;
            } else {
                at = end[i];
                kept = extend(i, i + 1 < count ? Seq.min(last, start[i + 1]) : last, source, offset + (at - seq));
                at = end[i];
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
        return i == count ? last : Seq.min(Seq.max(seq, start[i]), last);
    }

    /** Behind the range that holds {@code seq}, but not behind {@code last}. */
    public int heldEnd(final int seq, final int last) {
        return Seq.min(end[firstEndingAtOrAfter(seq + 1)], last);
    }

    private int firstEndingAtOrAfter(final int seq) {
        if (count == 0 || Seq.lt(end[count - 1], seq)) {
            return count;
        }
        int low = 0;
        int high = count - 1;
        while (low < high) {
            final int middle = low + high >>> 1;
            if (Seq.lt(end[middle], seq)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean newRange(final int i, final int from, final int to, final UnsafeBuffer source, final int offset) {
        if (count == MAX_RANGES) {
            return false;
        }
        final int before = held;
        final int piece = copy(source, offset, to - from, NONE);
        if (piece == NONE) {
            return false;
        }
        if (count == start.length) {
            start = Arrays.copyOf(start, 2 * count);
            end = Arrays.copyOf(end, 2 * count);
            head = Arrays.copyOf(head, 2 * count);
            tail = Arrays.copyOf(tail, 2 * count);
            chunks = Arrays.copyOf(chunks, 2 * count);
        }
        move(i, i + 1, count - i);
        count++;
        start[i] = from;
        end[i] = to;
        head[i] = piece;
        tail[i] = lastOf(piece);
        chunks[i] = held - before;
        return true;
    }

    private boolean extend(final int i, final int to, final UnsafeBuffer source, final int offset) {
        final int length = to - end[i];
        final int filled = store.fill(tail[i], source.byteArray(), source.addressOffset() + offset, length);
        end[i] += filled;
        if (filled < length) {
            final int before = held;
            final int piece = copy(source, offset + filled, length - filled, NONE);
            if (piece == NONE) {
                return false;
            }
            store.link(tail[i], piece);
            tail[i] = lastOf(piece);
            chunks[i] += held - before;
            end[i] = to;
        }
        if (i + 1 < count && end[i] == start[i + 1]) {
            store.link(tail[i], head[i + 1]);
            tail[i] = tail[i + 1];
            end[i] = end[i + 1];
            chunks[i] += chunks[i + 1];
            move(i + 2, i + 1, count - i - 2);
            count--;
        }
        return true;
    }

    private void move(final int from, final int to, final int length) {
        if (length > 0) {
            System.arraycopy(start, from, start, to, length);
            System.arraycopy(end, from, end, to, length);
            System.arraycopy(head, from, head, to, length);
            System.arraycopy(tail, from, tail, to, length);
            System.arraycopy(chunks, from, chunks, to, length);
        }
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
        int done = 0;
        while (done < count && Seq.le(start[done], next)) {
            final int skip = Math.min(Seq.span(start[done], next), end[done] - start[done]);
            dropFront(done, skip);
            held -= chunks[done];
            if (head[done] != NONE) {
                target.appendList(head[done], tail[done], end[done] - start[done]);
            }
            next = Seq.max(next, end[done]);
            done++;
        }
        if (done > 0) {
            move(done, 0, count - done);
            count -= done;
            forgetBelow(next);
        }
        return next;
    }

    private void dropFront(final int i, final int bytes) {
        int left = bytes;
        while (left > 0) {
            final int length = store.length(head[i]);
            if (length > left) {
                store.trimFront(head[i], left);
                left = 0;
            } else {
                final int following = store.next(head[i]);
                store.free(head[i]);
                head[i] = following;
                left -= length;
                chunks[i]--;
                held--;
            }
        }
        start[i] += bytes;
    }

    /** The range that holds the newest segment becomes the first SACK block (RFC 2018 §4). */
    private void remember(final int seq) {
        final int i = firstEndingAtOrAfter(seq + 1);
        if (i == count || Seq.gt(start[i], seq)) {
            return;
        }
        int kept = 0;
        for (int k = 0; k < sacks; k++) {
            final boolean inside = Seq.ge(sackLeft[k], start[i]) && Seq.le(sackRight[k], end[i]);
            if (!inside && kept < SACK_BLOCKS - 1) {
                sackLeft[kept] = sackLeft[k];
                sackRight[kept++] = sackRight[k];
            }
        }
        System.arraycopy(sackLeft, 0, sackLeft, 1, kept);
        System.arraycopy(sackRight, 0, sackRight, 1, kept);
        sackLeft[0] = start[i];
        sackRight[0] = end[i];
        sacks = kept + 1;
    }

    private void forgetBelow(final int rcvNxt) {
        int kept = 0;
        for (int k = 0; k < sacks; k++) {
            if (Seq.gt(sackRight[k], rcvNxt)) {
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
            store.freeAll(head[i]);
        }
        count = 0;
        sacks = 0;
        held = 0;
    }

    /** Chunks that are held. */
    public int chunks() {
        return held;
    }
}
