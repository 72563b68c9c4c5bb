package dev.culvert.ip;

import dev.culvert.counters.DropReason;
import dev.culvert.wire.ParsedPacket;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts IPv4 (RFC 791 §3.2) and IPv6 (RFC 8200 §4.5) fragments together, within fixed bounds. Fragments may come in any
 * order; one whose bytes are all here already is dropped; any other overlap condemns the packet with all that is still to
 * come of it (RFC 5722, kept for IPv4 too, as Linux does). When packets or memory run out, the oldest packet makes room:
 * fragments of one packet come close together, so what has waited longest has the least hope.
 *
 * <p>Memory is taken when the first fragment arrives and kept. Nothing is allocated after that. Single-threaded.
 */
public final class Reassembler {
    /** Packets that may be incomplete at one time. */
    public static final int MAX_PACKETS = 64;
    /** Memory for the fragments of all of them, in bytes. */
    public static final int MAX_BYTES = 1 << 20;
    /** Time from the first fragment to arrive until the packet is given up: RFC 8200 §4.5, and RFC 1122 §3.3.2's least. */
    public static final long TIMEOUT_NS = 60_000_000_000L;

    /** The longest IPv6 packet, and the longest IPv4 packet with room to spare. */
    private static final int MAX_LENGTH = 40 + 65_535;

    private final ReassemblyEvents events;
    private final FragmentStore store = new FragmentStore(MAX_BYTES);
    /** The first {@link #waiting} are in use, the oldest first; the others are spare. */
    private final PartialPacket[] packets = new PartialPacket[MAX_PACKETS];

    private final UnsafeBuffer whole = new UnsafeBuffer(0, 0);
    private int waiting;
    private int wholeLength;

    /** A reassembler that tells about its failures. */
    public Reassembler(final ReassemblyEvents events) {
        this.events = events;
    }

    /**
     * Takes one fragment; the caller keeps the buffer. Ask {@link #complete()} afterwards.
     *
     * @param p what the validator found; {@code p.isFragment} is true
     * @return null when the fragment was kept or completes its packet, otherwise why it was dropped
     */
    public DropReason add(final UnsafeBuffer b, final ParsedPacket p, final long nowNs) {
        wholeLength = 0;
        if (whole.capacity() == 0) {
            whole.wrap(BufferUtil.allocateDirectAligned(MAX_LENGTH, Long.BYTES));
        }
        final int found = find(p);
        final PartialPacket packet = found < 0 ? open(p, nowNs) : packets[found];
        if (packet.isPoisoned()) {
            return DropReason.FRAG_INVALID;
        }
        return switch (addWithRoom(packet, b, p)) {
            case KEPT -> packet.isComplete() ? finish(packet) : null;
            case DUPLICATE -> DropReason.DUP_FRAG;
            case OVERLAP -> condemn(packet, DropReason.FRAG_INVALID);
            case TOO_MANY, FULL -> condemn(packet, DropReason.FRAG_LIMIT);
        };
    }

    private int find(final ParsedPacket p) {
        for (int i = waiting - 1; i >= 0; i--) { // the newest is the likeliest
            if (packets[i].matches(p)) {
                return i;
            }
        }
        return -1;
    }

    private PartialPacket open(final ParsedPacket p, final long nowNs) {
        if (waiting == MAX_PACKETS) {
            evictOldest();
        }
        if (packets[waiting] == null) {
            packets[waiting] = new PartialPacket(store);
        }
        final PartialPacket packet = packets[waiting++];
        packet.open(p, nowNs + TIMEOUT_NS);
        return packet;
    }

    private PartialPacket.Outcome addWithRoom(final PartialPacket packet, final UnsafeBuffer b, final ParsedPacket p) {
        PartialPacket.Outcome outcome = packet.add(b, p);
        while (outcome == PartialPacket.Outcome.FULL && packets[0] != packet) {
            evictOldest();
            outcome = packet.add(b, p);
        }
        return outcome;
    }

    private void evictOldest() {
        if (!packets[0].isPoisoned()) {
            events.reassemblyFailed(DropReason.FRAG_REASM_TIMEOUT);
        }
        remove(0);
    }

    private DropReason condemn(final PartialPacket packet, final DropReason reason) {
        packet.poison();
        events.reassemblyFailed(reason);
        return reason;
    }

    private DropReason finish(final PartialPacket packet) {
        wholeLength = packet.rebuild(whole);
        if (wholeLength == 0) {
            return condemn(packet, DropReason.FRAG_INVALID);
        }
        int at = waiting - 1;
        while (packets[at] != packet) {
            at--;
        }
        remove(at);
        return null;
    }

    /** Frees a packet and keeps its object behind those in use. */
    private void remove(final int at) {
        final PartialPacket packet = packets[at];
        packet.close();
        waiting--;
        System.arraycopy(packets, at + 1, packets, at, waiting - at);
        packets[waiting] = packet;
    }

    /** Whether the last {@link #add} completed a packet. */
    public boolean complete() {
        return wholeLength != 0;
    }

    /** Where the completed packet is, ready for the validator; valid until the next call of {@link #add} or {@link #onTimeout}. */
    public UnsafeBuffer buffer() {
        return whole;
    }

    /** Where the completed packet's IP header begins in {@link #buffer()}. */
    public int offset() {
        return 0;
    }

    /** Length of the completed packet in bytes. */
    public int length() {
        return wholeLength;
    }

    /** Packets that wait for fragments, condemned ones included. */
    public int waiting() {
        return waiting;
    }

    /** Memory that fragments occupy, in bytes. */
    public int usedBytes() {
        return store.usedBytes();
    }

    /** When {@link #onTimeout} has something to do, in ns; {@code Long.MAX_VALUE} when nothing waits. */
    public long nextDeadlineNs() {
        return waiting == 0 ? Long.MAX_VALUE : packets[0].deadlineNs;
    }

    /** Gives up every packet whose time is over. */
    public void onTimeout(final long nowNs) {
        while (waiting > 0 && packets[0].deadlineNs - nowNs <= 0) {
            final PartialPacket packet = packets[0];
            if (!packet.isPoisoned()) {
                events.reassemblyFailed(DropReason.FRAG_REASM_TIMEOUT);
                if (packet.hasFirst()) {
                    wholeLength = 0;
                    events.reassemblyTimeExceeded(whole, 0, packet.copyFirst(whole));
                }
            }
            remove(0);
        }
    }
}
