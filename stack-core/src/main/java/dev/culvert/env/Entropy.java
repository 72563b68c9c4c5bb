package dev.culvert.env;

/** All randomness of a stack comes through here, so that one seed repeats one run bit for bit. Single-threaded. */
@FunctionalInterface
public interface Entropy {
    /** Sixty-four unpredictable bits (in simulation: reproducible ones). */
    long nextLong();
}
