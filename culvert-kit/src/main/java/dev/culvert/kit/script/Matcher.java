package dev.culvert.kit.script;

import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.packet.SegmentText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Compares a sent segment with what a script expects, in the fields that the script sets. */
final class Matcher {
    private final List<String> differences = new ArrayList<>();

    private Matcher() {}

    /** The differences in words; empty when the segment is as expected. {@code actual} holds wire numbers. */
    static List<String> differences(final Segment expected, final Segment actual, final PeerView peer) {
        final Matcher matcher = new Matcher();
        final int seqBase = expected.absolute ? 0 : peer.localBase();
        final int ackBase = expected.absolute ? 0 : peer.peerBase();
        matcher.flags(expected, actual);
        matcher.field("seq", expected.seq, actual.seq - seqBase);
        matcher.field("ack", expected.ack, actual.ack - ackBase);
        matcher.field("length", expected.len, actual.len);
        matcher.field("win", expected.win, actual.win);
        matcher.field("urgent pointer", expected.urgent, actual.urgent);
        matcher.field("mss", expected.mss, actual.mss);
        matcher.field("wscale", expected.wscale, actual.wscale);
        matcher.field("sackOK", expected.sackOk, actual.sackOk);
        matcher.field("timestamps", expected.ts, actual.ts);
        matcher.field("TSval", expected.tsVal, actual.tsVal);
        matcher.field("TSecr", expected.tsEcr, actual.tsEcr);
        matcher.field("options", expected.optionText, actual.optionText);
        matcher.field("ttl", expected.ttl, actual.ttl);
        matcher.field("tos", expected.tos, actual.tos);
        matcher.field("DF", expected.dontFragment, actual.dontFragment);
        if (expected.sack != null) {
            final List<Segment.Block> relative = new ArrayList<>();
            actual.sack.forEach(b -> relative.add(new Segment.Block(b.left() - ackBase, b.right() - ackBase)));
            matcher.field("SACK blocks", expected.sack, relative);
        }
        return matcher.differences;
    }

    private void flags(final Segment expected, final Segment actual) {
        if (((expected.flags ^ actual.flags) & expected.flagMask) != 0) {
            differences.add("control bits: expected " + SegmentText.flags(expected.flags) + ", got "
                    + SegmentText.flags(actual.flags));
        }
    }

    private void field(final String name, final Object expected, final Object actual) {
        if (expected != null && !Objects.equals(expected, actual)) {
            differences.add(name + ": expected " + expected + ", got " + actual);
        }
    }
}
