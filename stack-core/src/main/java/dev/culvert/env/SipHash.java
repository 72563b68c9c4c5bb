package dev.culvert.env;

/**
 * SipHash-2-4 (Aumasson and Bernstein 2012), a keyed hash that a peer cannot compute or invert; and SipHash-1-3 for tables, whose
 * hashes a peer never sees. The results equal the reference functions' on the little-endian bytes of the numbers. Immutable; any
 * thread; allocates nothing.
 */
public final class SipHash {
    private static final int LENGTH_SHIFT = 56;

    private final long k0;
    private final long k1;
    private final long k2;
    private final long k3;

    /** Two halves of the 128-bit key. */
    public SipHash(final long k0, final long k1) {
        this.k0 = k0 ^ 0x736f6d6570736575L;
        this.k1 = k1 ^ 0x646f72616e646f6dL;
        k2 = k0 ^ 0x6c7967656e657261L;
        k3 = k1 ^ 0x7465646279746573L;
    }

    /** Hash of one word. */
    public long hash(final long a) {
        return with(k0, k1, k2, k3, a, length(1), 2);
    }

    /** Hash of three words. */
    public long hash(final long a, final long b, final long c) {
        return with(k0, k1, k2, k3, a, b, c, length(3), 2);
    }

    /** Hash of four words: two addresses. */
    public long hash(final long a, final long b, final long c, final long d) {
        return with(k0, k1, k2, k3, a, b, c, d, length(4), 2);
    }

    /** Hash of five words: two addresses and a pair of ports. */
    public long hash(final long a, final long b, final long c, final long d, final long e) {
        return with(k0, k1, k2, k3, a, b, c, d, e, length(5), 2);
    }

    /** SipHash-1-3 of a word and half a one, two IPv4 addresses and a pair of ports: enough where nobody learns the hash, only that buckets fill alike. */
    public long tableHash(final long a, final int b) {
        return with(k0, k1, k2, k3, a, half(b), 1);
    }

    /** SipHash-1-3 of three words. */
    public long tableHash(final long a, final long b, final long c) {
        return with(k0, k1, k2, k3, a, b, c, length(3), 1);
    }

    /** The last block: the length in bytes stands in its highest byte. */
    private static long length(final int words) {
        return (long) words * Long.BYTES << LENGTH_SHIFT;
    }

    private static long half(final int last) {
        return (long) (Long.BYTES + Integer.BYTES) << LENGTH_SHIFT | last & 0xffffffffL;
    }

    /** Takes the first word in; a method for each number of words, so that the compiler makes a straight line of them. */
    private static long with(
            final long i0,
            final long i1,
            final long i2,
            final long i3,
            final long a,
            final long b,
            final long c,
            final long d,
            final long e,
            final long last,
            final int rounds) {
        long v0 = i0;
        long v1 = i1;
        long v2 = i2;
        long v3 = i3 ^ a;
        for (int round = 0; round < rounds; round++) {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
        return with(v0 ^ a, v1, v2, v3, b, c, d, e, last, rounds);
    }

    private static long with(
            final long i0,
            final long i1,
            final long i2,
            final long i3,
            final long b,
            final long c,
            final long d,
            final long e,
            final long last,
            final int rounds) {
        long v0 = i0;
        long v1 = i1;
        long v2 = i2;
        long v3 = i3 ^ b;
        for (int round = 0; round < rounds; round++) {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
        return with(v0 ^ b, v1, v2, v3, c, d, e, last, rounds);
    }

    private static long with(
            final long i0,
            final long i1,
            final long i2,
            final long i3,
            final long c,
            final long d,
            final long e,
            final long last,
            final int rounds) {
        long v0 = i0;
        long v1 = i1;
        long v2 = i2;
        long v3 = i3 ^ c;
        for (int round = 0; round < rounds; round++) {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
        return with(v0 ^ c, v1, v2, v3, d, e, last, rounds);
    }

    private static long with(
            final long i0,
            final long i1,
            final long i2,
            final long i3,
            final long d,
            final long e,
            final long last,
            final int rounds) {
        long v0 = i0;
        long v1 = i1;
        long v2 = i2;
        long v3 = i3 ^ d;
        for (int round = 0; round < rounds; round++) {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
        return with(v0 ^ d, v1, v2, v3, e, last, rounds);
    }

    private static long with(
            final long i0,
            final long i1,
            final long i2,
            final long i3,
            final long e,
            final long last,
            final int rounds) {
        long v0 = i0;
        long v1 = i1;
        long v2 = i2;
        long v3 = i3 ^ e;
        for (int round = 0; round < rounds; round++) {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
        return with(v0 ^ e, v1, v2, v3, last, rounds);
    }

    /** Takes the last block in. */
    private static long with(
            final long i0, final long i1, final long i2, final long i3, final long last, final int rounds) {
        long v0 = i0;
        long v1 = i1;
        long v2 = i2;
        long v3 = i3 ^ last;
        for (int round = 0; round < rounds; round++) {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
        return end(v0 ^ last, v1, v2 ^ 0xff, v3, rounds + 2);
    }

    private static long end(final long i0, final long i1, final long i2, final long i3, final int rounds) {
        long v0 = i0;
        long v1 = i1;
        long v2 = i2;
        long v3 = i3;
        for (int round = 0; round < rounds; round++) {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
