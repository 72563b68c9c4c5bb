package dev.culvert.tcp.loss;

import dev.culvert.tcp.congestion.AckFacts;

/**
 * What {@link RackRecovery} has to remember from a loss or a probe for one until nothing can be taken back any more. Lent to a
 * connection by {@link LossParts}. Shard's thread only.
 */
final class Repair {
    final ProportionalRateReduction prr = new ProportionalRateReduction();
    final TailLossProbe probe = new TailLossProbe();
    final FRto frto = new FRto();
    /** Of the last reduction, and of the one before it while neither is proven to be for nothing. */
    Undo undo = new Undo();

    private Undo earlierUndo = new Undo();
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

    /** The window was reduced, and that may turn out to be unnecessary. An earlier reduction still may as well. */
    void onReduction(final int una) {
        swapUndo();
        undo.begin(una, probe.unreportedBytes());
    }

    /**
     * The last reduction is taken back: the one before it is the last one now. What was sent again since then comes twice as well,
     * and does not count for it until all of that has.
     */
    void onTakenBack() {
        earlierUndo.addUnreported(undo);
        undo.end();
        swapUndo();
    }

    private void swapUndo() {
        final Undo last = undo;
        undo = earlierUndo;
        earlierUndo = last;
    }

    /** Nothing that has been reduced may be taken back. */
    void forbidUndo() {
        undo.end();
        earlierUndo.end();
    }

    /** Takes a D-SACK into account, for the last reduction that had begun when what it reports was outstanding. */
    void onDsack(final AckFacts facts) {
        (undo.isBefore(facts.dsackRight) ? undo : earlierUndo).onDsack(facts);
    }

    /** Whether it says the same as one that was never used. */
    boolean isOver() {
        return probe.mayProbe() && !undo.isArmed() && !frto.isActive();
    }

    void reset() {
        probe.reset();
        forbidUndo();
        frto.end();
        timerLosses = 0;
    }
}
