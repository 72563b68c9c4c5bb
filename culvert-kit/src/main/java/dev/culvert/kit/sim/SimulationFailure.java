package dev.culvert.kit.sim;

/** A simulation broke an invariant. The message names the seed, both ends and the last packets. */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    /** The whole text for whoever reads the result. */
    public SimulationFailure(final String message) {
        super(message);
    }
}
