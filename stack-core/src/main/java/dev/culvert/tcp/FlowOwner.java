package dev.culvert.tcp;

import dev.culvert.env.Secrets;
import dev.culvert.wire.Flow;
import dev.culvert.wire.ParsedPacket;

/**
 * Which shard of a stack a packet belongs to: a keyed hash, the same on every shard, so that each one knows without asking. A
 * connection's owner is {@code (hash(local address, remote address, remote port) + local port) mod shards}: the local ports
 * with which a connection to a given peer would be ours are every n-th one, so that an active OPEN picks among them alone.
 * Immutable; any thread.
 */
public final class FlowOwner {
    /** More shards than that no stack has: their number of rings grows with its square, their ports shrink with it. */
    public static final int MAX_SHARDS = 16;

    private static final int IDENTIFICATIONS = 1 << 16;

    private final Secrets secrets;
    private final int shardId;
    private final int shardCount;

    /**
     * As seen from one of the shards.
     *
     * @param secrets the stack's keys
     * @param shardId which one, from 0
     * @param shardCount how many there are, 1 to {@link #MAX_SHARDS}
     */
    public FlowOwner(final Secrets secrets, final int shardId, final int shardCount) {
        if (shardCount < 1 || shardCount > MAX_SHARDS) {
            throw new IllegalArgumentException("a stack has 1 to " + MAX_SHARDS + " shards, not " + shardCount);
        }
        if (shardId < 0 || shardId >= shardCount) {
            throw new IllegalArgumentException("shard " + shardId + " of " + shardCount + " does not exist");
        }
        this.secrets = secrets;
        this.shardId = shardId;
        this.shardCount = shardCount;
    }

    /** Which shard this is. */
    public int shardId() {
        return shardId;
    }

    /** How many there are. */
    public int shardCount() {
        return shardCount;
    }

    /** The shard that has the connection with this 4-tuple, whether there is one now or not. */
    public int of(final Flow flow) {
        return shardCount == 1 ? 0 : (share(flow) + flow.localPort()) % shardCount;
    }

    /** Whether the connection with this 4-tuple is this shard's. */
    public boolean isHere(final Flow flow) {
        return shardCount == 1 || of(flow) == shardId;
    }

    /**
     * The shard that puts the fragments of a packet together: all of them name both addresses and the identification, only the
     * first one names ports.
     */
    public int ofFragment(final ParsedPacket fragment) {
        return shardCount == 1
                ? 0
                : (int) Long.remainderUnsigned(
                        secrets.ofFragment(fragment.srcHi, fragment.srcLo, fragment.dstLo, fragment.fragmentId),
                        shardCount);
    }

    /** The first port from {@code low} on with which a connection like {@code flow} is this shard's; the next is n further. */
    int firstPort(final Flow flow, final int low) {
        return shardCount == 1 ? low : low + Math.floorMod(shardId - share(flow) - low, shardCount);
    }

    /**
     * The identification of a packet that may end up in fragments (RFC 6864 §4.3): each shard counts within a part of the 16 bits of
     * its own, so that no two shards' fragments are taken for parts of one packet.
     */
    public int identification(final int counter) {
        final int part = IDENTIFICATIONS / shardCount;
        return shardCount == 1 ? counter : shardId * part + Math.floorMod(counter, part);
    }

    private int share(final Flow flow) {
        final long hash = secrets.ofOwner(flow.localLo(), flow.remoteHi(), flow.remoteLo(), flow.remotePort());
        return (int) Long.remainderUnsigned(hash, shardCount);
    }
}
