package dev.culvert.fuzz;

import dev.culvert.counters.DropReason;
import dev.culvert.ip.Reassembler;
import dev.culvert.ip.ReassemblyEvents;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketValidator;
import dev.culvert.wire.ParsedPacket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Fragments of a few IPv4 and IPv6 packets in any order, with overlaps, lies about the end, and time that passes. A map of
 * bytes beside the reassembler says what has arrived; what comes out must be exactly that, and everything is freed in the end.
 */
public final class FragmentsTarget {
    private static final int MOST_STEPS = 400;
    private static final long MS = 1_000_000;

    /** Its memory is a mebibyte: too much to take anew for every input. After each it must be as new. */
    private static final Reassembler REASSEMBLER = new Reassembler(new Failures());

    private static int evictions;

    private final Feed feed;
    private final Map<Integer, ReferencePacket> expected = new HashMap<>();
    private final PacketValidator validator = new PacketValidator();
    private final ParsedPacket parsed = new ParsedPacket();
    private long nowNs;

    private FragmentsTarget(final Feed feed) {
        this.feed = feed;
    }

    /**
     * Plays one input.
     *
     * @throws AssertionError a law is broken
     */
    public static void fuzzerTestOneInput(final byte[] data) {
        new FragmentsTarget(new Feed(data)).play();
    }

    private void play() {
        Laws.same(0, REASSEMBLER.usedBytes(), "bytes in use at the beginning");
        for (int step = 0; step < MOST_STEPS && !feed.isEmpty(); step++) {
            final int operation = feed.u8();
            if (operation < 0xf0) {
                fragment(operation);
            } else {
                passTime(feed.u8() * 300L * MS);
            }
            Laws.hold(REASSEMBLER.waiting() <= Reassembler.MAX_PACKETS, "too many packets wait");
            Laws.hold(REASSEMBLER.usedBytes() <= Reassembler.MAX_BYTES, "too much memory in use");
        }
        passTime(Reassembler.TIMEOUT_NS);
        Laws.same(0, REASSEMBLER.waiting(), "packets that wait after the timeout");
        Laws.same(0, REASSEMBLER.usedBytes(), "bytes in use after the timeout");
        Laws.same(Long.MAX_VALUE, REASSEMBLER.nextDeadlineNs(), "next deadline");
    }

    private void passTime(final long byNs) {
        nowNs += byNs;
        REASSEMBLER.onTimeout(nowNs);
        expected.values().removeIf(packet -> packet.deadlineNs() - nowNs <= 0);
    }

    private void fragment(final int operation) {
        final boolean v6 = (operation & 1) != 0;
        final boolean more = (operation & 2) != 0;
        final int id = operation >>> 2 & 3;
        final int units = feed.u8();
        final int offset = 8 * ((operation & 0x40) != 0 ? units << 5 : units % 16);
        final int size = feed.u8();
        final int length = (operation & 0x20) != 0 ? size * 8 : more ? 8 * (size % 9) : size % 73;
        final int tos = (operation & 0x10) != 0 ? feed.u8() & 3 : 0;
        final byte[] packet = FragmentWriter.write(v6, id, offset, length, more, tos, (byte) (id * 31));
        final UnsafeBuffer buffer = new UnsafeBuffer(packet);
        if (validator.validate(buffer, 0, packet.length, new PacketMetadata(), parsed) == null && parsed.isFragment) {
            add(buffer, v6, id);
        }
    }

    private void add(final UnsafeBuffer buffer, final boolean v6, final int id) {
        final int key = id << 1 | (v6 ? 1 : 0);
        final ReferencePacket packet = expected.computeIfAbsent(
                key, absent -> new ReferencePacket(nowNs + Reassembler.TIMEOUT_NS, v6 ? 40 : 20));
        final boolean complete = packet.add(parsed, buffer);
        final int before = evictions;
        final DropReason reason = REASSEMBLER.add(buffer, parsed, nowNs);
        if (reason == DropReason.FRAG_LIMIT || evictions != before) {
            packet.condemn(); // a limit that the reference does not know
        } else if (complete) {
            Laws.hold(REASSEMBLER.complete(), "all bytes are here and no packet comes out: " + reason);
            final byte[] whole = new byte[REASSEMBLER.length()];
            REASSEMBLER.buffer().getBytes(REASSEMBLER.offset(), whole);
            Laws.hold(Arrays.equals(packet.whole(), Arrays.copyOfRange(whole, v6 ? 40 : 20, whole.length)), "bytes");
            Laws.same(
                    null,
                    validator.validate(new UnsafeBuffer(whole), 0, whole.length, new PacketMetadata(), parsed),
                    "verdict");
            Laws.hold(!parsed.isFragment, "a fragment comes out");
            expected.remove(key);
        } else {
            Laws.hold(!REASSEMBLER.complete(), "a packet comes out before all bytes are here");
            Laws.same(packet.isCondemned(), reason == DropReason.FRAG_INVALID, "condemned, and " + reason);
        }
    }

    private static final class Failures implements ReassemblyEvents {
        @Override
        public void reassemblyFailed(final DropReason reason) {
            evictions += reason == DropReason.FRAG_REASM_TIMEOUT ? 1 : 0;
        }

        @Override
        public void reassemblyTimeExceeded(final UnsafeBuffer buffer, final int offset, final int length) {
            Laws.same(
                    null,
                    new PacketValidator().validate(buffer, offset, length, new PacketMetadata(), new ParsedPacket()),
                    "what the time exceeded message quotes");
        }
    }
}
