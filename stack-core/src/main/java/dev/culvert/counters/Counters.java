package dev.culvert.counters;

import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The counters of one shard, in a flat buffer of 64-bit values: first every {@link StackCounter}, then every
 * {@link DropReason}. One writer, the shard's thread; any thread may read a value that is at most a moment old.
 */
public final class Counters implements CounterValues {
    private static final int COUNTERS = StackCounter.values().length;
    private static final int SIZE = (COUNTERS + DropReason.values().length) * Long.BYTES;

    private final AtomicBuffer values = new UnsafeBuffer(BufferUtil.allocateDirectAligned(SIZE, Long.BYTES));
    private final long address = values.addressOffset();

    /** Adds one. Shard's thread only. */
    public void increment(final StackCounter counter) {
        add(counter, 1);
    }

    /** Adds a number, which may be negative for a gauge such as {@link StackCounter#TcpCurrEstab}. Shard's thread only. */
    public void add(final StackCounter counter, final long delta) {
        addAt(counter.ordinal() * Long.BYTES, delta);
    }

    /** Counts one drop. Shard's thread only. */
    public void drop(final DropReason reason) {
        addAt((COUNTERS + reason.ordinal()) * Long.BYTES, 1);
    }

    /** Without a check of bounds, since no number of an enumeration lies outside: it is done a few times for each packet. */
    private void addAt(final int index, final long delta) {
        final long at = address + index;
        UnsafeApi.putLongRelease(null, at, UnsafeApi.getLong(at) + delta);
    }

    /** The current value; any thread. */
    @Override
    public long get(final StackCounter counter) {
        return values.getLongVolatile(counter.ordinal() * Long.BYTES);
    }

    /** How often this drop happened; any thread. */
    @Override
    public long get(final DropReason reason) {
        return values.getLongVolatile((COUNTERS + reason.ordinal()) * Long.BYTES);
    }
}
