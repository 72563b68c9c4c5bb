package dev.culvert.shard;

/**
 * Where a list of the sockets of several shards has come to: the shard in its upper 16 bits, what {@link Shard#sockets} calls its
 * cursor in the others. One shard's own cursor is one of shard 0. Any thread.
 */
public final class SocketCursor {
    /** That was all. */
    public static final long END = SocketList.END;

    private static final int SHARD_SHIFT = 48;

    private SocketCursor() {}

    /** Which shard goes on. */
    public static int shard(final long cursor) {
        return (int) (cursor >>> SHARD_SHIFT);
    }

    /** Where it goes on. */
    public static long within(final long cursor) {
        return cursor & (1L << SHARD_SHIFT) - 1;
    }

    /**
     * Where to go on after that shard, which returned {@code within}.
     *
     * @return {@link #END} after the last of the shards
     */
    public static long next(final int shard, final long within, final int shardCount) {
        if (within >= 0) {
            return (long) shard << SHARD_SHIFT | within;
        }
        return shard + 1 < shardCount ? (long) (shard + 1) << SHARD_SHIFT : END;
    }
}
