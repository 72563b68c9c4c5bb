package dev.culvert.kit.packetdrill;

import java.util.Arrays;

/** One TCP option: its kind and the bytes after the length; NOP and EOL have none. Immutable. */
final class TcpOption {
    static final int EOL = 0;
    static final int NOP = 1;
    static final int MSS = 2;
    static final int WSCALE = 3;
    static final int SACK_OK = 4;
    static final int SACK = 5;
    static final int TIMESTAMPS = 8;
    static final int MD5 = 19;
    static final int FAST_OPEN = 34;
    static final int ACCURATE_ECN_0 = 172;
    static final int ACCURATE_ECN_1 = 174;
    static final int EXPERIMENT = 254;
    static final int FAST_OPEN_MAGIC = 0xf989;

    private final int kind;
    private final byte[] data;

    TcpOption(final int kind, final int... bytes) {
        this(kind, toBytes(bytes));
    }

    TcpOption(final int kind, final byte[] data) {
        this.kind = kind;
        this.data = data;
    }

    int kind() {
        return kind;
    }

    /** Not a copy: not to be changed. */
    byte[] data() {
        return data;
    }

    private static byte[] toBytes(final int... values) {
        final byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** Bytes on the wire. */
    int length() {
        return kind <= NOP ? 1 : 2 + data.length;
    }

    /** 32 bits at this place of the data. */
    int int32(final int at) {
        return (data[at] & 0xff) << 24 | (data[at + 1] & 0xff) << 16 | (data[at + 2] & 0xff) << 8 | data[at + 3] & 0xff;
    }

    /** A copy with at least four bytes, zeros behind. */
    TcpOption withPadding() {
        return new TcpOption(kind, Arrays.copyOf(data, Math.max(4, data.length)));
    }

    /** A copy with other 32 bits there. */
    TcpOption withInt32(final int at, final int value) {
        final byte[] copy = data.clone();
        copy[at] = (byte) (value >>> 24);
        copy[at + 1] = (byte) (value >>> 16);
        copy[at + 2] = (byte) (value >>> 8);
        copy[at + 3] = (byte) value;
        return new TcpOption(kind, copy);
    }

    /** A SACK option whose edges are moved by {@code offset}; any other option as it is. */
    TcpOption sackMoved(final int offset) {
        if (kind != SACK || offset == 0) {
            return this;
        }
        TcpOption moved = this;
        for (int at = 0; at + 4 <= data.length; at += 4) {
            moved = moved.withInt32(at, int32(at) + offset);
        }
        return moved;
    }

    boolean isTimestamps() {
        return kind == TIMESTAMPS && data.length == 8;
    }

    boolean sameAs(final TcpOption other) {
        return kind == other.kind && Arrays.equals(data, other.data);
    }
}
