package dev.culvert.tcp.option;

import static java.nio.ByteOrder.BIG_ENDIAN;

import dev.culvert.wire.NetworkOrder;
import dev.culvert.wire.TcpOptionKind;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes options, each group padded to 32 bits with NOPs in the places where Linux puts them. Every method returns the
 * offset behind what it wrote.
 */
public final class OptionWriter {
    /** Bytes that {@link #timestamps} writes. */
    public static final int TIMESTAMPS_LENGTH = 12;

    /** Bytes that {@link #userTimeout} writes. */
    public static final int USER_TIMEOUT_LENGTH = 4;

    private static final int NOP_NOP_TIMESTAMPS = 0x0101080a;
    private static final int SACK_PERMITTED_TIMESTAMPS = 0x0402080a;

    private OptionWriter() {}

    /** Maximum segment size (RFC 9293 §3.7.1); on SYN segments only. */
    public static int mss(final UnsafeBuffer b, final int offset, final int mssBytes) {
        b.putInt(offset, TcpOptionKind.MSS << 24 | 4 << 16 | mssBytes, BIG_ENDIAN);
        return offset + 4;
    }

    /** SACK-permitted in the two bytes that would pad a SYN's timestamps option. */
    public static int sackPermittedAndTimestamps(
            final UnsafeBuffer b, final int offset, final int tsVal, final int tsEcr) {
        return timestamps(b, offset, SACK_PERMITTED_TIMESTAMPS, tsVal, tsEcr);
    }

    /** NOP, NOP, SACK-permitted. */
    public static int sackPermitted(final UnsafeBuffer b, final int offset) {
        b.putInt(offset, 0x01010000 | TcpOptionKind.SACK_PERMITTED << 8 | 2, BIG_ENDIAN);
        return offset + 4;
    }

    /** NOP, NOP, timestamps (RFC 7323 appendix A). */
    public static int timestamps(final UnsafeBuffer b, final int offset, final int tsVal, final int tsEcr) {
        return timestamps(b, offset, NOP_NOP_TIMESTAMPS, tsVal, tsEcr);
    }

    private static int timestamps(
            final UnsafeBuffer b, final int offset, final int head, final int tsVal, final int tsEcr) {
        b.boundsCheck(offset, TIMESTAMPS_LENGTH);
        final byte[] base = b.byteArray();
        final long at = b.addressOffset() + offset;
        NetworkOrder.put32(base, at, head);
        NetworkOrder.put32(base, at + 4, tsVal);
        NetworkOrder.put32(base, at + 8, tsEcr);
        return offset + TIMESTAMPS_LENGTH;
    }

    /** NOP, window scale (RFC 7323 §2.2). */
    public static int windowScale(final UnsafeBuffer b, final int offset, final int shift) {
        b.putInt(offset, 0x01000000 | TcpOptionKind.WINDOW_SCALE << 16 | 3 << 8 | shift, BIG_ENDIAN);
        return offset + 4;
    }

    /** Fast Open, padded behind as Linux does (RFC 7413 §4.1.1). */
    public static int fastOpen(final UnsafeBuffer b, final int offset, final FastOpenOption option) {
        int at = offset;
        if (option.experimental) {
            b.putByte(at, (byte) TcpOptionKind.EXPERIMENT);
            b.putByte(at + 1, (byte) (4 + option.length));
            b.putShort(at + 2, (short) TcpOptionKind.FAST_OPEN_EXPERIMENT, BIG_ENDIAN);
            at += 4;
        } else {
            b.putByte(at, (byte) TcpOptionKind.FAST_OPEN);
            b.putByte(at + 1, (byte) (2 + option.length));
            at += 2;
        }
        for (int i = 0; i < option.length; i++) {
            final long word = i < Long.BYTES ? option.high : option.low;
            b.putByte(at++, (byte) (word >>> 56 - 8 * (i % Long.BYTES)));
        }
        while ((at - offset) % 4 != 0) {
            b.putByte(at++, (byte) TcpOptionKind.NOP);
        }
        return at;
    }

    /** User timeout (RFC 5482 §2), rounded up to whole seconds, or minutes where seconds do not fit. */
    public static int userTimeout(final UnsafeBuffer b, final int offset, final int ms) {
        final int seconds = (int) ((ms + 999L) / 1_000);
        final int value = seconds <= 0x7fff ? seconds : 0x8000 | (int) ((ms + 59_999L) / 60_000);
        b.putInt(offset, TcpOptionKind.USER_TIMEOUT << 24 | USER_TIMEOUT_LENGTH << 16 | value, BIG_ENDIAN);
        return offset + USER_TIMEOUT_LENGTH;
    }

    /** Bytes that so many SACK blocks take. */
    public static int sackLength(final int blocks) {
        return blocks == 0 ? 0 : 4 + 8 * blocks;
    }

    /** SACK blocks that fit into so many bytes. */
    public static int sackBlocksIn(final int bytes) {
        return (bytes - 4) / 8;
    }

    /** NOP, NOP and the head of an option with so many SACK blocks; {@link #sackBlock} writes each of them. */
    public static int sack(final UnsafeBuffer b, final int offset, final int blocks) {
        b.putInt(offset, 0x01010000 | TcpOptionKind.SACK << 8 | 2 + 8 * blocks, BIG_ENDIAN);
        return offset + 4;
    }

    /** One block of a SACK option: {@code left} up to {@code right}. */
    public static int sackBlock(final UnsafeBuffer b, final int offset, final int left, final int right) {
        b.putInt(offset, left, BIG_ENDIAN);
        b.putInt(offset + 4, right, BIG_ENDIAN);
        return offset + 8;
    }
}
