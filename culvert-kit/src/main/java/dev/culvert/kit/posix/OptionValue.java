package dev.culvert.kit.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The bytes of one option's value, as Linux's 64-bit little-endian ABI has them. */
final class OptionValue {
    private final ByteBuffer bytes;

    OptionValue(final byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    int length() {
        return bytes.capacity();
    }

    /** The first {@code int}. */
    int number() {
        return bytes.getInt(0);
    }

    boolean isSet() {
        return number() != 0;
    }

    /** The second {@code int}. */
    int second() {
        return bytes.getInt(4);
    }

    /** The first {@code long}. */
    long longNumber() {
        return bytes.getLong(0);
    }

    /** A {@code struct timeval} in microseconds. */
    long timeUs() {
        return bytes.getLong(0) * 1_000_000L + bytes.getLong(8);
    }

    String text() {
        final String all = new String(bytes.array(), StandardCharsets.US_ASCII);
        final int end = all.indexOf('\0');
        return end < 0 ? all : all.substring(0, end);
    }

    static byte[] of(final int... values) {
        final ByteBuffer out = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        out.asIntBuffer().put(values);
        return out.array();
    }

    static byte[] ofLong(final long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    static byte[] of(final boolean value) {
        return of(value ? 1 : 0);
    }

    static byte[] ofTime(final long us) {
        final ByteBuffer out = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        return out.putLong(us / 1_000_000).putLong(us % 1_000_000).array();
    }

    /** A name in 16 bytes, as {@code TCP_CONGESTION} has it. */
    static byte[] ofName(final String name) {
        return java.util.Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 16);
    }
}
