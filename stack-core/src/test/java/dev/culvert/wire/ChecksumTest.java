package dev.culvert.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    private static final int SIZE = 70_000;

    private final Random random = new Random(20_240_607);
    private final UnsafeBuffer direct = new UnsafeBuffer(BufferUtil.allocateDirectAligned(SIZE, 64));
    private final UnsafeBuffer heap = new UnsafeBuffer(new byte[SIZE]);

    ChecksumTest() {
        fill();
    }

    private void fill() {
        random.nextBytes(heap.byteArray());
        direct.putBytes(0, heap.byteArray());
    }

    /** RFC 1071 §1, word by word in network order. */
    private static int reference(final UnsafeBuffer b, final int offset, final int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            final int value = b.getByte(offset + i) & 0xff;
            sum += (i & 1) == 0 ? value << 8 : value;
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) sum;
    }

    @Test
    void theExampleOfRfc1071Section3() {
        final UnsafeBuffer b =
                new UnsafeBuffer(new byte[] {0, 1, (byte) 0xf2, 3, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7});

        assertEquals(0xddf2, Checksum.fold(Checksum.sum(b, 0, 8)));
        assertEquals(0x220d, Checksum.finish(Checksum.sum(b, 0, 8)));
    }

    @Test
    void everySmallLengthAtEveryAlignmentEqualsTheReference() {
        for (int length = 0; length <= 200; length++) {
            for (int offset = 0; offset < 9; offset++) {
                final int expected = reference(heap, offset, length);
                assertEquals(expected, Checksum.fold(Checksum.sum(heap, offset, length)));
                assertEquals(expected, Checksum.fold(Checksum.sum(direct, offset, length)));
                assertEquals(expected, Checksum.fold(Checksum.sum(direct.addressOffset() + offset, length)));
            }
        }
    }

    @Test
    void randomRangesEqualTheReference() {
        for (int i = 0; i < 300; i++) {
            final int offset = random.nextInt(4_000);
            final int length = random.nextInt(66_000);
            assertEquals(reference(heap, offset, length), Checksum.fold(Checksum.sum(direct, offset, length)));
        }
    }

    @Test
    void nothingButOnesEqualsTheReference() {
        direct.setMemory(0, SIZE, (byte) 0xff);

        assertEquals(0xffff, Checksum.fold(Checksum.sum(direct, 0, 65_535 + 1)));
        assertEquals(reference(direct, 0, 65_535), Checksum.fold(Checksum.sum(direct, 0, 65_535)));
    }

    @Test
    void nothingButZerosIsZero() {
        direct.setMemory(0, SIZE, (byte) 0);

        assertEquals(0, Checksum.fold(Checksum.sum(direct, 3, 999)));
        assertEquals(0xffff, Checksum.finish(Checksum.sum(direct, 3, 999)));
    }

    @Test
    void piecesOfAnyLengthAddUpToTheWhole() {
        for (int i = 0; i < 500; i++) {
            final int length = 1 + random.nextInt(5_000);
            long sum = 0;
            int at = 0;
            while (at < length) {
                final int piece = Math.min(length - at, random.nextInt(700));
                sum = Checksum.add(sum, Checksum.sum(direct, at, piece), (at & 1) != 0);
                at += piece;
            }
            assertEquals(reference(heap, 0, length), Checksum.fold(sum));
        }
    }

    @Test
    void pseudoHeadersEqualTheirBytes() {
        for (int i = 0; i < 200; i++) {
            fill();
            final UnsafeBuffer v4 = new UnsafeBuffer(new byte[12]);
            v4.putBytes(0, heap, 0, 8);
            v4.putByte(9, (byte) 6);
            v4.putBytes(10, heap, 8, 2);
            final int length = Short.reverseBytes(heap.getShort(8)) & 0xffff;
            final int src = Integer.reverseBytes(heap.getInt(0));
            final int dst = Integer.reverseBytes(heap.getInt(4));
            assertEquals(reference(v4, 0, 12), Checksum.fold(Checksum.pseudoHeaderV4(src, dst, 6, length)));
            final long srcLo = IpAddress.v4Lo(src);
            final long dstLo = IpAddress.v4Lo(dst);
            assertEquals(reference(v4, 0, 12), Checksum.fold(Checksum.pseudoHeader(0, srcLo, 0, dstLo, 6, length)));
        }
    }

    @Test
    void pseudoHeadersOfIpv6EqualTheirBytes() {
        for (int i = 0; i < 200; i++) {
            fill();
            final UnsafeBuffer v6 = new UnsafeBuffer(new byte[40]);
            v6.putBytes(0, heap, 0, 32);
            final int length = random.nextInt(65_536);
            v6.putInt(32, Integer.reverseBytes(length));
            v6.putByte(39, (byte) 58);
            final long sum = Checksum.pseudoHeader(
                    Long.reverseBytes(heap.getLong(0)),
                    Long.reverseBytes(heap.getLong(8)),
                    Long.reverseBytes(heap.getLong(16)),
                    Long.reverseBytes(heap.getLong(24)),
                    58,
                    length);
            assertEquals(reference(v6, 0, 40), Checksum.fold(sum));
        }
    }

    @Test
    void aWrittenChecksumIsValidAndAnyFlippedBitIsNot() {
        direct.putShort(16, (short) 0);
        final int checksum = Checksum.finish(Checksum.sum(direct, 0, 101));
        direct.putShort(16, (short) checksum, java.nio.ByteOrder.BIG_ENDIAN);
        assertTrue(Checksum.isValid(Checksum.sum(direct, 0, 101)));

        for (int bit = 0; bit < 101 * 8; bit++) {
            direct.putByte(bit >>> 3, (byte) (direct.getByte(bit >>> 3) ^ 1 << (bit & 7)));
            assertFalse(Checksum.isValid(Checksum.sum(direct, 0, 101)));
            direct.putByte(bit >>> 3, (byte) (direct.getByte(bit >>> 3) ^ 1 << (bit & 7)));
        }
    }
}
