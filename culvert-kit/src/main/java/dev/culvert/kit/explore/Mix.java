package dev.culvert.kit.explore;

/** Hashes of 64 bits for states: two states out of a million have the same one with a probability of 1 in 10<sup>7</sup>. */
final class Mix {
    private Mix() {}

    /** A hash that goes on with another value. */
    static long of(final long hash, final long value) {
        long z = (hash ^ value) + 0x9e3779b97f4a7c15L + Long.rotateLeft(hash, 23);
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    static long of(final byte[] bytes) {
        long hash = bytes.length;
        for (final byte b : bytes) {
            hash = (hash ^ b & 0xff) * 0x100000001b3L;
        }
        return of(hash, bytes.length);
    }
}
