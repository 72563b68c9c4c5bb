package dev.culvert.kit;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An endless stream of bytes in which every byte is a function of its position: a receiver can check what it got without
 * storing what was sent, and a byte in the wrong place shows. Immutable; any thread.
 */
public final class Pattern {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final long seed;

    /** Streams with different seeds have nothing in common. */
    public Pattern(final long seed) {
        this.seed = seed;
    }

    /** The byte at a position, counted from 0. */
    public byte at(final long position) {
        return (byte) (word(position >>> 3) >>> ((position & 7) << 3));
    }

    /** Writes {@code length} bytes of the stream from {@code position} on. */
    public void fill(final MutableDirectBuffer target, final int offset, final int length, final long position) {
        int i = 0;
        while (i < length) {
            final long at = position + i;
            if ((at & 7) == 0 && length - i >= Long.BYTES) {
                target.putLong(offset + i, word(at >>> 3), ByteOrder.LITTLE_ENDIAN);
                i += Long.BYTES;
            } else {
                target.putByte(offset + i, at(at));
                i++;
            }
        }
    }

    /** Index of the first byte that is not the stream's from {@code position} on; −1: all are. */
    public int mismatch(final DirectBuffer source, final int offset, final int length, final long position) {
        int i = 0;
        while (i < length) {
            final long at = position + i;
            if ((at & 7) == 0
                    && length - i >= Long.BYTES
                    && source.getLong(offset + i, ByteOrder.LITTLE_ENDIAN) == word(at >>> 3)) {
                i += Long.BYTES;
            } else if (source.getByte(offset + i) == at(at)) {
                i++;
            } else {
                return i;
            }
        }
        return -1;
    }

    private long word(final long index) {
        long z = seed + index * GOLDEN;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
