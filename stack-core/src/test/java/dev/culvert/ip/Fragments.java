package dev.culvert.ip;

import dev.culvert.wire.Ipv4Flyweight;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** Cuts packets up as a router (IPv4) or a sender (IPv6) does. */
final class Fragments {
    private static final int HEADER_V4 = 20;
    private static final int HEADER_V6 = 40;

    private Fragments() {}

    /** Bytes from {@code from} to {@code to} of an IPv4 packet's payload. */
    static byte[] v4(final byte[] packet, final int from, final int to, final int id) {
        final byte[] fragment = Arrays.copyOf(packet, HEADER_V4 + to - from);
        System.arraycopy(packet, HEADER_V4 + from, fragment, HEADER_V4, to - from);
        put16(fragment, 2, fragment.length);
        put16(fragment, 4, id);
        put16(fragment, 6, from >>> 3 | (to < packet.length - HEADER_V4 ? 0x2000 : 0));
        return fixed(fragment);
    }

    /** The same with a right header checksum. */
    static byte[] fixed(final byte[] packet) {
        Ipv4Flyweight.writeChecksum(new UnsafeBuffer(packet), 0, (packet[0] & 0xf) * 4);
        return packet;
    }

    /** Bytes from {@code from} to {@code to} of an IPv6 packet's payload. */
    static byte[] v6(final byte[] packet, final int from, final int to, final int id) {
        final byte[] fragment = Arrays.copyOf(packet, HEADER_V6 + 8 + to - from);
        System.arraycopy(packet, HEADER_V6 + from, fragment, HEADER_V6 + 8, to - from);
        put16(fragment, 4, 8 + to - from);
        fragment[6] = 44;
        fragment[40] = packet[6];
        fragment[41] = 0;
        put16(fragment, 42, from | (to < packet.length - HEADER_V6 ? 1 : 0));
        put16(fragment, 44, 0);
        put16(fragment, 46, id);
        return fragment;
    }

    private static void put16(final byte[] bytes, final int at, final int value) {
        bytes[at] = (byte) (value >>> 8);
        bytes[at + 1] = (byte) value;
    }
}
