package dev.culvert.tcp.option;

import static java.nio.ByteOrder.BIG_ENDIAN;

import dev.culvert.wire.TcpOptionKind;
import org.agrona.concurrent.UnsafeBuffer;

/** The table of option codecs by kind. A new option is a field of {@link SegmentOptions}, a codec and a line here. */
final class OptionCodecs {
    /** RFC 7323 §2.3: a larger shift is used as 14. */
    private static final int MAX_SHIFT = 14;

    private static final OptionCodec[] BY_KIND = new OptionCodec[256];

    static {
        BY_KIND[TcpOptionKind.MSS] = OptionCodecs::mss;
        BY_KIND[TcpOptionKind.WINDOW_SCALE] = OptionCodecs::windowScale;
        BY_KIND[TcpOptionKind.SACK_PERMITTED] = OptionCodecs::sackPermitted;
        BY_KIND[TcpOptionKind.SACK] = OptionCodecs::sack;
        BY_KIND[TcpOptionKind.TIMESTAMPS] = OptionCodecs::timestamps;
        BY_KIND[TcpOptionKind.USER_TIMEOUT] = OptionCodecs::userTimeout;
    }

    private OptionCodecs() {}

    static void decode(
            final int kind,
            final UnsafeBuffer buffer,
            final int offset,
            final int length,
            final SegmentOptions options) {
        final OptionCodec codec = BY_KIND[kind & 0xff];
        if (codec != null) {
            codec.decode(buffer, offset, length, options);
        }
    }

    private static void mss(final UnsafeBuffer b, final int offset, final int length, final SegmentOptions options) {
        if (length == 2) {
            options.mss = b.getShort(offset, BIG_ENDIAN) & 0xffff;
        }
    }

    private static void windowScale(
            final UnsafeBuffer b, final int offset, final int length, final SegmentOptions options) {
        if (length == 1) {
            options.windowShift = Math.min(b.getByte(offset) & 0xff, MAX_SHIFT);
        }
    }

    private static void sackPermitted(
            final UnsafeBuffer b, final int offset, final int length, final SegmentOptions options) {
        options.sackPermitted |= length == 0;
    }

    private static void timestamps(
            final UnsafeBuffer b, final int offset, final int length, final SegmentOptions options) {
        if (length == 8) {
            options.hasTimestamps = true;
            options.tsVal = b.getInt(offset, BIG_ENDIAN);
            options.tsEcr = b.getInt(offset + 4, BIG_ENDIAN);
        }
    }

    /** RFC 5482 §2: the highest bit says whether the others are seconds or minutes; zero is ignored. */
    private static void userTimeout(
            final UnsafeBuffer b, final int offset, final int length, final SegmentOptions options) {
        if (length == 2) {
            final int value = b.getShort(offset, BIG_ENDIAN) & 0xffff;
            options.userTimeoutMs = (value & 0x7fff) * ((value & 0x8000) == 0 ? 1_000 : 60_000);
        }
    }

    private static void sack(final UnsafeBuffer b, final int offset, final int length, final SegmentOptions options) {
        if (length % 8 == 0 && length <= 8 * SegmentOptions.MAX_SACK_BLOCKS) {
            options.sackBlocks = length / 8;
            for (int i = 0; i < options.sackBlocks; i++) {
                options.sackLeft[i] = b.getInt(offset + 8 * i, BIG_ENDIAN);
                options.sackRight[i] = b.getInt(offset + 8 * i + 4, BIG_ENDIAN);
            }
        }
    }
}
