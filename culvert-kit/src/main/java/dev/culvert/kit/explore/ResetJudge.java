package dev.culvert.kit.explore;

import static dev.culvert.tcp.TcpState.LISTEN;

import dev.culvert.kit.packet.Segment;
import dev.culvert.tcp.TcpState;

/** Whether RFC 9293 asks for a reset, told from what the host knew and what it got, not from what it did. */
final class ResetJudge {
    private ResetJudge() {}

    /**
     * Why the host may not send this reset; an empty text when it has to.
     *
     * @param state the connection's before the event
     * @param iss the host's latest initial sequence number
     * @param trigger the segment that it got; null: none
     * @param aborted whether the application has just called ABORT
     * @param orphaned whether the application has closed
     */
    static String complaint(
            final Segment reset,
            final TcpState state,
            final int iss,
            final Segment trigger,
            final boolean aborted,
            final boolean orphaned) {
        if (aborted) {
            return abort(state);
        }
        if (trigger == null) {
            return "nobody asked for it";
        }
        if (trigger.has(Segment.RST)) {
            return "it answers a reset";
        }
        return switch (state) {
            case CLOSED, LISTEN -> stranger(reset, state, trigger);
            case SYN_SENT, SYN_RECEIVED -> opening(reset, iss, trigger);
            case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK ->
                orphaned && trigger.len > 0 ? "" : "there is nothing wrong for which " + state + " resets"; // §3.6.1
            case TIME_WAIT -> "TIME_WAIT resets nothing";
        };
    }

    /** §3.10.5, ABORT: from SYN-RECEIVED to CLOSE-WAIT the peer is told. */
    private static String abort(final TcpState state) {
        return switch (state) {
            case SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT -> "";
            case CLOSED, LISTEN, SYN_SENT, CLOSING, LAST_ACK, TIME_WAIT -> "ABORT in " + state + " tells nobody";
        };
    }

    /** §3.10.7.1 and §3.10.7.2: whoever is not known is answered in words of his own. */
    private static String stranger(final Segment reset, final TcpState state, final Segment trigger) {
        if (trigger.has(Segment.ACK)) {
            return form(reset, trigger.ack, false, 0);
        }
        return state == LISTEN
                ? "LISTEN resets only acknowledgments"
                : form(reset, 0, true, trigger.seq + trigger.segLen());
    }

    /** §3.10.7.3 and §3.10.7.4: an acknowledgment of what was never sent. */
    private static String opening(final Segment reset, final int iss, final Segment trigger) {
        return trigger.has(Segment.ACK) && trigger.ack != iss + 1
                ? form(reset, trigger.ack, false, 0)
                : "the segment acknowledges nothing unsent";
    }

    private static String form(final Segment reset, final int seq, final boolean hasAck, final int ack) {
        final boolean right = reset.seq == seq
                && reset.has(Segment.ACK) == hasAck
                && (!hasAck || reset.ack == ack)
                && reset.segLen() == 0;
        return right
                ? ""
                : "it should be <SEQ=" + Integer.toUnsignedString(seq)
                        + (hasAck ? "><ACK=" + Integer.toUnsignedString(ack) + "><CTL=RST,ACK>" : "><CTL=RST>");
    }
}
