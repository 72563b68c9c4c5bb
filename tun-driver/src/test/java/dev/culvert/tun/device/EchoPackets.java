package dev.culvert.tun.device;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/** Answers pings without a stack, to see whether packets get through a device. */
public final class EchoPackets {
    private static final int V4_HEADER = 20;
    private static final int V6_HEADER = 40;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;

    private EchoPackets() {}

    /** An echo request from 10.83.0.1 to 10.83.0.2 (RFC 792). */
    public static byte[] requestV4() {
        final byte[] bytes = new byte[V4_HEADER + 16];
        final UnsafeBuffer packet = new UnsafeBuffer(bytes);
        packet.putShort(0, (short) 0x4500, ByteOrder.BIG_ENDIAN);
        packet.putShort(2, (short) bytes.length, ByteOrder.BIG_ENDIAN);
        packet.putByte(8, (byte) 64);
        packet.putByte(9, (byte) ICMP);
        packet.putInt(12, 0x0a530001, ByteOrder.BIG_ENDIAN);
        packet.putInt(16, 0x0a530002, ByteOrder.BIG_ENDIAN);
        packet.putShort(10, checksum(packet, 0, V4_HEADER), ByteOrder.BIG_ENDIAN);
        packet.putByte(V4_HEADER, (byte) 8);
        packet.putShort(V4_HEADER + 2, checksum(packet, V4_HEADER, 16), ByteOrder.BIG_ENDIAN);
        return bytes;
    }

    /** Whether this is an echo request of either family. */
    public static boolean isRequest(final byte[] packet) {
        return packet[0] >>> 4 == 4
                ? packet[9] == ICMP && packet[V4_HEADER] == 8
                : packet[6] == ICMPV6 && (packet[V6_HEADER] & 0xff) == 128;
    }

    /** The reply to a request: addresses swapped, type changed, checksum moved by the difference of the types. */
    public static byte[] reply(final byte[] request) {
        final byte[] bytes = request.clone();
        final UnsafeBuffer packet = new UnsafeBuffer(bytes);
        final boolean v4 = bytes[0] >>> 4 == 4;
        final int addresses = v4 ? 12 : 8;
        final int size = v4 ? 4 : 16;
        packet.putBytes(addresses, request, addresses + size, size);
        packet.putBytes(addresses + size, request, addresses, size);
        final int icmp = v4 ? V4_HEADER : V6_HEADER;
        packet.putByte(icmp, (byte) (v4 ? 0 : 129));
        final int sum = (packet.getShort(icmp + 2, ByteOrder.BIG_ENDIAN) & 0xffff) + (v4 ? 0x0800 : 0xfeff);
        packet.putShort(icmp + 2, (short) ((sum & 0xffff) + (sum >>> 16)), ByteOrder.BIG_ENDIAN);
        return bytes;
    }

    private static short checksum(final UnsafeBuffer buffer, final int offset, final int length) {
        int sum = 0;
        for (int i = 0; i < length; i += 2) {
            sum += buffer.getShort(offset + i, ByteOrder.BIG_ENDIAN) & 0xffff;
        }
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }
}
