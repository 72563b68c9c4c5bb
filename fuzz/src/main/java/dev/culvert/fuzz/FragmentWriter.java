package dev.culvert.fuzz;

import dev.culvert.wire.Ipv4Flyweight;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes single fragments, right ones and impossible ones. */
final class FragmentWriter {
    private static final int UDP = 17;
    private static final int FRAGMENT_HEADER = 44;

    private FragmentWriter() {}

    /** A fragment whose byte at position p of the whole packet is {@code salt + p * 7}. */
    static byte[] write(
            final boolean v6,
            final int id,
            final int offset,
            final int length,
            final boolean more,
            final int tos,
            final byte salt) {
        final ByteBuffer packet = ByteBuffer.allocate((v6 ? 48 : 20) + length);
        if (v6) {
            packet.putInt(6 << 28 | tos << 20).putShort((short) (8 + length));
            packet.put((byte) FRAGMENT_HEADER).put((byte) 64);
            packet.putLong(0xfd83L << 48).putLong(1).putLong(0xfd83L << 48).putLong(2);
            packet.put((byte) UDP).put((byte) 0).putShort((short) (offset & 0xfff8 | (more ? 1 : 0)));
            packet.putInt(id);
        } else {
            packet.put((byte) 0x45)
                    .put((byte) tos)
                    .putShort((short) packet.capacity())
                    .putShort((short) id);
            packet.putShort((short) (offset >>> 3 & 0x1fff | (more ? 0x2000 : 0)));
            packet.put((byte) 64)
                    .put((byte) UDP)
                    .putShort((short) 0)
                    .putInt(0x0a530001)
                    .putInt(0x0a530002);
            Ipv4Flyweight.writeChecksum(new UnsafeBuffer(packet.array()), 0, 20);
        }
        for (int i = 0; i < length; i++) {
            packet.put((byte) (salt + (offset + i) * 7));
        }
        return packet.array();
    }
}
