package dev.culvert.fuzz;

import dev.culvert.counters.DropReason;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.tcp.Segment;
import dev.culvert.wire.IpProtocol;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketPrinter;
import dev.culvert.wire.PacketValidator;
import dev.culvert.wire.ParsedPacket;
import dev.culvert.wire.TcpFlyweight;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One packet of any bytes through validator and printer. The first byte of the input says whether lengths and checksums are
 * put right first and where in its buffer the packet lies, the second how much padding follows.
 */
public final class PacketTarget {
    private static final int LONGEST = 4096;

    private final byte[] packet;
    private final int offset;
    private final int padding;

    private PacketTarget(final Feed feed) {
        final int mode = feed.u8();
        offset = mode >>> 1 & 7;
        padding = feed.below(9);
        packet = feed.take(LONGEST);
        if ((mode & 1) != 0) {
            Packets.repair(packet);
        }
    }

    /**
     * Plays one input.
     *
     * @throws AssertionError a law is broken
     */
    public static void fuzzerTestOneInput(final byte[] data) {
        new PacketTarget(new Feed(data)).play();
    }

    private void play() {
        final UnsafeBuffer buffer = placed(packet, offset, (byte) 0);
        final byte[] before = buffer.byteArray().clone();
        final ParsedPacket parsed = new ParsedPacket();
        final DropReason verdict = judge(buffer, offset, packet.length, parsed);
        checkPlaces(parsed, verdict);
        Laws.same(verdict, judge(placed(packet, 0, (byte) 0x5a), 0, packet.length, new ParsedPacket()), "at offset 0");
        if (parsed.version != 0 && verdict != DropReason.PKT_TOO_SMALL) {
            final UnsafeBuffer padded = placed(packet, offset, (byte) 0x77);
            Laws.same(verdict, judge(padded, offset, packet.length + padding, new ParsedPacket()), "with padding");
        }
        Laws.hold(!PacketPrinter.print(buffer, offset, packet.length).isEmpty(), "nothing printed");
        Laws.hold(Arrays.equals(before, buffer.byteArray()), "the packet was changed");
        if (verdict == null && parsed.protocol == IpProtocol.TCP && !parsed.isFragment) {
            checkSegment(buffer, parsed);
        }
    }

    private UnsafeBuffer placed(final byte[] bytes, final int at, final byte fill) {
        final byte[] room = new byte[at + bytes.length + padding];
        Arrays.fill(room, fill);
        System.arraycopy(bytes, 0, room, at, bytes.length);
        return new UnsafeBuffer(room);
    }

    /** Verdict on the IP packet and what it carries. */
    private static DropReason judge(
            final UnsafeBuffer buffer, final int at, final int length, final ParsedPacket parsed) {
        final PacketValidator validator = new PacketValidator();
        final PacketMetadata metadata = new PacketMetadata();
        final DropReason ip = validator.validate(buffer, at, length, metadata, parsed);
        if (ip != null || parsed.isFragment) {
            return ip;
        }
        return switch (parsed.protocol) {
            case IpProtocol.TCP -> validator.validateTcp(buffer, parsed, metadata);
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> validator.validateIcmp(buffer, parsed, metadata);
            default -> null;
        };
    }

    private void checkPlaces(final ParsedPacket p, final DropReason verdict) {
        if (verdict != null) {
            return;
        }
        Laws.hold(p.version == 4 || p.version == 6, "a good packet of version " + p.version);
        Laws.hold(p.totalLength <= packet.length, "longer than what is there");
        Laws.hold(p.payloadLength >= 0 && p.ipHeaderLength >= 20, "a header of " + p.ipHeaderLength);
        Laws.same(offset + p.totalLength, p.payloadOffset + p.payloadLength, "end of payload");
        Laws.hold((p.fragmentOffset & 7) == 0, "fragment offset " + p.fragmentOffset);
        Laws.hold(p.isFragment == (p.moreFragments || p.fragmentOffset != 0) || p.version == 6, "isFragment is wrong");
    }

    /** The kit's strict decoder reads the same, and a flipped bit is noticed. */
    private void checkSegment(final UnsafeBuffer buffer, final ParsedPacket p) {
        final Segment segment = new Segment();
        segment.wrap(buffer, new TcpFlyweight().wrap(buffer, p.payloadOffset), p, new PacketMetadata());
        Laws.hold(segment.textLength >= 0, "text of length " + segment.textLength);
        Laws.same(offset + p.totalLength, segment.textOffset + segment.textLength, "end of text");
        final PacketDecoder.Decoded decoded;
        try {
            decoded = PacketDecoder.tcp(Arrays.copyOf(packet, p.totalLength));
        } catch (final PacketDecoder.BadPacket stricter) {
            flipOneBit(p);
            return;
        }
        Laws.same(decoded.segment().seq, segment.seq, "SEG.SEQ");
        Laws.same(decoded.segment().ack, segment.ack, "SEG.ACK");
        Laws.same(decoded.segment().win, segment.wnd, "SEG.WND");
        Laws.same(decoded.segment().urgent, segment.up, "SEG.UP");
        Laws.same(decoded.segment().flags, segment.flags, "control bits");
        Laws.same(decoded.segment().len, segment.textLength, "text");
        Laws.same(decoded.ends().sourcePort(), segment.remotePort(), "source port");
        Laws.same(decoded.ends().destinationPort(), segment.localPort(), "destination port");
        Laws.same(decoded.segment().ts, segment.options.hasTimestamps, "timestamps");
        flipOneBit(p);
    }

    /** The ones' complement sum catches every single flipped bit. */
    private void flipOneBit(final ParsedPacket p) {
        final byte[] damaged = packet.clone();
        final int bit = Math.floorMod(Arrays.hashCode(packet), p.payloadLength * 8);
        damaged[p.payloadOffset - offset + bit / 8] ^= (byte) (1 << (bit & 7));
        final DropReason verdict = judge(placed(damaged, offset, (byte) 0), offset, damaged.length, new ParsedPacket());
        Laws.hold(verdict != null, "bit " + bit + " of the segment was flipped and nobody noticed");
    }
}
