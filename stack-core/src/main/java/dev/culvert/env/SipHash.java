package dev.culvert.env;

/**
 * SipHash-2-4 (Aumasson and Bernstein 2012) over whole 64-bit words: a keyed hash that a peer cannot compute or invert; and
 * SipHash-1-3 for tables, whose hashes a peer never sees. The results equal the reference functions' on the words'
 * little-endian bytes. Immutable; any thread; allocates nothing.
 */
public final class SipHash {
    private final long k0;
    private final long k1;

    /** Two halves of the 128-bit key. */
    public SipHash(final long k0, final long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    /** Hash of one word. */
    public long hash(final long a) {
        return run(a, 0, 0, 0, 0, 1, 2, 2);
    }

    /** Hash of three words. */
    public long hash(final long a, final long b, final long c) {
        return run(a, b, c, 0, 0, 3, 2, 2);
    }

    /** Hash of four words: two addresses. */
    public long hash(final long a, final long b, final long c, final long d) {
        return run(a, b, c, d, 0, 4, 2, 2);
    }

    /** Hash of five words: two addresses and a pair of ports. */
    public long hash(final long a, final long b, final long c, final long d, final long e) {
        return run(a, b, c, d, e, 5, 2, 2);
    }

    /**
     * SipHash-1-3 of three words: enough where nobody learns the hash, only that buckets fill alike. Written out, since every
     * packet and every TIME-WAIT row that enters or ends needs one.
     */
    public long tableHash(final long a, final long b, final long c) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        v3 ^= a;
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
        v0 ^= a;
        v3 ^= b;
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
        v0 ^= b;
        v3 ^= c;
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
        v0 ^= c;
        v3 ^= (3L * Long.BYTES << 56);
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
        v0 ^= (3L * Long.BYTES << 56);
        v2 ^= 0xff;
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
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** SipHash-{@code rounds}-{@code rounds * finish}: the rounds at the end go over words of zero, in the same loop. */
    private long run(
            final long a,
            final long b,
            final long c,
            final long d,
            final long e,
            final int words,
            final int rounds,
            final int finish) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        for (int i = 0; i <= words + finish; i++) {
            final long m = i > words
                    ? 0
                    : i == words
                            ? (long) words * Long.BYTES << 56
                            : switch (i) {
                                case 0 -> a;
                                case 1 -> b;
                                case 2 -> c;
                                case 3 -> d;
                                default -> e;
                            };
            v3 ^= m;
            v2 ^= i == words + 1 ? 0xff : 0;
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
            v0 ^= m;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
