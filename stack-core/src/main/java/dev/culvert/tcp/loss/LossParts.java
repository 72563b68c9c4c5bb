package dev.culvert.tcp.loss;

import dev.culvert.buffer.Pool;
import dev.culvert.tcp.congestion.RateSample;

/**
 * What the connections of a shard share so that one that is idle carries little: what is only needed while an ACK is processed,
 * and pools of what is only needed after a loss. Shard's thread only.
 */
final class LossParts {
    /** What the ACK of the moment has delivered. */
    final Delivery delivery = new Delivery();
    /** What it tells of the path's rate. */
    final RateSample sample = new RateSample();

    private final Pool<SackBlocks> blocks = new Pool<>();
    private final Pool<Repair> repairs = new Pool<>();
    private final Pool<Lateness> latenesses = new Pool<>();

    /** For a connection whose peer reports a hole. */
    SackBlocks lendBlocks() {
        final SackBlocks pooled = blocks.take();
        return pooled == null ? new SackBlocks() : pooled;
    }

    /** The hole is filled. */
    void takeBack(final SackBlocks lent) {
        lent.clear();
        blocks.give(lent);
    }

    /** For a connection that repairs a loss or probes for one. */
    Repair lendRepair() {
        final Repair pooled = repairs.take();
        return pooled == null ? new Repair() : pooled;
    }

    /** Nothing of it can matter any more. */
    void takeBack(final Repair lent) {
        lent.reset();
        repairs.give(lent);
    }

    /** For a connection in which something is overtaken or repaired. */
    Lateness lendLateness() {
        final Lateness pooled = latenesses.take();
        return pooled == null ? new Lateness() : pooled;
    }

    /** Nothing comes late on its path. */
    void takeBack(final Lateness lent) {
        lent.reset();
        latenesses.give(lent);
    }
}
