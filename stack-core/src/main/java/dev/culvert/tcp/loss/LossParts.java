package dev.culvert.tcp.loss;

import dev.culvert.tcp.congestion.RateSample;
import java.util.ArrayDeque;

/**
 * What the connections of a shard share so that one that is idle carries little: what is only needed while an ACK is processed,
 * and pools of what is only needed after a loss. Shard's thread only.
 */
final class LossParts {
    /** What the ACK of the moment has delivered. */
    final Delivery delivery = new Delivery();
    /** What it tells of the path's rate. */
    final RateSample sample = new RateSample();

    private final ArrayDeque<SackBlocks> blocks = new ArrayDeque<>();
    private final ArrayDeque<Repair> repairs = new ArrayDeque<>();
    private final ArrayDeque<Lateness> latenesses = new ArrayDeque<>();

    /** For a connection whose peer reports a hole. */
    SackBlocks lendBlocks() {
        return blocks.isEmpty() ? new SackBlocks() : blocks.pollFirst();
    }

    /** The hole is filled. */
    void takeBack(final SackBlocks lent) {
        lent.clear();
        blocks.addFirst(lent);
    }

    /** For a connection that repairs a loss or probes for one. */
    Repair lendRepair() {
        return repairs.isEmpty() ? new Repair() : repairs.pollFirst();
    }

    /** Nothing of it can matter any more. */
    void takeBack(final Repair lent) {
        lent.reset();
        repairs.addFirst(lent);
    }

    /** For a connection in which something is overtaken or repaired. */
    Lateness lendLateness() {
        return latenesses.isEmpty() ? new Lateness() : latenesses.pollFirst();
    }

    /** Nothing comes late on its path. */
    void takeBack(final Lateness lent) {
        lent.reset();
        latenesses.addFirst(lent);
    }
}
