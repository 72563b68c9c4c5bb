package dev.culvert.kit.script;

import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.CLOSE_WAIT;
import static dev.culvert.tcp.TcpState.CLOSING;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.FIN_WAIT_1;
import static dev.culvert.tcp.TcpState.FIN_WAIT_2;
import static dev.culvert.tcp.TcpState.LAST_ACK;
import static dev.culvert.tcp.TcpState.TIME_WAIT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.kit.Rfc;
import dev.culvert.kit.packet.Segment;
import dev.culvert.tcp.TcpState;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every kind of segment at every place against every synchronized state, judged by RFC 9293 §3.10.7.4 written down once more,
 * as a table instead of as steps (with RFC 5961's rules for RST and SYN).
 */
class SegmentMatrixTest extends ScriptTest {
    private static final List<TcpState> STATES =
            List.of(ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK);
    private static final String[] KINDS = {"S", "S.", "SF", ".", "F.", "F", "R", "R.", "P.", "PF.", "-", "P"};

    private enum Reply {
        NOTHING,
        ACK,
        /** The RFC leaves it open. */
        EITHER
    }

    private record Verdict(Reply reply, TcpState next, int delivered) {}

    /** One segment in one state; sequence and acknowledgment numbers relative to RCV.NXT, SND.UNA and SND.NXT. */
    private record Case(TcpState state, String kind, int flags, int seqOffset, int ackOffset, int len, int window) {
        boolean has(final int flag) {
            return (flags & flag) != 0;
        }

        int segLen() {
            return len + (has(Segment.SYN) ? 1 : 0) + (has(Segment.FIN) ? 1 : 0);
        }

        /** RFC 9293 §3.4, table 6, for an open window. */
        boolean isAcceptable() {
            final int last = seqOffset + segLen() - 1;
            final boolean first = seqOffset >= 0 && seqOffset < window;
            return segLen() == 0 ? first : first || last >= 0 && last < window;
        }
    }

    /** Whether our FIN is outstanding in this state: SND.NXT is then one beyond SND.UNA. */
    private static boolean finOutstanding(final TcpState state) {
        return state == FIN_WAIT_1 || state == CLOSING || state == LAST_ACK;
    }

    private static Verdict judge(final Case c) {
        final Verdict ignored = new Verdict(Reply.NOTHING, c.state, 0);
        final Verdict answered = new Verdict(Reply.ACK, c.state, 0);
        if (!c.isAcceptable()) { // first
            return c.has(Segment.RST) ? ignored : answered;
        }
        if (c.has(Segment.RST)) { // second
            return c.seqOffset == 0 ? new Verdict(Reply.NOTHING, CLOSED, 0) : answered;
        }
        if (c.has(Segment.SYN)) { // fourth
            return answered;
        }
        if (!c.has(Segment.ACK)) { // fifth
            return ignored;
        }
        final int sndNxt = finOutstanding(c.state) ? 1 : 0;
        if (c.ackOffset > sndNxt || c.ackOffset < -65_535) {
            return answered;
        }
        return judgeTextAndFin(c, finOutstanding(c.state) && c.ackOffset == sndNxt);
    }

    private static Verdict judgeTextAndFin(final Case c, final boolean finAcked) {
        if (finAcked && c.state == LAST_ACK) {
            return new Verdict(Reply.NOTHING, CLOSED, 0);
        }
        if (finAcked && c.state == CLOSING) {
            return new Verdict(Reply.NOTHING, TIME_WAIT, 0);
        }
        final TcpState after = finAcked ? FIN_WAIT_2 : c.state;
        final boolean inOrder = c.seqOffset <= 0;
        final int fresh = c.seqOffset + c.len;
        final boolean fin = c.has(Segment.FIN) && inOrder && fresh >= 0;
        final int delivered = c.state.canReceive() && inOrder ? Math.max(0, fresh) : 0;
        final TcpState next = !fin
                ? after
                : switch (after) {
                    case ESTABLISHED -> CLOSE_WAIT;
                    case FIN_WAIT_1 -> CLOSING;
                    case FIN_WAIT_2 -> TIME_WAIT;
                    case CLOSE_WAIT, CLOSING, LAST_ACK, LISTEN, SYN_SENT, SYN_RECEIVED, TIME_WAIT, CLOSED -> after;
                };
        if (c.len == 0 && !c.has(Segment.FIN)) {
            return new Verdict(Reply.NOTHING, next, delivered);
        }
        // After the peer's FIN more text or another FIN "should not occur".
        return new Verdict(c.state.canReceive() ? Reply.ACK : Reply.EITHER, next, delivered);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    @Rfc(number = 5961, section = "3.2")
    @Rfc(number = 5961, section = "4.2")
    void everySegmentInEverySynchronizedState() {
        int cases = 0;
        for (final TcpState state : STATES) {
            final int window = given(state).window();
            for (final String kind : KINDS) {
                final int[] lengths = kind.contains("P") ? new int[] {1, 100} : new int[] {0};
                for (final int len : lengths) {
                    for (final int seq : new int[] {-100_000, -100, -1, 0, 1, 500, window - 1, window, 100_000}) {
                        for (final int ack : new int[] {-100_000, -1, 0, 1, 2, 100_000}) {
                            final int flags = Segments.flags(kind).flags;
                            play(new Case(state, kind, flags, seq, ack, len, window));
                            cases++;
                        }
                    }
                }
            }
        }
        assertEquals(STATES.size() * (KINDS.length + 3) * 9 * 6, cases);
    }

    private void play(final Case c) {
        final Verdict verdict = judge(c);
        final Script tcp = Script.setup(s -> s.family(v6)).given(c.state);
        final int rcvNxt = tcp.peerNxt();
        final int sndNxt = tcp.localNxt();
        final int sndUna = finOutstanding(c.state) ? sndNxt - 1 : sndNxt;
        final Segment segment = Segments.flags(c.kind).seq(rcvNxt + c.seqOffset).len(c.len);
        if (c.has(Segment.ACK)) {
            segment.ack(sndUna + c.ackOffset);
        }
        try {
            tcp.inject(segment);
            if (verdict.reply == Reply.ACK) {
                tcp.expect(Segments.ack().seq(sndNxt));
            }
            if (verdict.reply == Reply.EITHER) {
                tcp.takeAll();
            }
            tcp.expectNothing().expectState(verdict.next);
            if (verdict.delivered > 0) {
                tcp.receive(1000, verdict.delivered);
            } else if (verdict.next == c.state && c.state.canReceive()) {
                tcp.expectNothingToReceive();
            }
            tcp.takeAll().finish();
        } catch (final ScriptFailure failure) {
            throw new AssertionError(c + " should give " + verdict + "\n" + failure.getMessage(), failure);
        }
    }
}
