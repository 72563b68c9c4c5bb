package dev.culvert.wire;

import java.util.Arrays;

/**
 * An IPv4 or IPv6 address: 128 bits in two words, IPv4 in its mapped form {@code ::ffff:a.b.c.d} (RFC 4291 §2.5.5.2), so
 * that one lookup serves both families. Immutable. The data path passes the two words, not this object.
 */
public record IpAddress(long hi, long lo) {
    private static final long V4_MAPPED = 0xffffL << 32;

    /** The unspecified IPv4 address 0.0.0.0: as a local address it means "any". */
    public static final IpAddress ANY_V4 = v4(0);
    /** The unspecified IPv6 address {@code ::}. */
    public static final IpAddress ANY_V6 = new IpAddress(0, 0);

    /** An IPv4 address from its 32 bits. */
    public static IpAddress v4(final int bits) {
        return new IpAddress(0, v4Lo(bits));
    }

    /** The low word of an IPv4 address; the high word is zero. */
    public static long v4Lo(final int bits) {
        return V4_MAPPED | bits & 0xffffffffL;
    }

    /** Whether the two words hold an IPv4 address. */
    public static boolean isV4(final long hi, final long lo) {
        return hi == 0 && lo >>> 32 == 0xffff;
    }

    /** Whether this is an IPv4 address. */
    public boolean isV4() {
        return isV4(hi, lo);
    }

    /** Whether this is 0.0.0.0 or {@code ::}. */
    public boolean isAny() {
        return hi == 0 && (lo == 0 || lo == V4_MAPPED);
    }

    /** From 4 or 16 bytes in network order. */
    public static IpAddress of(final byte[] bytes) {
        if (bytes.length == 4) {
            return v4((bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | bytes[3] & 0xff);
        }
        if (bytes.length != 16) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
        }
        long hi = 0;
        long lo = 0;
        for (int i = 0; i < 8; i++) {
            hi = hi << 8 | bytes[i] & 0xff;
            lo = lo << 8 | bytes[i + 8] & 0xff;
        }
        return new IpAddress(hi, lo);
    }

    /** 4 or 16 bytes in network order. */
    public byte[] toBytes() {
        final byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (hi >>> 56 - 8 * i);
            bytes[i + 8] = (byte) (lo >>> 56 - 8 * i);
        }
        return isV4() ? Arrays.copyOfRange(bytes, 12, 16) : bytes;
    }

    /**
     * Reads dotted-quad or RFC 4291 text; names are not resolved.
     *
     * @throws IllegalArgumentException when the text is no address; the message quotes it
     */
    public static IpAddress parse(final String text) {
        final byte[] bytes = text.indexOf(':') < 0 ? parseV4(text) : parseV6(text);
        if (bytes.length == 0) {
            throw new IllegalArgumentException("not an IP address: '" + text + "'");
        }
        return of(bytes);
    }

    private static byte[] parseV4(final String text) {
        final String[] parts = text.split("\\.", -1);
        final byte[] bytes = new byte[4];
        if (parts.length != 4) {
            return new byte[0];
        }
        for (int i = 0; i < 4; i++) {
            if (!parts[i].matches("[0-9]{1,3}") || Integer.parseInt(parts[i]) > 255) {
                return new byte[0];
            }
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        return bytes;
    }

    private static byte[] parseV6(final String text) {
        final int gap = text.indexOf("::");
        if (gap < 0) {
            final byte[] all = groups(text);
            return all.length == 16 ? all : new byte[0];
        }
        final byte[] head = groups(text.substring(0, gap));
        final byte[] tail = groups(text.substring(gap + 2));
        final boolean quadInFront = text.lastIndexOf('.', gap) >= 0;
        final boolean bad = quadInFront || gap > 0 && head.length == 0 || gap + 2 < text.length() && tail.length == 0;
        if (bad || head.length + tail.length > 14) {
            return new byte[0];
        }
        final byte[] all = new byte[16];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(tail, 0, all, 16 - tail.length, tail.length);
        return all;
    }

    /** The bytes of colon-separated groups, a dotted quad allowed as the last one; empty when malformed. */
    private static byte[] groups(final String text) {
        if (text.isEmpty()) {
            return new byte[0];
        }
        final String[] parts = text.split(":", -1);
        byte[] bytes = new byte[0];
        for (int i = 0; i < parts.length; i++) {
            final byte[] group;
            if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
                group = parseV4(parts[i]);
            } else if (parts[i].matches("[0-9a-fA-F]{1,4}")) {
                final int value = Integer.parseInt(parts[i], 16);
                group = new byte[] {(byte) (value >>> 8), (byte) value};
            } else {
                group = new byte[0];
            }
            if (group.length == 0) {
                return new byte[0];
            }
            bytes = Arrays.copyOf(bytes, bytes.length + group.length);
            System.arraycopy(group, 0, bytes, bytes.length - group.length, group.length);
        }
        return bytes;
    }

    /** Text of the two words, in RFC 5952's form. */
    public static String toString(final long hi, final long lo) {
        return new IpAddress(hi, lo).toString();
    }

    /** An address and a port, as {@code 10.83.0.2:80} or, by RFC 5952 §6, {@code [fd83::2]:80}. */
    public static String withPort(final long hi, final long lo, final int port) {
        final String address = toString(hi, lo);
        return (isV4(hi, lo) ? address : "[" + address + "]") + ":" + port;
    }

    @Override
    public String toString() {
        if (isV4()) {
            final int v4 = (int) lo;
            return (v4 >>> 24) + "." + (v4 >>> 16 & 0xff) + "." + (v4 >>> 8 & 0xff) + "." + (v4 & 0xff);
        }
        final int[] group = new int[8];
        for (int i = 0; i < 8; i++) {
            group[i] = (int) ((i < 4 ? hi : lo) >>> 48 - 16 * (i & 3)) & 0xffff;
        }
        int gapStart = -1;
        int gapLength = 1; // RFC 5952 §4.2.2: a single zero group is not shortened
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && group[end] == 0) {
                end++;
            }
            if (end - i > gapLength) {
                gapStart = i;
                gapLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == gapStart) {
                text.append("::");
                i += gapLength - 1;
            } else {
                if (i > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(group[i]));
            }
        }
        return text.toString();
    }
}
