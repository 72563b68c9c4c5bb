package dev.culvert.tun.device;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A {@code struct ifreq} (netdevice(7)): an interface's name and a union.
 *
 * <pre>
 *   0            16           20           24        40
 *   | name       | short or int            |         |
 *   |            | family, port | address  |         |   struct sockaddr_in
 * </pre>
 */
final class IfReq {
    private static final int SIZE = 40;
    private static final int NAME_SIZE = 16;
    private static final int UNION = 16;
    private static final int ADDRESS = UNION + 4;

    private final UnsafeBuffer bytes = new UnsafeBuffer(BufferUtil.allocateDirectAligned(SIZE, Long.BYTES));

    IfReq(final String name) {
        final byte[] text = name.getBytes(StandardCharsets.UTF_8);
        if (text.length >= NAME_SIZE) {
            throw new IllegalArgumentException("interface name longer than 15 bytes: " + name);
        }
        bytes.putBytes(0, text);
    }

    IfReq putShort(final int value) {
        bytes.putShort(UNION, (short) value);
        return this;
    }

    int getShort() {
        return bytes.getShort(UNION);
    }

    /** For calls that take a number and not an interface. */
    IfReq putFirst(final int value) {
        bytes.putInt(0, value);
        return this;
    }

    /** The number that such a call has answered with. */
    int getFirst() {
        return bytes.getInt(0);
    }

    IfReq putInt(final int value) {
        bytes.putInt(UNION, value);
        return this;
    }

    int getInt() {
        return bytes.getInt(UNION);
    }

    /** An IPv4 socket address without a port. */
    IfReq putSocketAddress(final int family, final int address) {
        bytes.putLong(UNION, 0);
        bytes.putLong(UNION + Long.BYTES, 0);
        bytes.putShort(UNION, (short) family);
        bytes.putInt(ADDRESS, address, ByteOrder.BIG_ENDIAN);
        return this;
    }

    long address() {
        return bytes.addressOffset();
    }
}
