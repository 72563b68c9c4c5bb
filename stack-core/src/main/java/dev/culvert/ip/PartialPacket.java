package dev.culvert.ip;

import dev.culvert.wire.Ipv4Flyweight;
import dev.culvert.wire.Ipv6Flyweight;
import dev.culvert.wire.ParsedPacket;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The fragments of one packet, sorted by offset and without overlap. The first one is kept with its IP header, since that is
 * the header of the whole packet (RFC 8200 §4.5) and what an ICMP error quotes. Reused; single-threaded.
 */
final class PartialPacket {
    /** What {@link #add} found. */
    enum Outcome {
        /** The fragment is kept. */
        KEPT,
        /** All its bytes are here already. */
        DUPLICATE,
        /** It overlaps others in part, or contradicts what is known of the packet's end. */
        OVERLAP,
        /** The packet has too many fragments. */
        TOO_MANY,
        /** No memory is left. */
        FULL
    }

    /** 65,535 bytes through an MTU of 296, the smallest in use, are 241 fragments. */
    private static final int MAX_FRAGMENTS = 256;

    private static final int FRAGMENT_HEADER_LENGTH = 8;
    private static final int MAX_LENGTH = 65_535;
    private static final int UNKNOWN = -1;
    private static final int CE = 1 << 3;
    private static final int NOT_ECT = 1;

    private final FragmentStore store;
    private final int[] start = new int[MAX_FRAGMENTS];
    private final int[] end = new int[MAX_FRAGMENTS];
    private final int[] chain = new int[MAX_FRAGMENTS];
    private int fragments;
    private int receivedLength;
    private int dataLength;
    private int ecnSeen;
    private boolean poisoned;

    private long srcHi;
    private long srcLo;
    private long dstHi;
    private long dstLo;
    private int id;
    private int protocolOfV4;

    private int headerLength;
    private int protocol;
    private int fragmentField;
    private boolean v4;

    /** When the packet is given up, in ns. */
    long deadlineNs;

    PartialPacket(final FragmentStore store) {
        this.store = store;
    }

    /** Begins anew for the packet that a fragment belongs to. */
    void open(final ParsedPacket p, final long deadline) {
        fragments = 0;
        receivedLength = 0;
        dataLength = UNKNOWN;
        ecnSeen = 0;
        poisoned = false;
        srcHi = p.srcHi;
        srcLo = p.srcLo;
        dstHi = p.dstHi;
        dstLo = p.dstLo;
        id = p.fragmentId;
        v4 = p.isV4();
        protocolOfV4 = protocolKey(p);
        deadlineNs = deadline;
    }

    /** RFC 791 §3.2 tells packets apart by their protocol too, RFC 8200 §4.5 does not. */
    private static int protocolKey(final ParsedPacket p) {
        return p.isV4() ? p.protocol : 0;
    }

    /** Whether a fragment belongs to this packet. */
    boolean matches(final ParsedPacket p) {
        return id == p.fragmentId
                && srcLo == p.srcLo
                && dstLo == p.dstLo
                && srcHi == p.srcHi
                && dstHi == p.dstHi
                && protocolOfV4 == protocolKey(p);
    }

    /** Takes a fragment that {@link #matches}. */
    Outcome add(final UnsafeBuffer b, final ParsedPacket p) {
        final int from = p.fragmentOffset;
        final int to = from + p.payloadLength;
        final boolean beyondEnd = dataLength != UNKNOWN && (to > dataLength || !p.moreFragments && to != dataLength);
        final boolean endTooSoon = !p.moreFragments && fragments > 0 && end[fragments - 1] > to;
        if (beyondEnd || endTooSoon) {
            return Outcome.OVERLAP;
        }
        int at = 0;
        while (at < fragments && end[at] <= from) {
            at++;
        }
        if (at < fragments && start[at] < to) {
            return isHere(at, from, to) ? Outcome.DUPLICATE : Outcome.OVERLAP;
        }
        if (fragments == MAX_FRAGMENTS) {
            return Outcome.TOO_MANY;
        }
        return keep(b, p, at, from, to);
    }

    private boolean isHere(final int first, final int from, final int to) {
        int covered = start[first] <= from ? end[first] : from;
        for (int i = first + 1; i < fragments && start[i] == covered; i++) {
            covered = end[i];
        }
        return covered >= to;
    }

    private Outcome keep(final UnsafeBuffer b, final ParsedPacket p, final int at, final int from, final int to) {
        final int stored = from == 0
                ? store.store(b, p.ipOffset, p.totalLength)
                : store.store(b, p.payloadOffset, p.payloadLength);
        if (stored == FragmentStore.NONE) {
            return Outcome.FULL;
        }
        insert(at, from, to, stored);
        ecnSeen |= 1 << (p.tos & 3);
        if (from == 0) {
            headerLength = p.ipHeaderLength;
            protocol = p.protocol;
            fragmentField = p.fragmentFieldOffset - p.ipOffset;
        }
        if (!p.moreFragments) {
            dataLength = to;
        }
        return Outcome.KEPT;
    }

    private void insert(final int at, final int from, final int to, final int stored) {
        final int moved = fragments - at;
        System.arraycopy(start, at, start, at + 1, moved);
        System.arraycopy(end, at, end, at + 1, moved);
        System.arraycopy(chain, at, chain, at + 1, moved);
        start[at] = from;
        end[at] = to;
        chain[at] = stored;
        fragments++;
        receivedLength += to - from;
    }

    /** Whether every byte is here; what is here does not overlap, so counting suffices. */
    boolean isComplete() {
        return receivedLength == dataLength;
    }

    /** Whether the first fragment is here. */
    boolean hasFirst() {
        return fragments > 0 && start[0] == 0;
    }

    /** After {@link #poison}: what still arrives of this packet is thrown away. */
    boolean isPoisoned() {
        return poisoned;
    }

    /** Gives the memory back and waits for the deadline, to catch the rest of the fragments (RFC 5722 §4). */
    void poison() {
        poisoned = true;
        close();
    }

    /** Gives the memory back. */
    void close() {
        for (int i = 0; i < fragments; i++) {
            store.release(chain[i]);
        }
        fragments = 0;
        receivedLength = 0;
    }

    /** Copies the first fragment out as it came; returns its length. */
    int copyFirst(final UnsafeBuffer target) {
        final int length = headerLength + end[0];
        store.copy(chain[0], 0, length, target, 0);
        return length;
    }

    /** Writes the whole packet; returns its length, or 0 when its parts do not make a packet. */
    int rebuild(final UnsafeBuffer target) {
        final int wholeHeader = v4 ? headerLength : headerLength - FRAGMENT_HEADER_LENGTH;
        final int counted = v4 ? wholeHeader : wholeHeader - Ipv6Flyweight.HEADER_LENGTH;
        final boolean mixedEcn = (ecnSeen & NOT_ECT) != 0 && ecnSeen != NOT_ECT;
        if (counted + dataLength > MAX_LENGTH || mixedEcn) {
            return 0;
        }
        store.copy(chain[0], 0, wholeHeader, target, 0);
        store.copy(chain[0], headerLength, end[0], target, wholeHeader);
        for (int i = 1; i < fragments; i++) {
            store.copy(chain[i], 0, end[i] - start[i], target, wholeHeader + start[i]);
        }
        rewriteHeader(target, wholeHeader);
        return wholeHeader + dataLength;
    }

    private void rewriteHeader(final UnsafeBuffer target, final int wholeHeader) {
        if (v4) {
            setCongestionExperienced(target, 1, 0x03);
            Ipv4Flyweight.rewriteAsWhole(target, 0, wholeHeader, wholeHeader + dataLength);
        } else {
            setCongestionExperienced(target, 1, 0x30);
            target.putByte(fragmentField, (byte) protocol);
            Ipv6Flyweight.writePayloadLength(target, 0, wholeHeader - Ipv6Flyweight.HEADER_LENGTH + dataLength);
        }
    }

    /** A mark on any fragment marks the packet (RFC 3168 §5.3). */
    private void setCongestionExperienced(final UnsafeBuffer target, final int at, final int bits) {
        if ((ecnSeen & CE) != 0) {
            target.putByte(at, (byte) (target.getByte(at) | bits));
        }
    }
}
