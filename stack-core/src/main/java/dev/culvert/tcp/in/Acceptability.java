package dev.culvert.tcp.in;

import dev.culvert.seq.Seq;

/** The segment acceptability test of RFC 9293 §3.4, table 6. */
final class Acceptability {
    private Acceptability() {}

    /** Whether any part of the segment lies in the receive window, or it is empty and stands at a place that is. */
    static boolean isAcceptable(final int seq, final int len, final int rcvNxt, final int rcvWnd) {
        if (len == 0) {
            return rcvWnd == 0 ? seq == rcvNxt : Seq.inWindow(seq, rcvNxt, rcvWnd);
        }
        return rcvWnd != 0 && (Seq.inWindow(seq, rcvNxt, rcvWnd) || Seq.inWindow(seq + len - 1, rcvNxt, rcvWnd));
    }
}
