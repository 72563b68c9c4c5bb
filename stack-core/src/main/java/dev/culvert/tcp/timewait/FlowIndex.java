package dev.culvert.tcp.timewait;

import dev.culvert.buffer.Memory;
import dev.culvert.wire.Flow;

/**
 * Finds the row of a 4-tuple: a hash table of row numbers that takes 5 to 6 bytes for each and never stops to grow. When it
 * is full, a hand moves bucket after bucket into an array a quarter larger, one with each row that comes; the order of the
 * hashes is kept, so that one number tells which array a hash is looked up in, and memory is given back as the hand goes.
 * With fewer rows it moves into a smaller one likewise. Shard's thread only.
 */
final class FlowIndex {
    private static final int NONE = -1;
    private static final int ROW_BITS = 24;
    private static final int ROW_MASK = (1 << ROW_BITS) - 1;

    /** The largest row number that a slot can hold. */
    static final int MAX_ROWS = ROW_MASK;

    private static final int LEAST_BUCKETS = 48; // with the spare ones they fill the first block
    private static final int MOST_PER_BUCKET = 12; // of 15: more would make the way to a free slot long
    private static final int LEAST_PER_BUCKET = 5;
    private static final int PER_BUCKET_AFTER_SHRINKING = 10;

    /** Where the rows are; asked for the tuple and the hash behind a row number. */
    interface Rows {
        /** Whether a row is that of this 4-tuple. */
        boolean matches(int row, Flow flow);

        /** The keyed hash of a row's 4-tuple. */
        int hash(int row);

        /** Brings a row into the processor's cache; what it returns is of no meaning. */
        int glance(int row);
    }

    private final Memory memory;
    private final Rows rows;
    private Buckets buckets;
    /** The smallest array, with which an empty index begins. */
    private final Buckets least;

    /** The array that the hand moves to; null: it rests. */
    private Buckets next;

    /** What belongs to a bucket below this one has been moved. */
    private int hand;

    private int size;

    /** Of no meaning: what is read must be used for something, or the compiler does not read it. */
    private int read;

    /** An empty index. */
    FlowIndex(final Memory memory, final Rows rows) {
        this.memory = memory;
        this.rows = rows;
        least = new Buckets(memory, LEAST_BUCKETS);
        buckets = least;
    }

    private Buckets arrayOf(final int hash) {
        return next != null && buckets.home(hash) < hand ? next : buckets;
    }

    private static int entry(final int hash, final int row) {
        return hash << ROW_BITS | row;
    }

    /** Reads a little of where this hash is looked up, so that it is in the processor's cache when it is. */
    int glance(final int hash) {
        if (size == 0) {
            return 0; // there may be no bucket yet
        }
        final Buckets array = arrayOf(hash);
        return Buckets.used(array.at(array.home(hash)));
    }

    /** The row of this 4-tuple, or −1. */
    int find(final int hash, final Flow flow) {
        if (size == 0) {
            return NONE;
        }
        final Buckets array = arrayOf(hash);
        final int tag = hash & 0xff;
        for (int b = array.home(hash); ; b++) {
            final long bucket = array.at(b);
            for (int hits = Buckets.hits(bucket, tag); hits != 0; hits &= hits - 1) {
                final int row = Buckets.slot(bucket, Integer.numberOfTrailingZeros(hits)) & ROW_MASK;
                if (rows.matches(row, flow)) {
                    return row;
                }
            }
            if (Buckets.passed(bucket) == 0) {
                return NONE;
            }
        }
    }

    /** Enters a row whose tuple is not there; false when there is no memory, with nothing changed. */
    boolean add(final int hash, final int row) {
        if (size == 0 && !buckets.ensure(buckets.count - 1)) {
            return false;
        }
        if (next == null && size >= MOST_PER_BUCKET * buckets.count) {
            moveTo(buckets.count + buckets.count / 4);
        }
        if (next != null) {
            advance();
        }
        final Buckets array = arrayOf(hash);
        if (!array.add(array.home(hash), entry(hash, row))) {
            return false;
        }
        size++;
        return true;
    }

    /** Takes a row out. */
    void remove(final int hash, final int row) {
        final Buckets array = arrayOf(hash);
        final int home = array.home(hash);
        final long place = place(array, home, entry(hash, row));
        array.remove(home, (int) (place >>> Integer.SIZE), (int) place);
        size--;
        if (size == 0) {
            clear();
            return;
        }
        if (next == null && size < LEAST_PER_BUCKET * buckets.count && buckets.count > LEAST_BUCKETS) {
            moveTo(Math.max(LEAST_BUCKETS, size / PER_BUCKET_AFTER_SHRINKING));
        }
        if (next != null) {
            advance();
        }
    }

    /** A row has got another number. */
    void renumber(final int hash, final int from, final int to) {
        final Buckets array = arrayOf(hash);
        final long place = place(array, array.home(hash), entry(hash, from));
        Buckets.slot(array.at((int) (place >>> Integer.SIZE)), (int) place, entry(hash, to));
    }

    /** Bucket (upper half) and slot of an entry that is there. */
    private static long place(final Buckets array, final int home, final int entry) {
        for (int b = home; ; b++) {
            final long bucket = array.at(b);
            for (int i = Buckets.used(bucket) - 1; i >= 0; i--) {
                if (Buckets.slot(bucket, i) == entry) {
                    return (long) b << Integer.SIZE | i;
                }
            }
            if (Buckets.passed(bucket) == 0) {
                throw new IllegalStateException("no such row in the index");
            }
        }
    }

    private void clear() {
        buckets.release();
        if (next != null) {
            next.release();
        }
        next = null;
        buckets = least;
        buckets.reset();
    }

    private void moveTo(final int count) {
        next = new Buckets(memory, count);
        hand = 0;
    }

    /** Moves what belongs to the bucket under the hand; when there is no memory for that, another time. */
    private void advance() {
        final int last = (int) ((hand + 1L) * next.count / buckets.count);
        if (!next.ensure(Math.min(last, next.count) + Buckets.SPARE - 1)) {
            return;
        }
        final int home = hand;
        moveFrom(home, home);
        for (int b = home + 1; Buckets.passed(buckets.at(home)) > 0; b++) {
            moveFrom(b, home);
        }
        hand++;
        buckets.releaseBelow(hand);
        if (hand == buckets.count) {
            buckets.release();
            buckets = next;
            next = null;
        }
    }

    /** Moves all entries of {@code home} that stand in bucket {@code b}. */
    private void moveFrom(final int b, final int home) {
        final long bucket = buckets.at(b);
        glanceAtRows(bucket);
        for (int i = Buckets.used(bucket) - 1; i >= 0; i--) {
            final int entry = Buckets.slot(bucket, i);
            final int hash = rows.hash(entry & ROW_MASK);
            if (buckets.home(hash) == home) {
                if (!next.add(next.home(hash), entry)) {
                    throw new IllegalStateException("a run of " + Buckets.SPARE + " full buckets");
                }
                buckets.remove(home, b, i);
            }
        }
    }

    /** Its rows are anywhere in memory: asked for together they come together, one after the other each would be waited for. */
    private void glanceAtRows(final long bucket) {
        int sum = 0;
        for (int i = Buckets.used(bucket) - 1; i >= 0; i--) {
            sum += rows.glance(Buckets.slot(bucket, i) & ROW_MASK);
        }
        read = sum;
    }

    @Override
    public String toString() {
        return size + " rows in the index, " + read;
    }
}
