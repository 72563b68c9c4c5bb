package dev.culvert.tun;

/**
 * Whether a loop without work looks for more a little while before it sleeps. It costs 5 µs and more to wake a thread, and the one
 * who wakes it pays the greater part, so that a short pause is better spent looking; a long one is not. The lengths of the pauses
 * decide: after one that was shorter than the limit the next ones are spun through, up to the limit; eight long ones in a row end
 * that, and then every sixteenth pause tries again. One thread.
 */
final class IdleSpin {
    private static final int MOST_PATIENCE = 8;
    private static final int TRY_EVERY = 16;

    private final long limitNs;
    private int patience = MOST_PATIENCE;
    private int sleptThrough;
    private long lastWorkNs;
    private boolean idle;
    private boolean spins;

    /**
     * Before any work.
     *
     * @param limitNs how long a pause may be spun through, in ns; 0: never
     * @param nowNs the time, as for the other calls
     */
    IdleSpin(final long limitNs, final long nowNs) {
        this.limitNs = limitNs;
        lastWorkNs = nowNs;
    }

    /** A round has found work. */
    void worked(final long nowNs) {
        if (idle) {
            idle = false;
            patience = nowNs - lastWorkNs < limitNs ? MOST_PATIENCE : Math.max(0, patience - 1);
        }
        lastWorkNs = nowNs;
    }

    /** A round has found nothing: whether to look again at once. */
    boolean again(final long nowNs) {
        if (!idle) {
            idle = true;
            spins = patience > 0 || ++sleptThrough % TRY_EVERY == 0;
        }
        return spins && nowNs - lastWorkNs < limitNs;
    }
}
