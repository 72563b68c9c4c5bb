package dev.culvert.tcp.option;

import dev.culvert.wire.NetworkOrder;
import dev.culvert.wire.TcpOptionKind;

/**
 * Reads the values of options by kind; a malformed value is ignored, as if the option were absent. A new option is a field of
 * {@link SegmentOptions}, a method and a line here.
 */
final class OptionCodecs {
    /** RFC 7323 §2.3: a larger shift is used as 14. */
    private static final int MAX_SHIFT = 14;

    private OptionCodecs() {}

    static void decode(
            final int kind, final byte[] base, final long at, final int length, final SegmentOptions options) {
        switch (kind) {
            case TcpOptionKind.MSS -> mss(base, at, length, options);
            case TcpOptionKind.WINDOW_SCALE -> windowScale(base, at, length, options);
            case TcpOptionKind.SACK_PERMITTED -> options.sackPermitted |= length == 0;
            case TcpOptionKind.SACK -> sack(base, at, length, options);
            case TcpOptionKind.TIMESTAMPS -> timestamps(base, at, length, options);
            case TcpOptionKind.FAST_OPEN -> fastOpen(base, at, length, false, options);
            case TcpOptionKind.EXPERIMENT -> experiment(base, at, length, options);
            case TcpOptionKind.USER_TIMEOUT -> userTimeout(base, at, length, options);
            default -> {} // MUST-6: ignored
        }
    }

    private static void mss(final byte[] base, final long at, final int length, final SegmentOptions options) {
        if (length == 2) {
            options.mss = NetworkOrder.u16(base, at);
        }
    }

    private static void windowScale(final byte[] base, final long at, final int length, final SegmentOptions options) {
        if (length == 1) {
            final int shift = NetworkOrder.u8(base, at);
            options.windowShift = Math.min(shift, MAX_SHIFT);
            options.windowShiftTooLarge = shift > MAX_SHIFT;
        }
    }

    private static void timestamps(final byte[] base, final long at, final int length, final SegmentOptions options) {
        if (length == 8) {
            options.hasTimestamps = true;
            options.tsVal = NetworkOrder.i32(base, at);
            options.tsEcr = NetworkOrder.i32(base, at + 4);
        }
    }

    /** RFC 6994: the first two bytes say whose experiment it is. */
    private static void experiment(final byte[] base, final long at, final int length, final SegmentOptions options) {
        final boolean known = length >= 2
                && NetworkOrder.u16(base, at) == TcpOptionKind.FAST_OPEN_EXPERIMENT
                && options.fastOpen.length == FastOpenOption.ABSENT;
        if (known) {
            fastOpen(base, at + 2, length - 2, true, options);
        }
    }

    private static void fastOpen(
            final byte[] base,
            final long at,
            final int length,
            final boolean experimental,
            final SegmentOptions options) {
        if (FastOpenOption.isLength(length)) {
            final long high = bytes(base, at, Math.min(length, Long.BYTES));
            final long low = bytes(base, at + Long.BYTES, Math.max(0, length - Long.BYTES));
            options.fastOpen.set(length, high, low, experimental);
        }
    }

    /** Up to eight bytes, the first one highest, the rest zero. */
    private static long bytes(final byte[] base, final long at, final int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (long) NetworkOrder.u8(base, at + i) << 56 - 8 * i;
        }
        return value;
    }

    /** RFC 5482 §2: the highest bit says whether the others are seconds or minutes; zero is ignored. */
    private static void userTimeout(final byte[] base, final long at, final int length, final SegmentOptions options) {
        if (length == 2) {
            final int value = NetworkOrder.u16(base, at);
            options.userTimeoutMs = (value & 0x7fff) * ((value & 0x8000) == 0 ? 1_000 : 60_000);
        }
    }

    private static void sack(final byte[] base, final long at, final int length, final SegmentOptions options) {
        if (length % 8 == 0 && length <= 8 * SegmentOptions.MAX_SACK_BLOCKS) {
            options.sackBlocks = length / 8;
            for (int i = 0; i < options.sackBlocks; i++) {
                options.sackLeft[i] = NetworkOrder.i32(base, at + 8L * i);
                options.sackRight[i] = NetworkOrder.i32(base, at + 8L * i + 4);
            }
        }
    }
}
