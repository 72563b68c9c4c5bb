package dev.culvert.wire;

import java.nio.ByteOrder;
import org.agrona.UnsafeApi;

/**
 * Fields in network order, without a check of bounds: whoever reads or writes a header checks once that all of it is there,
 * which costs less than to check each of its fields (measured: a tenth of a short connection). A place is what Agrona's buffers
 * call it: {@code byteArray()}, which is null off the heap, and {@code addressOffset()} plus an offset.
 */
public final class NetworkOrder {
    private static final boolean SWAPPED = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private NetworkOrder() {}

    /** A byte, 0 to 255. */
    public static int u8(final byte[] base, final long at) {
        return UnsafeApi.getByte(base, at) & 0xff;
    }

    /** Two bytes, 0 to 65,535. */
    public static int u16(final byte[] base, final long at) {
        final short value = UnsafeApi.getShort(base, at);
        return (SWAPPED ? Short.reverseBytes(value) : value) & 0xffff;
    }

    /** Four bytes. */
    public static int i32(final byte[] base, final long at) {
        final int value = UnsafeApi.getInt(base, at);
        return SWAPPED ? Integer.reverseBytes(value) : value;
    }

    /** Writes two bytes. */
    public static void put16(final byte[] base, final long at, final int value) {
        UnsafeApi.putShort(base, at, SWAPPED ? Short.reverseBytes((short) value) : (short) value);
    }

    /** Writes four bytes. */
    public static void put32(final byte[] base, final long at, final int value) {
        UnsafeApi.putInt(base, at, SWAPPED ? Integer.reverseBytes(value) : value);
    }
}
