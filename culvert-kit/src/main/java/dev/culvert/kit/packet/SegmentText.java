package dev.culvert.kit.packet;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Segments in the words of packet scripts: {@code P. 1:101(100) ack 1 win 65535 <nop,nop,TS val 1 ecr 2>}. */
public final class SegmentText {
    private static final String LETTERS = "FSRP.UEW";
    private static final String ORDER = "SFRPWEU.";

    private SegmentText() {}

    /**
     * Text of a segment; open fields are left out.
     *
     * @param seqBase what sequence number 0 means
     * @param ackBase what acknowledgment number, and SACK edge, 0 means
     */
    public static String of(final Segment segment, final int seqBase, final int ackBase) {
        final StringBuilder text = new StringBuilder(flags(segment.flags));
        if (segment.seq != null) {
            final int seq = segment.seq - seqBase;
            final int len = segment.len == null ? 0 : segment.len;
            text.append(' ').append(number(seq)).append(':').append(number(seq + len));
            text.append('(').append(segment.len == null ? "*" : len).append(')');
        } else if (segment.len != null) {
            text.append(" (").append(segment.len).append(')');
        }
        if (segment.has(Segment.ACK) && segment.ack != null) {
            text.append(" ack ").append(number(segment.ack - ackBase));
        }
        if (segment.win != null) {
            text.append(" win ").append(segment.win);
        }
        if (segment.has(Segment.URG) && segment.urgent != null) {
            text.append(" urg ").append(segment.urgent);
        }
        final String options = options(segment, ackBase);
        return options.isEmpty()
                ? text.toString()
                : text.append(" <").append(options).append('>').toString();
    }

    /** Control bits, in packetdrill's letters: {@code .} is ACK, W is CWR. */
    public static String flags(final int flags) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < ORDER.length(); i++) {
            if ((flags & 1 << LETTERS.indexOf(ORDER.charAt(i))) != 0) {
                text.append(ORDER.charAt(i));
            }
        }
        return text.isEmpty() ? "-" : text.toString();
    }

    private static String options(final Segment segment, final int ackBase) {
        final List<String> words = new ArrayList<>();
        if (segment.rawOptions != null) {
            words.add("raw " + segment.rawOptions.length + " bytes");
        }
        if (segment.mss != null && segment.mss >= 0) {
            words.add("mss " + segment.mss);
        }
        if (Boolean.TRUE.equals(segment.sackOk)) {
            words.add("sackOK");
        }
        if (Boolean.TRUE.equals(segment.ts)) {
            words.add("TS val " + (segment.tsVal == null ? "*" : Integer.toUnsignedString(segment.tsVal)) + " ecr "
                    + (segment.tsEcr == null ? "*" : Integer.toUnsignedString(segment.tsEcr)));
        }
        if (segment.wscale != null && segment.wscale >= 0) {
            words.add("wscale " + segment.wscale);
        }
        if (segment.sack != null && !segment.sack.isEmpty()) {
            words.add(segment.sack.stream()
                    .map(b -> number(b.left() - ackBase) + ":" + number(b.right() - ackBase))
                    .collect(Collectors.joining(" ", "sack ", "")));
        }
        return String.join(",", words);
    }

    private static String number(final int value) {
        return Integer.toUnsignedString(value);
    }
}
