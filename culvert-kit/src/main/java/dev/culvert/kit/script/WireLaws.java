package dev.culvert.kit.script;

import dev.culvert.kit.Pattern;
import dev.culvert.kit.packet.Segment;
import dev.culvert.seq.Seq;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What holds for every segment that a TCP sends, whatever happens: checked on each of them in scripts and in simulation
 * besides what the test itself expects. Watches one connection. Sequence numbers are those on the wire.
 */
public final class WireLaws {
    /** A smaller MSS than this is taken as this, as on Linux. */
    private static final int LEAST_MSS = 48;
    /** TSvals further apart in time than this cannot be compared (RFC 7323 §5.5). */
    private static final long TS_COMPARABLE_NS = 24L * 24 * 3_600 * 1_000_000_000;

    /** SYNs of which the stack may still take one. */
    private static final int MOST_OFFERS = 8;

    /** A SYN-ACK and the SYN that it answers. */
    private record Opening(Segment synAck, Segment offer) {}

    private final int ipMss;
    private final Pattern text;

    private int iss;
    private boolean issKnown;
    private int irs;
    private boolean irsKnown;
    private final ArrayDeque<Segment> offers = new ArrayDeque<>();
    private final ArrayDeque<Opening> openings = new ArrayDeque<>();
    private int offerEnd;
    private int peerMss;
    private int peerSynWindow;
    private boolean peerTs;
    private boolean localTs;
    /** The peer has left out the timestamps it agreed to: a SYN cookie then comes back without any option. */
    private boolean optionsUnsure;

    private int peerShift;
    private int localShift;
    private boolean peerScales;
    private boolean localScales;
    private int highestPeerEdge;
    private int highestReceived;
    private int highestAck;
    /** What a connection said last, when both ends had closed it. */
    private boolean lastWordKnown;

    private int lastSeq;
    private int lastAck;
    private int rightEdge;
    private boolean edgeKnown;
    private boolean edgeOfSyn;
    /** Behind all that the stack has sent. */
    private int highestSent;

    private boolean finReceived;
    private int finEnd;
    private int lastTsVal;
    private long lastTsNs;
    private boolean tsSeen;

    /**
     * @param ipMss payload bytes that fit a packet without any options: the MTU less IP and TCP headers
     * @param text what the application sends, from position 0; null: not checked
     */
    public WireLaws(final int ipMss, final Pattern text) {
        this.ipMss = ipMss;
        this.text = text;
        peerMss = ipMss;
    }

    /** Notes a segment that reaches the stack. */
    public void received(final Segment segment) {
        if (segment.has(Segment.RST)) {
            return;
        }
        if (segment.has(Segment.SYN)) {
            offers.addFirst(segment);
            if (offers.size() > MOST_OFFERS) {
                offers.removeLast();
            }
            offerEnd = segment.seq + segment.segLen();
        } else {
            optionsUnsure |= localTs && peerTs && !Boolean.TRUE.equals(segment.ts);
            offerEnd = Seq.max(offerEnd, segment.seq + segment.segLen());
            highestReceived = Seq.max(highestReceived, segment.seq + segment.segLen());
        }
        if (segment.has(Segment.FIN)) {
            finReceived = true;
            finEnd = segment.seq + segment.segLen();
        }
        if (segment.has(Segment.ACK) && issKnown) {
            final boolean scaled = !segment.has(Segment.SYN) && localScales;
            highestPeerEdge = Seq.max(highestPeerEdge, segment.ack + (segment.win << (scaled ? peerShift : 0)));
        }
    }

    /** The stack has taken one of the peer's SYNs: what that offered holds from now on. A later stray SYN changes nothing. */
    private void agree(final Segment segment) {
        final Segment offer = segment.has(Segment.ACK) ? answered(segment) : null;
        if (offer == null) {
            return;
        }
        irs = offer.seq;
        irsKnown = true;
        if (segment.has(Segment.SYN)) {
            openings.addFirst(new Opening(segment, offer));
            if (openings.size() > MOST_OFFERS) {
                openings.removeLast();
            }
        }
        highestReceived = Seq.max(offer.seq + offer.segLen(), offerEnd);
        peerMss = offer.mss == null || offer.mss <= 0 ? ipMss : Math.max(offer.mss, LEAST_MSS);
        peerTs = Boolean.TRUE.equals(offer.ts);
        peerSynWindow = offer.win;
        peerScales = offer.wscale != null && offer.wscale >= 0;
        peerShift = peerScales ? Math.min(14, offer.wscale) : 0;
        edgeKnown = false;
        Segment taken = offers.removeLast();
        while (taken != offer) { // those that came later, in the same batch, may still be taken
            taken = offers.removeLast();
        }
    }

    /**
     * The SYN that a segment acknowledges, rather without its text than with it; for one without SYN the latest, if none was
     * taken before. Null: none.
     */
    private Segment answered(final Segment segment) {
        Segment withText = null;
        if (segment.has(Segment.SYN)) {
            for (final Segment offer : offers) {
                if (segment.ack == offer.seq + 1) {
                    return offer;
                }
                if (withText == null && Segment.answers(segment, offer)) {
                    withText = offer;
                }
            }
        }
        return withText != null || irsKnown ? withText : offers.peekFirst();
    }

    /** Judges a segment that the stack sends; the broken laws in words, normally none. */
    public List<String> sent(final Segment segment, final long nowNs) {
        final List<String> broken = new ArrayList<>();
        flags(segment, broken);
        if (segment.has(Segment.RST) || isLastWordOfBefore(segment)) {
            return broken;
        }
        if (segment.has(Segment.SYN)) {
            agree(segment);
            openings(segment, broken);
        } else {
            if (!goOnWithEarlierCookie(segment)) {
                agree(segment);
            }
            if (segment.mss >= 0 || segment.wscale >= 0 || segment.sackOk) {
                broken.add("an option that belongs on a SYN stands on another segment (RFC 9293 §3.1)");
            }
            timestamps(segment, nowNs, broken);
            window(segment, broken);
            acknowledgment(segment, broken);
            if (finReceived && segment.ack == finEnd) {
                lastWordKnown = true;
                lastSeq = segment.seq + segment.segLen();
                lastAck = segment.ack;
            }
        }
        ecn(segment, broken);
        size(segment, broken);
        text(segment, broken);
        return broken;
    }

    /** The ACK that TIME-WAIT repeats: it comes once more when an opening of the 4-tuple came to nothing (RFC 1122 §4.2.2.13). */
    private boolean isLastWordOfBefore(final Segment segment) {
        return segment.segLen() == 0 && lastWordKnown && segment.seq == lastSeq && segment.ack == lastAck;
    }

    private static void flags(final Segment segment, final List<String> broken) {
        if (Integer.bitCount(segment.flags & (Segment.SYN | Segment.FIN | Segment.RST)) > 1) {
            broken.add("more than one of SYN, FIN and RST");
        }
        if (!segment.has(Segment.SYN | Segment.RST | Segment.ACK)) {
            broken.add("neither SYN nor RST and yet no ACK (RFC 9293 §3.10.7.4)");
        }
    }

    /** RFC 3168 §6.1.1, §6.1.4, §6.1.5: what is ECN-capable, and what may carry CWR. */
    private void ecn(final Segment segment, final List<String> broken) {
        final int ecn = segment.tos & 3;
        final boolean sentBefore = issKnown && Seq.lt(segment.seq, highestSent);
        final boolean newText = segment.len > 0 && !segment.has(Segment.SYN) && !sentBefore;
        highestSent = issKnown ? Seq.max(highestSent, segment.seq + segment.segLen()) : highestSent;
        if (ecn == 3) {
            broken.add("marked as if by a router");
        }
        if (ecn != 0 && !newText) {
            broken.add("ECN-capable, and no new text (RFC 3168 §6.1.4, §6.1.5)");
        }
        if (segment.has(Segment.CWR) && ecn == 0 && !segment.has(Segment.SYN)) {
            broken.add("CWR on what is not ECN-capable (RFC 3168 §6.1.2)");
        }
        if (segment.has(Segment.CWR) && segment.has(Segment.SYN) && segment.has(Segment.ACK)) {
            broken.add("CWR on a SYN-ACK (RFC 3168 §6.1.1)");
        }
    }

    /**
     * A SYN that is answered by a cookie leaves no trace, so that the connection may be that of an earlier SYN-ACK than the last:
     * then what that said holds again.
     */
    private boolean goOnWithEarlierCookie(final Segment segment) {
        for (final Opening opening : openings) {
            if (segment.seq == opening.synAck.seq + 1 && opening.synAck.seq != iss) {
                irsKnown = false;
                offers.addFirst(opening.offer);
                agree(opening.synAck);
                openings(opening.synAck, new ArrayList<>());
                return true;
            }
        }
        return false;
    }

    private void openings(final Segment segment, final List<String> broken) {
        if (!issKnown || segment.seq - iss != 0) {
            iss = segment.seq;
            highestSent = segment.seq;
            issKnown = true;
            irsKnown &= segment.has(Segment.ACK);
            highestPeerEdge = segment.seq + 1;
            tsSeen = false;
            edgeKnown = false;
        }
        localTs = segment.ts;
        localScales = segment.wscale >= 0;
        localShift = localScales ? segment.wscale : 0;
        if (segment.has(Segment.ACK)) {
            highestAck = segment.ack;
            rightEdge = segment.ack + segment.win;
            edgeKnown = true;
            highestPeerEdge = Seq.max(highestPeerEdge, iss + peerSynWindow); // for text behind the SYN-ACK (RFC 7413)
            edgeOfSyn = true;
            if (segment.ts && !peerTs || segment.wscale >= 0 && !peerScales) {
                broken.add("a SYN-ACK offers what the SYN did not (RFC 7323 §2.2, §3.2)");
            }
        }
        if (segment.mss < 0) {
            broken.add("a SYN without MSS option (RFC 9293 MUST-14)");
        }
    }

    private void timestamps(final Segment segment, final long nowNs, final List<String> broken) {
        if (!issKnown || !irsKnown) {
            return;
        }
        if (segment.ts != (localTs && peerTs) && !(optionsUnsure && !segment.ts)) {
            broken.add("timestamps are on every segment or on none (RFC 7323 §3.2)");
        }
        final boolean repair = segment.segLen() > 0 && Seq.lt(segment.seq, highestSent); // may be dated back (ADR 17)
        if (segment.ts && !repair) {
            if (tsSeen && segment.tsVal - lastTsVal < 0 && nowNs - lastTsNs < TS_COMPARABLE_NS) {
                broken.add("TSval runs backwards (RFC 7323 §5.4)");
            }
            tsSeen = true;
            lastTsVal = segment.tsVal;
            lastTsNs = nowNs;
        }
    }

    private void window(final Segment segment, final List<String> broken) {
        final int edge = segment.ack + (segment.win << (peerScales ? localShift : 0));
        final boolean peerIsDone =
                finReceived && segment.ack - finEnd == 0; // no text can come: the window means nothing
        final int rounding = edgeOfSyn ? (1 << localShift) - 1 : 0; // a half-open row rounds down, as on Linux
        if (edgeKnown && Seq.lt(edge + rounding, rightEdge) && !peerIsDone && !optionsUnsure) {
            broken.add("the receive window shrinks by " + (rightEdge - edge) + " (RFC 9293 SHLD-14)");
        }
        rightEdge = edgeOfSyn ? Seq.max(edge, rightEdge) : edge;
        edgeOfSyn &= segment.len == 0 && edge - rightEdge <= 0;
        edgeKnown = true;
        if (issKnown && segment.len > 0 && Seq.gt(segment.seq + segment.len, highestPeerEdge)) {
            broken.add("text beyond the peer's window (RFC 9293 §3.8.6)");
        }
    }

    private void acknowledgment(final Segment segment, final List<String> broken) {
        if (!irsKnown) {
            return;
        }
        if (Seq.gt(segment.ack, highestReceived)) {
            broken.add("acknowledges what the peer never sent");
        }
        if (highestAck != 0 && Seq.lt(segment.ack, highestAck)) {
            broken.add("SEG.ACK runs backwards");
        }
        highestAck = segment.ack;
        for (final Segment.Block block : segment.sack) {
            if (Seq.ge(block.left(), block.right()) || Seq.gt(block.right(), highestReceived)) {
                broken.add("SACK block " + (block.left() - irs) + ":" + (block.right() - irs)
                        + " is no received text (RFC 2018 §4)");
            }
        }
    }

    private void size(final Segment segment, final List<String> broken) {
        final int optionBytes = optionBytes(segment.optionText, segment.sack.size());
        final int most = Math.min(peerMss, ipMss) - optionBytes;
        if (segment.len > most) {
            broken.add(segment.len + " bytes of text where " + most + " fit (RFC 9293 MUST-16)");
        }
    }

    private static int optionBytes(final String words, final int blocks) {
        int bytes = 0;
        for (final String word : words.split(",", -1)) {
            final String[] parts = word.split(" ", -1);
            final int value = parts.length > 1 ? parts[1].length() / 2 : 0;
            bytes += switch (parts[0]) {
                case "nop", "eol" -> 1;
                case "mss", "uto" -> 4;
                case "wscale" -> 3;
                case "sackOK" -> 2;
                case "TS" -> 10;
                case "FO" -> 2 + value;
                case "FOEXP" -> 4 + value;
                case "sack" -> 2 + 8 * blocks;
                default -> 0;
            };
        }
        return (bytes + 3) / 4 * 4;
    }

    private void text(final Segment segment, final List<String> broken) {
        if (text == null || !issKnown) {
            return;
        }
        final int first = segment.seq - iss - (segment.has(Segment.SYN) ? 0 : 1);
        for (int i = 0; i < segment.text.length; i++) {
            if (segment.text[i] != text.at(Integer.toUnsignedLong(first + i))) {
                broken.add("byte " + i + " of the text is not what the application sent");
                return;
            }
        }
    }
}
