package dev.culvert.kit.sim;

import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.packet.SegmentText;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The last packets of a simulation, for whoever must understand a failure, and a hash of all of them. */
final class Trace {
    private static final int KEPT = 4_096;
    private static final int HEADERS = 128;
    private static final long PRIME = 0x100000001b3L;

    private final long[] timeNs = new long[KEPT];
    private final String[] from = new String[KEPT];
    private final String[] fate = new String[KEPT];
    private final int[] length = new int[KEPT];
    private final byte[][] headers = new byte[KEPT][HEADERS];
    private long count;
    private long hash = 0xcbf29ce484222325L;

    void add(final long nowNs, final String sender, final String what, final Frame frame) {
        final int row = (int) (count++ % KEPT);
        timeNs[row] = nowNs;
        from[row] = sender;
        fate[row] = what;
        length[row] = frame.length;
        frame.bytes.getBytes(0, headers[row], 0, Math.min(HEADERS, frame.length));
        mix(nowNs);
        mix(sender.hashCode());
        int i = 0;
        for (; i + Long.BYTES <= frame.length; i += Long.BYTES) {
            mix(frame.bytes.getLong(i));
        }
        for (; i < frame.length; i++) {
            mix(frame.bytes.getByte(i));
        }
    }

    private void mix(final long value) {
        hash = Long.rotateLeft((hash ^ value) * PRIME, 29);
    }

    /** Every byte of every packet with its time, in one number. */
    long hash() {
        return hash;
    }

    long packets() {
        return count;
    }

    /** The last packets of a connection, given one of its ports, in packet-script text. */
    String text(final int port, final int most) {
        final StringBuilder text = new StringBuilder();
        final Map<String, Integer> bases = new HashMap<>();
        int found = 0;
        for (long i = Math.max(0, count - KEPT); i < count; i++) {
            final int row = (int) (i % KEPT);
            final PacketDecoder.Decoded packet = PacketDecoder.headerOnly(headers[row], length[row]);
            if (packet == null
                    || packet.ends().sourcePort() != port && packet.ends().destinationPort() != port) {
                continue;
            }
            final Segment seg = packet.segment();
            final String forth = packet.ends().source() + ":" + packet.ends().sourcePort();
            final String back =
                    packet.ends().destination() + ":" + packet.ends().destinationPort();
            bases.putIfAbsent(forth, seg.seq);
            bases.putIfAbsent(back, seg.has(Segment.ACK) ? seg.ack : 0);
            if (++found > most) {
                text.delete(0, text.indexOf("\n") + 1);
            }
            text.append(String.format(
                    Locale.ROOT,
                    "  %12.6f %s > %s %s%n",
                    timeNs[row] / 1e9,
                    from[row],
                    SegmentText.of(seg, bases.get(forth), bases.get(back)),
                    fate[row]));
        }
        return text.toString();
    }
}
