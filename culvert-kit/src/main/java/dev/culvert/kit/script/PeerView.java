package dev.culvert.kit.script;

import dev.culvert.kit.Pattern;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.packet.SegmentText;
import dev.culvert.seq.Seq;

/**
 * What a peer knows of the connection: it turns the script's relative numbers into those on the wire and back, and fills in
 * the fields that a script leaves open.
 */
final class PeerView {
    private final int irs;
    private final int window;
    private int iss;
    private boolean issKnown;
    /** What the script calls ISS and IRS; 0 as in packetdrill unless it says otherwise. */
    private int issName;

    private int irsName;

    private int peerNxt;
    private int localNxt;
    private int advertised;
    private int localShift;
    private boolean peerOffersTs;
    private boolean localOffersTs;
    private int peerWscale = -1;
    private int lastTsVal;
    private int lastPeerTsVal = Integer.MIN_VALUE;
    private Segment offer;
    private boolean agreed;

    PeerView(final int irs, final int window) {
        this.irs = irs;
        this.window = window;
        peerNxt = irs;
    }

    /** The stack's sequence number that the script calls 0. */
    int localBase() {
        return iss - issName;
    }

    /** The peer's sequence number that the script calls 0. */
    int peerBase() {
        return irs - irsName;
    }

    /** Calls the next number that the stack will send {@code name}. */
    void renameLocal(final int name) {
        issName = name - (localNxt - iss);
    }

    /** Calls the next number that the peer will send {@code name}. */
    void renamePeer(final int name) {
        irsName = name - (peerNxt - irs);
    }

    /** The stack's ISS on the wire. */
    int iss() {
        return iss;
    }

    /** The peer's ISN on the wire. */
    int irs() {
        return irs;
    }

    /** What the peer sends next, in the script's numbers. */
    int peerNxt() {
        return peerNxt - peerBase();
    }

    /** What the stack sends next, in the script's numbers. */
    int localNxt() {
        return localNxt - localBase();
    }

    /** First number right of the window that the stack has advertised, in the script's numbers. */
    int rightEdge() {
        return advertised - peerBase();
    }

    boolean timestamps() {
        return peerOffersTs && localOffersTs;
    }

    /** A copy of the segment in wire numbers, open fields filled in. */
    Segment toWire(final Segment from, final long elapsedNs, final Pattern text) {
        final Segment to = Segment.of(from.flags);
        to.rawOptions = from.rawOptions;
        to.badChecksum = from.badChecksum;
        to.dataOffset = from.dataOffset;
        to.ttl = from.ttl;
        to.tos = from.tos;
        to.mss = from.mss;
        to.wscale = from.wscale;
        to.sackOk = from.sackOk;
        to.urgent = from.urgent;
        to.len = from.len == null ? 0 : from.len;
        to.win = from.win == null ? window : from.win;
        to.seq = from.seq == null ? peerNxt : from.seq + (from.absolute ? 0 : peerBase());
        if (from.has(Segment.ACK)) {
            to.ack = from.ack == null ? localNxt : from.ack + (from.absolute ? 0 : localBase());
        }
        to.text = from.text == null ? text(to, text) : from.text;
        if (from.sack != null) {
            from.sack.forEach(b -> to.sack(b.left() + localBase(), b.right() + localBase()));
        }
        if (from.ts == null ? timestamps() && !from.has(Segment.RST) : from.ts) {
            to.ts(
                    from.tsVal == null ? nextTsVal(elapsedNs) : from.tsVal,
                    from.tsEcr == null ? from.has(Segment.ACK) ? lastTsVal : 0 : from.tsEcr);
        }
        return to;
    }

    /** The peer's timestamp clock ticks in ms. */
    static int defaultTsVal(final long elapsedNs) {
        return 10_000 + (int) (elapsedNs / 1_000_000);
    }

    /** The clock's value, or the latest that the script has used if that lies ahead. */
    private int nextTsVal(final long elapsedNs) {
        final int clock = defaultTsVal(elapsedNs);
        return lastPeerTsVal == Integer.MIN_VALUE ? clock : Seq.max(clock, lastPeerTsVal);
    }

    private byte[] text(final Segment wire, final Pattern pattern) {
        final byte[] bytes = new byte[wire.len];
        final int first = wire.seq + (wire.has(Segment.SYN) ? 1 : 0);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = pattern.at(Integer.toUnsignedLong(first + i - irs - 1));
        }
        return bytes;
    }

    /** Notes what the peer sends. */
    void injected(final Segment wire) {
        if (wire.has(Segment.SYN)) {
            offer = wire;
        }
        if (Boolean.TRUE.equals(wire.ts) && !wire.has(Segment.RST)) {
            lastPeerTsVal = lastPeerTsVal == Integer.MIN_VALUE ? wire.tsVal : Seq.max(lastPeerTsVal, wire.tsVal);
        }
        if (wire.seq == peerNxt && !wire.has(Segment.RST)) {
            peerNxt += wire.segLen();
        }
    }

    /** The stack has taken the peer's SYN: what that offered holds from now on. A later stray SYN changes nothing. */
    private void agree(final Segment wire) {
        final boolean answer = wire.has(Segment.SYN) && offer != null && Segment.answers(wire, offer);
        if (wire.has(Segment.ACK) && offer != null && (answer || !agreed)) {
            agreed = true;
            peerOffersTs = Boolean.TRUE.equals(offer.ts);
            peerWscale = offer.wscale == null ? -1 : offer.wscale;
        }
    }

    /** Notes what the stack sent. */
    void sent(final Segment wire) {
        if (!wire.has(Segment.RST)) {
            agree(wire);
        }
        if (wire.has(Segment.SYN)) {
            if (!issKnown || wire.seq != iss) {
                iss = wire.seq;
                localNxt = iss;
                issKnown = true;
                agreed = wire.has(Segment.ACK);
            }
            localOffersTs = wire.ts;
            localShift = wire.wscale < 0 ? 0 : wire.wscale;
            advertised = wire.has(Segment.ACK) ? wire.ack + wire.win : irs + 1 + wire.win;
        } else if (wire.has(Segment.ACK) && !wire.has(Segment.RST)) {
            final int edge = wire.ack + (wire.win << (peerWscale >= 0 ? localShift : 0));
            advertised = Seq.max(advertised, edge);
        }
        if (agreed && wire.has(Segment.ACK) && !wire.has(Segment.RST)) {
            peerNxt = Seq.max(peerNxt, wire.ack); // text that was sent ahead of a gap is sent too
        }
        if (wire.ts) {
            lastTsVal = wire.tsVal;
        }
        if (!wire.has(Segment.RST)) {
            localNxt = Seq.max(localNxt, wire.seq + wire.segLen());
        }
    }

    /** A sent segment in the script's numbers. */
    String text(final Segment wire) {
        return SegmentText.of(wire, localBase(), peerBase());
    }
}
