package dev.culvert.kit.packet;

import java.util.Arrays;

/** Cuts a packet up as a router does (RFC 791 §2.3) or, in IPv6, its sender (RFC 8200 §4.5). */
public final class FragmentCutter {
    private static final int V6_HEADER = 40;
    private static final int FRAGMENT_HEADER = 8;
    private static final int FRAGMENT = 44;

    private FragmentCutter() {}

    /** Where the payload begins: behind the IPv4 header with its options, or behind the fixed IPv6 header. */
    public static int headerLength(final byte[] packet) {
        return packet[0] >>> 4 == 4 ? (packet[0] & 15) * 4 : V6_HEADER;
    }

    /**
     * One fragment: the bytes of the payload from {@code from} to {@code to}.
     *
     * @param from a multiple of eight
     * @param to a multiple of eight, or the payload's end
     * @param id the packet's identification, 16 bits in IPv4
     */
    public static byte[] cut(final byte[] packet, final int from, final int to, final int id) {
        final boolean v4 = packet[0] >>> 4 == 4;
        final int header = headerLength(packet);
        final boolean more = header + to < packet.length;
        final int at = v4 ? header : header + FRAGMENT_HEADER;
        final byte[] fragment = Arrays.copyOf(packet, at + to - from);
        System.arraycopy(packet, header + from, fragment, at, to - from);
        if (v4) {
            put16(fragment, 2, fragment.length);
            put16(fragment, 4, id);
            put16(fragment, 6, from >>> 3 | (more ? 0x2000 : 0));
            put16(fragment, 10, 0);
            put16(fragment, 10, ~OnesSum.of(fragment, 0, header, 0));
        } else {
            put16(fragment, 4, fragment.length - V6_HEADER);
            fragment[6] = FRAGMENT;
            fragment[header] = packet[6];
            fragment[header + 1] = 0;
            put16(fragment, header + 2, from | (more ? 1 : 0));
            put16(fragment, header + 4, id >>> 16);
            put16(fragment, header + 6, id);
        }
        return fragment;
    }

    private static void put16(final byte[] bytes, final int at, final int value) {
        bytes[at] = (byte) (value >>> 8);
        bytes[at + 1] = (byte) value;
    }
}
