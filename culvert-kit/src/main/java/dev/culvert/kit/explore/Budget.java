package dev.culvert.kit.explore;

/**
 * How much may go wrong in one play.
 *
 * @param losses packets that get lost
 * @param duplicates packets that arrive twice, the second time whenever it likes
 * @param strays packets that leave the order of their direction and arrive whenever they like
 * @param timeouts times that a timer runs out before what is in flight arrives
 */
public record Budget(int losses, int duplicates, int strays, int timeouts) {
    /** Refuses negative numbers. */
    public Budget {
        if (losses < 0 || duplicates < 0 || strays < 0 || timeouts < 0) {
            throw new IllegalArgumentException("a budget is 0 or more");
        }
    }

    @Override
    public String toString() {
        return "losses " + losses + ", duplicates " + duplicates + ", strays " + strays + ", timeouts " + timeouts;
    }
}
