package dev.culvert.wire;

import static java.nio.ByteOrder.BIG_ENDIAN;

import dev.culvert.counters.DropReason;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One packet as a line of packetdrill's script language, with addresses in front, for traces and for failing tests:
 *
 * <pre>
 * 10.83.0.1:40000 &gt; 10.83.0.2:80 S 0:0(0) win 64240 &lt;mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7&gt;
 * [fd83::2]:80 &gt; [fd83::1]:40000 [ect0] P. 1:1461(1460) ack 101 win 502
 * 10.83.0.9 &gt; 10.83.0.2 icmp unreachable frag_needed mtu 1000 [1:1461(1460)]
 * 10.83.0.1 &gt; 10.83.0.2 frag tcp id 7 1480:2000(520) more
 * </pre>
 *
 * A damaged packet is printed as far as it can be read, with the name of its {@link DropReason} in braces at the end; no
 * bytes cause an exception. Allocates freely: not for the data path. Any thread.
 */
public final class PacketPrinter {
    private static final int UDP_HEADER_LENGTH = 8;

    private final StringBuilder text = new StringBuilder(128);
    private final UnsafeBuffer packet;
    private final int seqBase;
    private final int ackBase;

    private PacketPrinter(final UnsafeBuffer packet, final int seqBase, final int ackBase) {
        this.packet = packet;
        this.seqBase = seqBase;
        this.ackBase = ackBase;
    }

    /** The packet with the numbers that it carries. */
    public static String print(final DirectBuffer b, final int offset, final int length) {
        return print(b, offset, length, 0, 0);
    }

    /**
     * The packet with numbers as scripts have them.
     *
     * @param seqBase subtracted from the sequence number: the initial one of the packet's sender
     * @param ackBase subtracted from acknowledgment, SACK blocks and the sequence number that an ICMP error quotes: the
     *     initial one of the packet's receiver
     */
    public static String print(
            final DirectBuffer b, final int offset, final int length, final int seqBase, final int ackBase) {
        return new PacketPrinter(new UnsafeBuffer(b, offset, length), seqBase, ackBase).printPacket();
    }

    private String printPacket() {
        final ParsedPacket p = new ParsedPacket();
        final DropReason reason = new PacketValidator().validate(packet, 0, packet.capacity(), new PacketMetadata(), p);
        if (p.version == 0) {
            return text.append('(')
                    .append(packet.capacity())
                    .append(')')
                    .append(remark(reason))
                    .toString();
        }
        if (reason == DropReason.IP_OPTIONS || p.isFragment) {
            printAddresses(p);
            if (p.isFragment) {
                printFragment(p);
            }
            return text.append(remark(reason)).toString();
        }
        final DropReason inner = printTransport(p);
        return text.append(remark(reason == null ? inner : reason)).toString();
    }

    private static String remark(final DropReason reason) {
        return reason == null ? "" : " {" + reason + "}";
    }

    private DropReason printTransport(final ParsedPacket p) {
        final PacketMetadata meta = new PacketMetadata();
        if (p.protocol == IpProtocol.TCP) {
            final DropReason reason = new PacketValidator().validateTcp(packet, p, meta);
            if (reason == null || reason == DropReason.TCP_CSUM) {
                printEndpoints(p);
                new TcpText(packet, text).print(p.payloadOffset, p.payloadLength, seqBase, ackBase);
                return reason == null || holdsPseudoHeaderSum(p) ? null : reason;
            }
            return printUnreadable(p, "tcp", reason);
        }
        if (p.protocol == (p.isV4() ? IpProtocol.ICMP : IpProtocol.ICMPV6)) {
            final DropReason reason = new PacketValidator().validateIcmp(packet, p, meta);
            if (reason == null || reason == DropReason.ICMP_CSUM) {
                printAddresses(p);
                new IcmpText(packet, text, ackBase).print(p);
                return reason;
            }
            return printUnreadable(p, "icmp", reason);
        }
        if (p.protocol == IpProtocol.UDP && p.payloadLength >= UDP_HEADER_LENGTH) {
            printEndpoints(p);
            text.append(" udp (").append(p.payloadLength - UDP_HEADER_LENGTH).append(')');
            return null;
        }
        return printUnreadable(p, protocol(p.protocol), null);
    }

    private DropReason printUnreadable(final ParsedPacket p, final String name, final DropReason reason) {
        printAddresses(p);
        text.append(' ').append(name).append(" (").append(p.payloadLength).append(')');
        return reason;
    }

    /** A segment whose checksum is left to the device is not damaged. */
    private boolean holdsPseudoHeaderSum(final ParsedPacket p) {
        final long pseudo = Checksum.pseudoHeader(p.srcHi, p.srcLo, p.dstHi, p.dstLo, IpProtocol.TCP, p.payloadLength);
        return new TcpFlyweight().wrap(packet, p.payloadOffset).checksum() == Checksum.fold(pseudo);
    }

    private void printFragment(final ParsedPacket p) {
        text.append(" frag ").append(protocol(p.protocol)).append(" id ");
        text.append(Integer.toUnsignedString(p.fragmentId))
                .append(' ')
                .append(p.fragmentOffset)
                .append(':');
        text.append(p.fragmentOffset + p.payloadLength)
                .append('(')
                .append(p.payloadLength)
                .append(')');
        text.append(p.moreFragments ? " more" : "");
    }

    private static String protocol(final int protocol) {
        return switch (protocol) {
            case IpProtocol.TCP -> "tcp";
            case IpProtocol.UDP -> "udp";
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> "icmp";
            default -> "proto " + protocol;
        };
    }

    private void printAddresses(final ParsedPacket p) {
        text.append(IpAddress.toString(p.srcHi, p.srcLo)).append(" > ");
        text.append(IpAddress.toString(p.dstHi, p.dstLo));
        printEcn(p);
    }

    /** Of TCP and UDP, whose headers both begin with the ports. */
    private void printEndpoints(final ParsedPacket p) {
        text.append(IpAddress.withPort(p.srcHi, p.srcLo, port(p.payloadOffset))).append(" > ");
        text.append(IpAddress.withPort(p.dstHi, p.dstLo, port(p.payloadOffset + Short.BYTES)));
        printEcn(p);
    }

    private int port(final int offset) {
        return packet.getShort(offset, BIG_ENDIAN) & 0xffff;
    }

    private void printEcn(final ParsedPacket p) {
        text.append(
                switch (p.tos & 3) {
                    case 1 -> " [ect1]";
                    case 2 -> " [ect0]";
                    case 3 -> " [ce]";
                    default -> "";
                });
    }
}
