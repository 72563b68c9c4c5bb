package dev.culvert.tun.device;

import dev.culvert.wire.OutboundPacket;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Packets for tests. */
public final class TestPackets {
    private static final int HEADER = 20;

    private TestPackets() {}

    /** A packet of this length whose bytes tell its number. */
    static byte[] numbered(final int number, final int length) {
        final byte[] bytes = new byte[length];
        final UnsafeBuffer view = new UnsafeBuffer(bytes);
        view.setMemory(0, length, (byte) number);
        view.putInt(0, number, ByteOrder.BIG_ENDIAN);
        return bytes;
    }

    /** The number of such a packet. */
    static int number(final byte[] packet) {
        return new UnsafeBuffer(packet).getInt(0, ByteOrder.BIG_ENDIAN);
    }

    /** The bytes as a packet on its way out, with so many payload pieces. */
    public static OutboundPacket outbound(final byte[] bytes, final int pieces) {
        final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(bytes.length, Long.BYTES));
        memory.putBytes(0, bytes);
        final OutboundPacket packet = new OutboundPacket().clear();
        packet.headerLength = pieces == 0 ? bytes.length : HEADER;
        packet.header.putBytes(0, bytes, 0, packet.headerLength);
        int at = packet.headerLength;
        for (int i = 0; i < pieces; i++) {
            final int end = HEADER + (bytes.length - HEADER) * (i + 1) / pieces;
            packet.addPiece(memory.addressOffset() + at, end - at);
            at = end;
        }
        return packet;
    }

    /** Receives everything that a device has now. */
    static List<byte[]> receiveAll(final PacketDevice device) {
        final List<byte[]> packets = new ArrayList<>();
        final PacketHandler keep = (buffer, offset, length, metadata) -> packets.add(copy(buffer, offset, length));
        int count;
        do {
            count = device.receive(keep, 64);
        } while (count > 0);
        return packets;
    }

    static byte[] copy(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return bytes;
    }
}
