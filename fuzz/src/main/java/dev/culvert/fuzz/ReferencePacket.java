package dev.culvert.fuzz;

import dev.culvert.wire.ParsedPacket;
import java.util.Arrays;
import java.util.BitSet;
import org.agrona.concurrent.UnsafeBuffer;

/** What has come of one fragmented packet: a bit per byte, and the RFCs' rules in words as plain as they are. */
final class ReferencePacket {
    private static final int MOST = 65_535;

    private final long deadlineNs;
    private final int headerLength;
    private byte[] bytes = {};
    private final BitSet here = new BitSet();
    private int end = -1;
    private boolean condemned;
    private boolean notEct;
    private boolean ect;

    ReferencePacket(final long deadlineNs, final int headerLength) {
        this.deadlineNs = deadlineNs;
        this.headerLength = headerLength;
    }

    long deadlineNs() {
        return deadlineNs;
    }

    boolean isCondemned() {
        return condemned;
    }

    void condemn() {
        condemned = true;
    }

    byte[] whole() {
        return Arrays.copyOf(bytes, end);
    }

    /** Whether this fragment completes the packet. */
    boolean add(final ParsedPacket p, final UnsafeBuffer buffer) {
        final int from = p.fragmentOffset;
        final int to = from + p.payloadLength;
        if (condemned) {
            return false;
        }
        final boolean lies =
                end >= 0 && (to > end || !p.moreFragments && to != end) || !p.moreFragments && here.length() > to;
        final boolean allHere = here.nextClearBit(from) >= to;
        final boolean someHere = here.nextSetBit(from) >= 0 && here.nextSetBit(from) < to;
        if (lies || someHere && !allHere) {
            condemned = true;
            return false;
        }
        if (allHere) {
            return false;
        }
        here.set(from, to);
        if (bytes.length < to) {
            bytes = Arrays.copyOf(bytes, to);
        }
        buffer.getBytes(p.payloadOffset, bytes, from, p.payloadLength);
        notEct |= (p.tos & 3) == 0;
        ect |= (p.tos & 3) != 0;
        if (!p.moreFragments) {
            end = to;
        }
        return isWhole();
    }

    private boolean isWhole() {
        if (end < 0 || here.cardinality() != end) {
            return false;
        }
        final int counted = headerLength == 20 ? 20 : 0; // IPv6 does not count its fixed header
        condemned = counted + end > MOST || notEct && ect; // RFC 3168 §5.3
        return !condemned;
    }
}
