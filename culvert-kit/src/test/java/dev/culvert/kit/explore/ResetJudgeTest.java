package dev.culvert.kit.explore;

import static dev.culvert.kit.packet.Segment.ACK;
import static dev.culvert.kit.packet.Segment.RST;
import static dev.culvert.kit.packet.Segment.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.culvert.kit.packet.Segment;
import dev.culvert.tcp.TcpState;
import org.junit.jupiter.api.Test;

class ResetJudgeTest {
    private static Segment segment(final int flags, final int seq, final int ack) {
        final Segment segment = Segment.of(flags).seq(seq).len(0);
        segment.ack = ack;
        return segment;
    }

    private static String judge(final Segment reset, final TcpState state, final Segment trigger) {
        return ResetJudge.complaint(reset, state, 1_000, trigger, false, false);
    }

    @Test
    void aStrangerIsAnsweredInHisOwnWords() {
        final Segment syn = segment(SYN, 7, 0);
        assertEquals("", judge(segment(RST | ACK, 0, 8), TcpState.CLOSED, syn));
        assertEquals("it should be <SEQ=0><ACK=8><CTL=RST,ACK>", judge(segment(RST | ACK, 0, 7), TcpState.CLOSED, syn));
        assertEquals("", judge(segment(RST, 9, 0), TcpState.CLOSED, segment(ACK, 7, 9)));
        assertEquals("LISTEN resets only acknowledgments", judge(segment(RST | ACK, 0, 8), TcpState.LISTEN, syn));
    }

    @Test
    void whileOpeningOnlyAWrongAcknowledgmentIsReset() {
        assertEquals("", judge(segment(RST, 500, 0), TcpState.SYN_SENT, segment(ACK, 7, 500)));
        assertNotEquals("", judge(segment(RST, 1_001, 0), TcpState.SYN_SENT, segment(ACK, 7, 1_001)));
    }

    @Test
    void nothingElseIsReset() {
        final Segment reset = segment(RST, 9, 0);
        assertEquals("it answers a reset", judge(reset, TcpState.CLOSED, segment(RST, 1, 0)));
        assertEquals("nobody asked for it", judge(reset, TcpState.ESTABLISHED, null));
        assertEquals("TIME_WAIT resets nothing", judge(reset, TcpState.TIME_WAIT, segment(ACK, 7, 9)));
        assertNotEquals("", judge(reset, TcpState.ESTABLISHED, segment(ACK, 7, 9)));
        assertNotEquals("", ResetJudge.complaint(reset, TcpState.LAST_ACK, 1, null, true, true));
        assertEquals("", ResetJudge.complaint(reset, TcpState.ESTABLISHED, 1, null, true, true));
    }
}
