package dev.culvert.tun.device;

import dev.culvert.counters.DropReason;
import dev.culvert.wire.Checksum;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketMetadata.ChecksumState;
import dev.culvert.wire.TcpFlyweight;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What stands in front of every packet of a TUN queue with {@code IFF_VNET_HDR}: a {@code struct virtio_net_hdr}
 * (linux/virtio_net.h, virtio 1.2 §5.1.6) in the machine's byte order. All zeros is a plain packet with complete checksums.
 *
 * <pre>
 *   0       1          2         4          6            8             10
 *   | flags | gso_type | hdr_len | gso_size | csum_start | csum_offset |
 * </pre>
 *
 * <p>csum_start counts from the IP header; hdr_len is a hint that is not relied on (§5.1.6.4.2).
 */
public final class VirtioHeader {
    /** Length in bytes, as {@code TUNSETVNETHDRSZ} sets it. */
    public static final int LENGTH = 10;

    static final int FLAGS = 0;
    static final int GSO_TYPE = 1;
    static final int HDR_LEN = 2;
    static final int GSO_SIZE = 4;
    static final int CSUM_START = 6;
    static final int CSUM_OFFSET = 8;

    /** The checksum field holds the sum of the pseudo-header. */
    static final int NEEDS_CSUM = 1;
    /** The checksum has been verified. */
    static final int DATA_VALID = 2;

    static final int GSO_NONE = 0;
    static final int GSO_TCPV4 = 1;
    static final int GSO_TCPV6 = 4;
    /** CWR is set, and belongs to the first segment only. */
    static final int GSO_ECN = 0x80;

    private static final ByteOrder NATIVE = ByteOrder.nativeOrder();
    private static final int AT = OutboundPacket.HEADROOM - LENGTH;

    private VirtioHeader() {}

    /** Says in the packet's headroom what the packet wants from the device. */
    static void write(final OutboundPacket packet) {
        final UnsafeBuffer h = packet.headroom;
        final boolean partial = packet.checksumPartial;
        final boolean large = packet.segmentSize > 0;
        h.putByte(AT + FLAGS, (byte) (partial ? NEEDS_CSUM : 0));
        h.putByte(AT + GSO_TYPE, (byte) (large ? gsoType(packet) : GSO_NONE));
        h.putShort(AT + HDR_LEN, (short) (large ? packet.headerLength : 0), NATIVE);
        h.putShort(AT + GSO_SIZE, (short) packet.segmentSize, NATIVE);
        h.putShort(AT + CSUM_START, (short) (partial ? packet.transportOffset : 0), NATIVE);
        h.putShort(AT + CSUM_OFFSET, (short) (partial ? TcpFlyweight.CHECKSUM_OFFSET : 0), NATIVE);
    }

    private static int gsoType(final OutboundPacket packet) {
        final int flags = TcpFlyweight.flags(packet.header, packet.transportOffset);
        final int type = packet.header.getByte(0) >>> 4 == 4 ? GSO_TCPV4 : GSO_TCPV6;
        return (flags & TcpFlyweight.CWR) == 0 ? type : type | GSO_ECN;
    }

    /**
     * Reads what the device says about a packet. Checksums that other protocols than TCP leave to us, such as UDP of a program
     * on this host, are completed where they stand. Whatever the bytes are, there is an answer: what cannot be is the
     * metadata's problem.
     *
     * @param at where the header begins; the packet follows it
     * @param length of header and packet
     * @return {@code into}
     */
    public static PacketMetadata read(final UnsafeBuffer b, final int at, final int length, final PacketMetadata into) {
        into.reset();
        if (length <= LENGTH) {
            into.problem = DropReason.DEV_HDR;
            return into;
        }
        final int flags = b.getByte(at + FLAGS);
        if ((flags & NEEDS_CSUM) != 0) {
            partial(b, at, length - LENGTH, into);
        } else if ((flags & DATA_VALID) != 0) {
            into.checksum = ChecksumState.VERIFIED;
        }
        final int type = b.getByte(at + GSO_TYPE) & 0xff & ~GSO_ECN;
        if (type != GSO_NONE && into.problem == null) {
            superSegment(b, at, type, into);
        }
        return into;
    }

    private static void partial(final UnsafeBuffer b, final int at, final int length, final PacketMetadata into) {
        final int start = unsigned(b, at + CSUM_START);
        final int field = start + unsigned(b, at + CSUM_OFFSET);
        if (field + Short.BYTES > length) {
            into.problem = DropReason.DEV_HDR;
        } else if (field - start == TcpFlyweight.CHECKSUM_OFFSET) { // no other protocol has it there
            into.checksum = ChecksumState.PARTIAL;
        } else {
            final int packet = at + LENGTH;
            final int sum = Checksum.finish(Checksum.sum(b, packet + start, length - start));
            b.putShort(packet + field, (short) (sum == 0 ? -1 : sum), ByteOrder.BIG_ENDIAN); // UDP: 0 means none
            into.checksum = ChecksumState.VERIFIED;
        }
    }

    /** One that is no longer than a segment is a plain packet, as for Linux ({@code virtio_net_hdr_to_skb}). */
    private static void superSegment(final UnsafeBuffer b, final int at, final int type, final PacketMetadata into) {
        final int version = b.getByte(at + LENGTH) >>> 4 & 0xf;
        if (type != GSO_TCPV4 && type != GSO_TCPV6) {
            into.problem = DropReason.SKB_GSO_SEG;
            return;
        }
        into.segmentSize = unsigned(b, at + GSO_SIZE);
        if (into.segmentSize == 0 || into.checksum != ChecksumState.PARTIAL || version != (type == GSO_TCPV4 ? 4 : 6)) {
            into.problem = DropReason.DEV_HDR;
        }
    }

    private static int unsigned(final UnsafeBuffer b, final int at) {
        return b.getShort(at, NATIVE) & 0xffff;
    }
}
