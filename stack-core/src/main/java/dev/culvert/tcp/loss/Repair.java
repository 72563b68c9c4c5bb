package dev.culvert.tcp.loss;

/**
 * What {@link RackRecovery} has to remember from a loss or a probe for one until nothing can be taken back any more. Lent to a
 * connection by {@link LossParts}. Shard's thread only.
 */
final class Repair {
    final ProportionalRateReduction prr = new ProportionalRateReduction();
    final TailLossProbe probe = new TailLossProbe();
    final Undo undo = new Undo();
    final FRto frto = new FRto();

    /** Whether it says the same as one that was never used. */
    boolean isOver() {
        return probe.mayProbe() && !undo.isArmed() && !frto.isActive();
    }

    void reset() {
        probe.reset();
        undo.end();
        frto.end();
    }
}
