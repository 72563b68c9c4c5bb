package dev.culvert.env;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class SipHashTest {
    private static final long K0 = 0x0706050403020100L;
    private static final long K1 = 0x0f0e0d0c0b0a0908L;

    /** The bytes 0, 1, 2, … as little-endian words. */
    private static long word(final int index) {
        final byte[] bytes = new byte[Long.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (index * Long.BYTES + i);
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private static long vector(final int... bytes) {
        long value = 0;
        for (int i = bytes.length - 1; i >= 0; i--) {
            value = value << 8 | bytes[i];
        }
        return value;
    }

    /** vectors.h of the reference implementation: the inputs of 8, 24 and 40 bytes. */
    @Test
    void equalsTheReferenceVectors() {
        final SipHash sip = new SipHash(K0, K1);

        assertEquals(vector(0x62, 0x24, 0x93, 0x9a, 0x79, 0xf5, 0xf5, 0x93), sip.hash(word(0)));
        assertEquals(vector(0x94, 0xaf, 0x49, 0xf6, 0xc6, 0x50, 0xad, 0xb8), sip.hash(word(0), word(1), word(2)));
        assertEquals(
                vector(0xd0, 0xa7, 0x04, 0x53, 0x6b, 0xa9, 0x3e, 0x0e),
                sip.hash(word(0), word(1), word(2), word(3), word(4)));
    }

    /** SipHash-1-3 of the same 24 bytes and of the first 12, as other implementations have it. */
    @Test
    void theTablesHashEqualsSipHash13() {
        final SipHash sip = new SipHash(K0, K1);

        assertEquals(vector(0x8c, 0x9c, 0x34, 0x67, 0xb2, 0xae, 0x64, 0xf4), sip.tableHash(word(0), word(1), word(2)));
        assertEquals(vector(0xa2, 0xd9, 0xb4, 0x57, 0xb1, 0x84, 0xa3, 0x78), sip.tableHash(word(0), (int) word(1)));
    }

    @Test
    void dependsOnTheKeyAndOnEveryWord() {
        final long hash = new SipHash(K0, K1).hash(1, 2, 3, 4, 5);

        assertNotEquals(hash, new SipHash(K0 ^ 1, K1).hash(1, 2, 3, 4, 5));
        assertNotEquals(hash, new SipHash(K0, K1 ^ 1).hash(1, 2, 3, 4, 5));
        assertNotEquals(hash, new SipHash(K0, K1).hash(2, 1, 3, 4, 5));
        assertNotEquals(hash, new SipHash(K0, K1).hash(1, 2, 3, 4, 6));
    }
}
