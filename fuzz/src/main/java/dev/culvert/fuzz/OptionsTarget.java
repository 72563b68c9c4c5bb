package dev.culvert.fuzz;

import dev.culvert.tcp.option.SegmentOptions;
import dev.culvert.wire.OptionCursor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** TCP options of any bytes at any alignment, read by the stack and once more by a reader that knows only RFC 9293 §3.1. */
public final class OptionsTarget {
    private static final int LONGEST = 40;
    private static final byte GUARD = 0x5a;

    private OptionsTarget() {}

    /**
     * Plays one input.
     *
     * @throws AssertionError the two readers disagree
     */
    public static void fuzzerTestOneInput(final byte[] data) {
        final Feed feed = new Feed(data);
        final int front = feed.below(8);
        final byte[] options = feed.take(LONGEST);
        final byte[] packet = new byte[front + options.length + 8];
        Arrays.fill(packet, GUARD); // what stands behind the options must not be read as one
        System.arraycopy(options, 0, packet, front, options.length);
        final UnsafeBuffer buffer = new UnsafeBuffer(packet);

        final Reference expected = new Reference(options);
        final SegmentOptions actual = new SegmentOptions();
        for (int round = 0; round < 2; round++) { // the second one over the leavings of the first
            actual.parse(buffer, front, options.length);
            Laws.same(expected.text(), text(actual), "options " + Arrays.toString(options));
        }
        walk(buffer, front, options.length);
    }

    private static void walk(final UnsafeBuffer buffer, final int offset, final int length) {
        final OptionCursor cursor = new OptionCursor().wrap(buffer, offset, length);
        int last = offset - 1;
        while (cursor.next()) {
            Laws.hold(cursor.valueOffset() - 2 > last, "an option twice");
            Laws.hold(
                    cursor.valueLength() >= 0 && cursor.valueOffset() + cursor.valueLength() <= offset + length,
                    "an option beyond the header");
            last = cursor.valueOffset() + cursor.valueLength() - 1;
        }
    }

    private static String text(final SegmentOptions o) {
        final StringBuilder sack = new StringBuilder();
        for (int i = 0; i < o.sackBlocks; i++) {
            sack.append(' ').append(o.sackLeft[i]).append(':').append(o.sackRight[i]);
        }
        return line(o.mss, o.windowShift, o.sackPermitted, o.hasTimestamps, o.tsVal, o.tsEcr, sack.toString());
    }

    private static String line(
            final int mss,
            final int shift,
            final boolean sackOk,
            final boolean ts,
            final int val,
            final int ecr,
            final String sack) {
        return "mss " + mss + " shift " + shift + " sackOK " + sackOk + " TS " + ts + ' ' + val + ' ' + ecr + " sack"
                + sack;
    }

    /** Straight from the RFCs, slow and without a table. */
    private static final class Reference {
        private int mss = -1;
        private int shift = -1;
        private boolean sackOk;
        private boolean ts;
        private int val;
        private int ecr;
        private String sack = "";

        Reference(final byte[] options) {
            int at = 0;
            while (at < options.length && options[at] != 0) {
                if (options[at] == 1) {
                    at++;
                    continue;
                }
                final int length = at + 1 < options.length ? options[at + 1] & 0xff : 0;
                if (length < 2 || at + length > options.length) {
                    return;
                }
                take(options[at] & 0xff, ByteBuffer.wrap(options, at + 2, length - 2));
                at += length;
            }
        }

        private void take(final int kind, final ByteBuffer value) {
            final int length = value.remaining();
            if (kind == 2 && length == 2) {
                mss = value.getShort() & 0xffff;
            } else if (kind == 3 && length == 1) {
                shift = Math.min(14, value.get() & 0xff);
            } else if (kind == 4 && length == 0) {
                sackOk = true;
            } else if (kind == 5 && length % 8 == 0) {
                sack = "";
                while (value.hasRemaining()) {
                    sack += " " + value.getInt() + ":" + value.getInt();
                }
            } else if (kind == 8 && length == 8) {
                ts = true;
                val = value.getInt();
                ecr = value.getInt();
            }
        }

        String text() {
            return line(mss, shift, sackOk, ts, val, ecr, sack);
        }
    }
}
