package dev.culvert.kit;

import dev.culvert.env.Entropy;
import java.util.SplittableRandom;

/** Reproducible entropy: the same seed gives the same keys, hence the same packets. Single-threaded; never for production. */
public final class SeededEntropy implements Entropy {
    private final long seed;
    private final SplittableRandom random;

    /** Starts the sequence that belongs to this seed. */
    public SeededEntropy(final long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    /** What repeats this run. */
    public long seed() {
        return seed;
    }

    @Override
    public String toString() {
        return "seed " + seed;
    }
}
