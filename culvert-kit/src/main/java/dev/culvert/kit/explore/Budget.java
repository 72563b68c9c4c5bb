package dev.culvert.kit.explore;

/**
 * How much may go wrong in one play.
 *
 * @param losses packets that get lost
 * @param duplicates packets that arrive twice, the second time whenever it likes
 * @param reorders packets that let a later one of their direction pass, and then arrive whenever they like
 * @param timeouts times that a timer runs out before what is in flight arrives
 */
public record Budget(int losses, int duplicates, int reorders, int timeouts) {
    /** Nothing goes wrong. */
    public static final Budget NONE = new Budget(0, 0, 0, 0);

    /** Refuses negative numbers. */
    public Budget {
        if (losses < 0 || duplicates < 0 || reorders < 0 || timeouts < 0) {
            throw new IllegalArgumentException("a budget is 0 or more");
        }
    }

    Budget lessLosses() {
        return new Budget(losses - 1, duplicates, reorders, timeouts);
    }

    Budget lessDuplicates() {
        return new Budget(losses, duplicates - 1, reorders, timeouts);
    }

    Budget lessReorders(final int count) {
        return count == 0 ? this : new Budget(losses, duplicates, reorders - count, timeouts);
    }

    Budget lessTimeouts() {
        return new Budget(losses, duplicates, reorders, timeouts - 1);
    }

    /** A hash. */
    long key() {
        return Mix.of(Mix.of(losses, duplicates), Mix.of(reorders, timeouts));
    }

    @Override
    public String toString() {
        return "losses " + losses + ", duplicates " + duplicates + ", reorders " + reorders + ", timeouts " + timeouts;
    }
}
