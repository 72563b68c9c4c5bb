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
    private int timerLosses;

    /** Timers have found so many bytes lost, of which the next ACK's facts tell. */
    void addTimerLosses(final int bytes) {
        timerLosses += bytes;
    }

    int takeTimerLosses() {
        final int bytes = timerLosses;
        timerLosses = 0;
        return bytes;
    }

    /** Whether it says the same as one that was never used. */
    boolean isOver() {
        return probe.mayProbe() && !undo.isArmed() && !frto.isActive();
    }

    void reset() {
        probe.reset();
        undo.end();
        frto.end();
        timerLosses = 0;
    }
}
