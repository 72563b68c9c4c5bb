package dev.culvert.kit.lab;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.Segment;
import java.util.HashMap;
import java.util.Map;

/**
 * Segments in few words. Sequence numbers and timestamps count from the first ones that were seen in that direction between
 * those ports, and go on counting when they are used again: so it can be seen what is newer.
 */
final class SegmentWords {
    private static final String[] FLAGS = {"FIN", "SYN", "RST"};

    private record Base(int seq, Integer tsVal) {}

    private final Map<Integer, Base> bases = new HashMap<>();
    private boolean timestamps;
    private boolean ports;

    /** Source port above destination port: addresses may be translated on the way. */
    private static int key(final int from, final int to) {
        return from << 16 | to;
    }

    /** Shows timestamps too. */
    void timestamps() {
        timestamps = true;
    }

    /** Shows the ports too. */
    void ports() {
        ports = true;
    }

    /** Words for a packet. */
    String of(final byte[] packet) {
        if (!PacketDecoder.isTcp(packet)) {
            return "ICMP error";
        }
        final PacketDecoder.Decoded decoded = PacketDecoder.tcp(packet);
        final Endpoints ends = decoded.ends();
        final Segment segment = decoded.segment();
        final Base own = bases.computeIfAbsent(
                key(ends.sourcePort(), ends.destinationPort()), k -> new Base(segment.seq, segment.tsVal));
        final Base peer = bases.get(key(ends.destinationPort(), ends.sourcePort()));
        final StringBuilder words =
                new StringBuilder(flags(segment)).append(' ').append(seq(segment, own));
        if (segment.has(Segment.ACK)) {
            words.append(" ack ").append(segment.ack - (peer == null ? 0 : peer.seq));
        }
        if (timestamps && segment.tsVal != null && own.tsVal != null) {
            words.append(" ts ").append(segment.tsVal - own.tsVal);
        }
        if (ports) {
            words.append("  ").append(ends.sourcePort()).append('>').append(ends.destinationPort());
        }
        return words.toString();
    }

    private static String flags(final Segment segment) {
        final StringBuilder words = new StringBuilder();
        for (int i = 0; i < FLAGS.length; i++) {
            if (segment.has(1 << i)) {
                words.append(words.isEmpty() ? "" : ",").append(FLAGS[i]);
            }
        }
        if (segment.len > 0) {
            words.append(words.isEmpty() ? "" : ",").append("DATA");
        }
        return words.isEmpty() ? "ACK" : words.toString();
    }

    /** A RST to a stranger has 0 on the wire, whoever counts. */
    private static String seq(final Segment segment, final Base own) {
        final int seq = segment.has(Segment.RST) && segment.seq == 0 ? 0 : segment.seq - own.seq;
        return segment.len == 0 ? Integer.toString(seq) : seq + ":" + (seq + segment.len);
    }
}
