package dev.culvert.fuzz;

import java.util.Arrays;

/** Reads a fuzzer's bytes from front to back; zeros follow the end, so that every prefix means something. */
final class Feed {
    private final byte[] bytes;
    private int at;

    Feed(final byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isEmpty() {
        return at >= bytes.length;
    }

    /** 0 to 255. */
    int u8() {
        return at < bytes.length ? bytes[at++] & 0xff : 0;
    }

    /** 0 to 65,535. */
    int u16() {
        return u8() << 8 | u8();
    }

    int i32() {
        return u16() << 16 | u16();
    }

    /** 0 to {@code bound - 1}; one byte of input for bounds up to 256, two beyond. */
    int below(final int bound) {
        return (bound <= 256 ? u8() : u16()) % bound;
    }

    boolean flag() {
        return (u8() & 1) != 0;
    }

    /** At most so many of the bytes that are left. */
    byte[] take(final int most) {
        final int length = Math.min(most, bytes.length - Math.min(at, bytes.length));
        final byte[] taken = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return taken;
    }

    /** A number near zero, seldom a large one: most mistakes are off by one. */
    int near() {
        final int kind = u8();
        if (kind < 0xe0) {
            return (kind % 17) - 8;
        }
        return kind < 0xf0 ? (short) u16() : i32();
    }
}
