package dev.culvert.fuzz;

import dev.culvert.kit.Pattern;
import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketEncoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.script.WireLaws;
import dev.culvert.seq.Seq;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The remote end of one 4-tuple: knows from the packets that it has seen where the stack's windows are, and writes segments
 * that lie near their edges.
 */
final class FuzzPeer {
    /** What the stack's applications send from position 0, on every connection. */
    static final Pattern LOCAL_TEXT = new Pattern(0x6c6f63616cL);
    /** What this peer sends; a byte's position is its sequence number, so that no two segments contradict each other. */
    static final Pattern PEER_TEXT = new Pattern(0x70656572L);

    private static final int COOKIE_SIZES = 4;

    private final Endpoints inbound;
    private final WireLaws laws;
    private int irs = 1000;
    private int peerNxt = 1000;
    private int rcvNxt = 1000;
    private int window = 65_535;
    private int shift;
    private int sndUna;
    private int sndNxt;
    private int tsVal = 10_000;
    private int lastTsVal;
    private byte[] lastSent = {};
    private final Map<Integer, Segment> offers = new HashMap<>();
    /** The timestamp of the last SYN-ACK that acknowledged up to here. */
    private final Map<Integer, Integer> synAckStamps = new HashMap<>();

    /** Sequence number of the last SYN-ACK for each acknowledgment number. */
    private final Map<Integer, Integer> synAckNumbers = new HashMap<>();

    FuzzPeer(final Endpoints inbound, final int mtu) {
        this.inbound = inbound;
        laws = new WireLaws(mtu - (inbound.source().isV4() ? 40 : 60), LOCAL_TEXT);
    }

    Endpoints inbound() {
        return inbound;
    }

    /** Sequence numbers that follow the SYNs sent so far. */
    Set<Integer> firstBytes() {
        return offers.keySet().stream().map(irs -> irs + 1).collect(Collectors.toSet());
    }

    byte[] lastSent() {
        return lastSent;
    }

    /** What the fuzzer makes of this peer next. */
    byte[] segment(final Feed feed) {
        final int kind = feed.u8();
        final Segment segment = switch (kind & 7) {
            case 0 -> Segment.of(Segment.SYN | (feed.flag() ? Segment.ACK : 0));
            case 1 -> Segment.of(feed.u8());
            case 2 -> Segment.of(Segment.ACK | Segment.FIN);
            case 3 -> Segment.of(Segment.RST | (feed.flag() ? Segment.ACK : 0));
            default -> Segment.of(Segment.ACK | (feed.u8() & Segment.PSH));
        };
        segment.seq(base(kind >>> 3 & 3) + ((kind & 0x20) != 0 ? feed.near() : 0));
        if (segment.has(Segment.ACK)) {
            segment.ack(((kind & 0x40) != 0 ? sndUna : sndNxt) + ((kind & 0x80) != 0 ? feed.near() : 0));
        }
        if (segment.has(Segment.SYN)) {
            offer(feed, segment);
        } else {
            avoidCookiesOfOthers(segment);
        }
        finish(feed, segment);
        final byte[] packet = PacketEncoder.tcp(inbound, segment);
        note(segment);
        return packet;
    }

    /** The whole handshake's next step, answered as a good peer does. */
    byte[] goodAnswer(final int length) {
        final Segment segment = Segment.of(Segment.ACK).seq(peerNxt).ack(sndNxt).win(65_535);
        text(segment, length);
        stamp(segment);
        final byte[] packet = PacketEncoder.tcp(inbound, segment);
        note(segment);
        return packet;
    }

    /**
     * A SYN cookie keeps its MSS as a number below 4 that is added to the sequence number, on Linux too: an ACK that acknowledges a
     * few too many or too few brings back the cookie of a SYN-ACK that was never sent.
     */
    private void avoidCookiesOfOthers(final Segment segment) {
        final Integer iss = synAckNumbers.get(segment.seq);
        if (iss != null && segment.has(Segment.ACK) && Math.abs(segment.ack - (iss + 1)) < COOKIE_SIZES) {
            segment.ack(iss + 1);
        }
    }

    /** A SYN that comes twice offers the same twice: which of two the stack took could not be told from outside. */
    private void offer(final Feed feed, final Segment segment) {
        final Segment known = offers.computeIfAbsent(segment.seq, fresh -> options(feed));
        segment.mss(known.mss).wscale(known.wscale);
        segment.sackOk = known.sackOk;
        segment.ts = known.ts;
    }

    private static Segment options(final Feed feed) {
        final int options = feed.u8();
        final Segment syn = Segment.of(Segment.SYN);
        syn.mss((options & 1) != 0 ? feed.u16() : 1000);
        syn.wscale((options & 2) != 0 ? feed.u8() & 15 : -1);
        syn.sackOk = (options & 4) != 0;
        syn.ts = (options & 8) != 0;
        return syn;
    }

    private int base(final int which) {
        return switch (which) {
            case 0 -> peerNxt;
            case 1 -> rcvNxt;
            case 2 -> rcvNxt + (window << shift);
            default -> irs;
        };
    }

    private void finish(final Feed feed, final Segment segment) {
        final int extras = feed.u8();
        segment.win((extras & 1) != 0 ? feed.u16() : 65_535);
        text(segment, (extras & 2) != 0 ? feed.below(1461) : 0);
        if ((extras & 4) != 0) {
            segment.urg(feed.u16());
        }
        if ((extras & 8) != 0 && !segment.has(Segment.SYN)) {
            segment.ts = true;
        }
        if ((extras & 16) != 0) {
            sack(feed, segment);
        }
        if ((extras & 32) != 0) {
            tsVal += feed.near();
        }
        stamp(segment);
        if ((extras & 0xc0) == 0xc0 && !segment.has(Segment.SYN)) {
            segment.rawOptions = feed.take(4 * feed.below(11));
            segment.ts = false; // none, as far as anyone can rely on it
        }
    }

    private void sack(final Feed feed, final Segment segment) {
        for (int i = feed.below(3); i >= 0; i--) {
            final int left = sndUna + feed.near();
            segment.sack(left, left + feed.near());
        }
    }

    private void stamp(final Segment segment) {
        if (segment.ts == null) {
            segment.ts = lastTsVal != 0;
        }
        segment.tsVal = tsVal++;
        segment.tsEcr = lastTsVal;
        if (!segment.has(Segment.SYN)) {
            echoOwnSynAck(segment);
        }
    }

    /**
     * What a SYN cookie cannot hold stands in its timestamp, on Linux too: an ACK that echoes the timestamp of another SYN-ACK
     * than its own, or any where none was offered, brings back options that this SYN did not have.
     */
    private void echoOwnSynAck(final Segment segment) {
        final Segment offer = offers.get(segment.seq - 1);
        if (offer != null) {
            segment.ts &= offer.ts;
            segment.tsEcr = synAckStamps.getOrDefault(segment.seq, lastTsVal);
        }
    }

    private static void text(final Segment segment, final int length) {
        final byte[] bytes = new byte[length];
        final int first = segment.seq + (segment.has(Segment.SYN) ? 1 : 0);
        for (int i = 0; i < length; i++) {
            bytes[i] = PEER_TEXT.at(Integer.toUnsignedLong(first + i));
        }
        segment.text(bytes);
    }

    private void note(final Segment segment) {
        laws.received(segment);
        if (segment.has(Segment.SYN)) {
            irs = segment.seq;
            peerNxt = segment.seq + segment.segLen();
        } else if (segment.seq == peerNxt && !segment.has(Segment.RST)) {
            peerNxt += segment.segLen();
        }
    }

    /** A segment of the stack has come; throws where it breaks a law. */
    void take(final Segment segment, final byte[] packet, final long nowNs) {
        lastSent = packet;
        final var broken = laws.sent(segment, nowNs);
        Laws.hold(broken.isEmpty(), () -> segment + ": " + broken);
        if (segment.has(Segment.RST)) {
            return;
        }
        if (segment.has(Segment.SYN)) {
            synAckStamps.put(segment.ack, segment.tsVal);
            synAckNumbers.put(segment.ack, segment.seq);
            sndUna = segment.seq;
            sndNxt = segment.seq + segment.segLen();
            shift = 0;
        } else {
            shift = window == segment.win ? shift : 7;
        }
        sndNxt = Seq.max(sndNxt, segment.seq + segment.segLen());
        window = segment.win;
        if (segment.has(Segment.ACK)) {
            rcvNxt = segment.ack;
        }
        lastTsVal = segment.ts ? segment.tsVal : lastTsVal;
    }
}
