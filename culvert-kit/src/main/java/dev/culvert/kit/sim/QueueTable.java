package dev.culvert.kit.sim;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;

/** The queues of a simulated device: which one a packet comes to. What is no whole TCP packet comes to any. */
final class QueueTable {
    /** After that time without a write Linux forgets where a flow was written to (TUN_FLOW_EXPIRATION). */
    static final long EXPIRATION_NS = 3_000_000_000L;

    private static final int HEADERS = 128;

    private record Written(int queue, long atNs) {}

    private final QueueChoice choice;
    private final int queues;
    private final SplittableRandom random;
    private final int salt;
    private final Map<Endpoints, Written> written = new HashMap<>();
    private final byte[] start = new byte[HEADERS];

    QueueTable(final QueueChoice choice, final int queues, final SplittableRandom random) {
        this.choice = choice;
        this.queues = queues;
        this.random = random;
        salt = random.nextInt();
    }

    /** The ends of a TCP packet, seen from its sender; null: it is none, or only part of one. */
    Endpoints ends(final DirectBuffer packet, final int length) {
        if (length < 40 || isFragment(packet)) {
            return null;
        }
        packet.getBytes(0, start, 0, Math.min(length, HEADERS));
        final PacketDecoder.Decoded decoded = PacketDecoder.headerOnly(start, length);
        return decoded == null ? null : decoded.ends();
    }

    /** Whether a packet is part of another one. */
    static boolean isFragment(final DirectBuffer packet) {
        return packet.getByte(0) >>> 4 == 4
                ? (packet.getByte(6) & 0x3f) != 0 || packet.getByte(7) != 0
                : packet.getByte(6) == 44;
    }

    /** A packet comes to this queue. */
    int queueOf(final Frame frame, final long nowNs) {
        final Endpoints ends = choice == QueueChoice.RANDOM ? null : ends(frame.bytes, frame.length);
        if (ends == null) {
            return random.nextInt(queues);
        }
        final Written last = written.get(ends.reversed());
        return last != null && nowNs - last.atNs < EXPIRATION_NS
                ? last.queue
                : Math.floorMod((ends.hashCode() ^ salt) * 0x9e3779b1 >>> 7, queues);
    }

    /** A shard has written a packet to its queue. */
    void written(final int queue, final DirectBuffer packet, final int length, final long nowNs) {
        final Endpoints ends = choice == QueueChoice.RANDOM ? null : ends(packet, length);
        if (ends != null) {
            written.put(ends, new Written(queue, nowNs));
        }
    }
}
