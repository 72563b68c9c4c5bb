package dev.culvert.wire;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * The Internet checksum (RFC 1071), here and nowhere else.
 *
 * <p>A sum is a {@code long} that has collected 32-bit words <em>in the machine's own byte order</em>: RFC 1071 §2(B) shows
 * that the result is then merely byte-swapped, so bytes are swapped once, in {@link #fold}, instead of once per word.
 * {@link #fold} and {@link #finish} return the number that belongs into the header field as a big-endian 16-bit value.
 * Sums of pieces may be added with {@code +} while each piece but the last has an even length, and by {@link #add}
 * otherwise; 64 bits hold the sum of 16 GiB without overflow.
 */
public final class Checksum {
    private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final long LOW_HALF = 0xffffffffL;
    private static final int UNROLLED = 4 * Long.BYTES;

    private Checksum() {}

    /** Sum of {@code length} bytes at an off-heap address; an odd last byte is padded with zero. */
    public static long sum(final long address, final int length) {
        return sum(null, address, length);
    }

    /** Sum of {@code length} bytes of a buffer, on or off the heap; an odd last byte is padded with zero. */
    public static long sum(final DirectBuffer b, final int offset, final int length) {
        b.boundsCheck(offset, length);
        return sum(b.byteArray(), b.addressOffset() + offset, length);
    }

    /**
     * Adds up whole words, whatever overflows, and their high halves: what the low halves add up to is the difference of the two,
     * so that a word costs two additions and a shift. Two accumulators of each, so that they do not wait for each other.
     */
    private static long sum(final Object base, final long address, final int length) {
        long a = 0;
        long b = 0;
        long highA = 0;
        long highB = 0;
        long at = address;
        int left = length;
        for (; left >= UNROLLED; left -= UNROLLED, at += UNROLLED) {
            final long w = UnsafeApi.getLong(base, at);
            final long x = UnsafeApi.getLong(base, at + 8);
            final long y = UnsafeApi.getLong(base, at + 16);
            final long z = UnsafeApi.getLong(base, at + 24);
            a += w + y;
            b += x + z;
            highA += (w >>> 32) + (y >>> 32);
            highB += (x >>> 32) + (z >>> 32);
        }
        for (; left >= Long.BYTES; left -= Long.BYTES, at += Long.BYTES) {
            final long w = UnsafeApi.getLong(base, at);
            a += w;
            highA += w >>> 32;
        }
        final long high = highA + highB;
        return a + b - (high << 32) + high + sumTail(base, at, left);
    }

    private static long sumTail(final Object base, final long address, final int length) {
        long sum = 0;
        long at = address;
        int left = length;
        if (left >= Integer.BYTES) {
            sum += UnsafeApi.getInt(base, at) & LOW_HALF;
            at += Integer.BYTES;
            left -= Integer.BYTES;
        }
        if (left >= Short.BYTES) {
            sum += UnsafeApi.getShort(base, at) & 0xffff;
            at += Short.BYTES;
            left -= Short.BYTES;
        }
        if (left != 0) {
            final int last = UnsafeApi.getByte(base, at) & 0xff;
            sum += LITTLE_ENDIAN ? last : last << 8;
        }
        return sum;
    }

    /**
     * Adds the sum of a piece that follows what is already in {@code sum}.
     *
     * @param oddPosition whether an odd number of bytes stands before the piece: its bytes then count in the other half of
     *     their words
     */
    public static long add(final long sum, final long pieceSum, final boolean oddPosition) {
        return sum + (oddPosition ? swap(foldNative(pieceSum)) : pieceSum);
    }

    /** The 16-bit one's complement sum, as the header field holds it: for a field that a device completes. */
    public static int fold(final long sum) {
        final int folded = foldNative(sum);
        return LITTLE_ENDIAN ? swap(folded) : folded;
    }

    /** The checksum for the header field: the complement of {@link #fold}. */
    public static int finish(final long sum) {
        return ~fold(sum) & 0xffff;
    }

    /** Whether a sum over data, checksum field and pseudo-header proves them undamaged. */
    public static boolean isValid(final long sum) {
        return foldNative(sum) == 0xffff;
    }

    /** Sum of IPv4's pseudo-header (RFC 9293 §3.1). */
    public static long pseudoHeaderV4(final int src, final int dst, final int protocol, final int length) {
        return word(src) + word(dst) + word(protocol) + word(length);
    }

    /** Sum of IPv6's pseudo-header (RFC 8200 §8.1). */
    public static long pseudoHeaderV6(
            final long srcHi,
            final long srcLo,
            final long dstHi,
            final long dstLo,
            final int protocol,
            final int length) {
        return words(srcHi) + words(srcLo) + words(dstHi) + words(dstLo) + word(protocol) + word(length);
    }

    /** Sum of the pseudo-header of the addresses' own family: IPv4's when the destination has the mapped form. */
    public static long pseudoHeader(
            final long srcHi,
            final long srcLo,
            final long dstHi,
            final long dstLo,
            final int protocol,
            final int length) {
        return IpAddress.isV4(dstHi, dstLo)
                ? pseudoHeaderV4((int) srcLo, (int) dstLo, protocol, length)
                : pseudoHeaderV6(srcHi, srcLo, dstHi, dstLo, protocol, length);
    }

    /** A number as the word that its big-endian bytes make in memory: the sum of these four bytes. */
    public static long word(final int value) {
        return (LITTLE_ENDIAN ? Integer.reverseBytes(value) : value) & LOW_HALF;
    }

    private static long words(final long value) {
        return word((int) (value >>> 32)) + word((int) value);
    }

    private static int foldNative(final long sum) {
        // The upper half of a sum with its own rotation is the sum of both halves, with the carry.
        final int folded = (int) (sum + Long.rotateRight(sum, Integer.SIZE) >>> Integer.SIZE);
        return folded + Integer.rotateRight(folded, Short.SIZE) >>> Short.SIZE;
    }

    private static int swap(final int value) {
        return (value & 0xff) << 8 | value >>> 8;
    }
}
