package dev.culvert.fuzz;

import dev.culvert.wire.IpProtocol;
import dev.culvert.wire.Ipv4Flyweight;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Makes a fuzzer's bytes into packets whose lengths and checksums are right, so that they get past the first checks. */
final class Packets {
    private static final int V4_HEADER = 20;
    private static final int V6_HEADER = 40;

    private Packets() {}

    /** Sets lengths and checksums as far as the bytes are long enough to have them. */
    static void repair(final byte[] packet) {
        if (packet.length < V4_HEADER) {
            return;
        }
        final boolean v6 = (packet[0] & 0x20) != 0 && packet.length >= V6_HEADER;
        if (v6) {
            packet[0] = (byte) (0x60 | packet[0] & 0x0f);
            ByteBuffer.wrap(packet).putShort(4, (short) (packet.length - V6_HEADER));
            repairTransport(packet, V6_HEADER, packet[6] & 0xff);
        } else {
            final int header = Math.max(5, Math.min(packet[0] & 0x0f, packet.length / 4));
            packet[0] = (byte) (0x40 | header);
            ByteBuffer.wrap(packet).putShort(2, (short) packet.length);
            Ipv4Flyweight.writeChecksum(new UnsafeBuffer(packet), 0, header * 4);
            repairTransport(packet, header * 4, packet[9] & 0xff);
        }
    }

    private static void repairTransport(final byte[] packet, final int at, final int protocol) {
        final int field = switch (protocol) {
            case IpProtocol.TCP -> at + 16;
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> at + 2;
            default -> packet.length;
        };
        if (field + 2 > packet.length) {
            return;
        }
        final ByteBuffer bytes = ByteBuffer.wrap(packet);
        bytes.putShort(field, (short) 0);
        long sum = protocol == IpProtocol.ICMP ? 0 : pseudoHeader(bytes, protocol, packet.length - at);
        for (int i = at; i < packet.length; i++) {
            sum += (long) (packet[i] & 0xff) << ((i - at & 1) == 0 ? 8 : 0);
        }
        bytes.putShort(field, (short) ~fold(sum));
    }

    private static long pseudoHeader(final ByteBuffer packet, final int protocol, final int length) {
        final boolean v6 = packet.get(0) >>> 4 == 6;
        long sum = (long) protocol + length;
        for (int i = v6 ? 8 : 12; i < (v6 ? V6_HEADER : V4_HEADER); i += 2) {
            sum += packet.getShort(i) & 0xffff;
        }
        return sum;
    }

    private static int fold(final long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }
}
