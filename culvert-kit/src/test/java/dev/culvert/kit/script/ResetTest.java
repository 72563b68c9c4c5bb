package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.flags;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.rstAck;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.CLOSE_WAIT;
import static dev.culvert.tcp.TcpState.CLOSING;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.FIN_WAIT_1;
import static dev.culvert.tcp.TcpState.FIN_WAIT_2;
import static dev.culvert.tcp.TcpState.LAST_ACK;
import static dev.culvert.tcp.TcpState.LISTEN;
import static dev.culvert.tcp.TcpState.SYN_RECEIVED;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.tcp.TcpState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Resets in and out: RFC 9293 §3.5.2, §3.5.3, §3.10.7; RFC 5961 §3 and §4. */
class ResetTest extends ScriptTest {
    /** Where RCV.NXT stands in the script's numbers: after the peer's FIN where it has sent one. */
    private static int rcvNxt(final TcpState state) {
        return switch (state) {
            case CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> 2;
            case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, SYN_RECEIVED, SYN_SENT, LISTEN, CLOSED -> 1;
        };
    }

    private static int sndNxt(final TcpState state) {
        return switch (state) {
            case FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> 2;
            case ESTABLISHED, CLOSE_WAIT, SYN_RECEIVED, SYN_SENT, LISTEN, CLOSED -> 1;
        };
    }

    /** "Connection reset" is told as long as something could get lost; CLOSING and LAST-ACK without text just end. */
    private static int error(final TcpState state) {
        return state == CLOSING || state == LAST_ACK ? Errno.OK : Errno.ECONNRESET;
    }

    private static final List<TcpState> SYNCHRONIZED =
            List.of(ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK);

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void resetBehindAFinIsToldWhereTextMayBeLost() {
        final Script lastAck = given(CLOSE_WAIT).send(1000).shutdownWrite().expectState(LAST_ACK);
        lastAck.takeAll()
                .inject(rst().seq(2))
                .expectNothing()
                .expectState(CLOSED)
                .expectClosed(Errno.ECONNRESET);
        lastAck.expectCount(StackCounter.TcpEstabResets, 0);

        final Script closing = given(ESTABLISHED).send(1000).shutdownWrite().expectState(FIN_WAIT_1);
        closing.takeAll().inject(fin().seq(1).ack(1)).takeAll().expectState(CLOSING);
        closing.inject(rst().seq(2)).expectNothing().expectState(CLOSED).expectClosed(Errno.ECONNRESET);
        closing.expectCount(StackCounter.TcpEstabResets, 0);
    }

    @Test
    void onlyResetsOfOpenConnectionsCountAsEstabResets() {
        for (final TcpState state : SYNCHRONIZED) {
            final Script tcp = given(state);
            tcp.inject(rst().seq(rcvNxt(state))).expectState(CLOSED);
            tcp.expectCount(StackCounter.TcpEstabResets, state == ESTABLISHED || state == CLOSE_WAIT ? 1 : 0);
        }
    }

    @Test
    @Rfc(number = 5961, id = "1", section = "3.2")
    @Rfc(number = 9293, section = "3.10.7.4")
    @Rfc(number = 9293, id = "MUST-12", section = "3.6")
    void exactResetEndsEverySynchronizedState() {
        for (final TcpState state : SYNCHRONIZED) {
            final Script tcp = given(state);
            tcp.inject(rst().seq(rcvNxt(state))).expectNothing().expectState(CLOSED);
            tcp.expectClosed(error(state));
        }
    }

    @Test
    @Rfc(number = 9293, section = "3.5.3")
    void resetIsJudgedBySequenceNumberWhateverItAcknowledges() {
        for (final TcpState state : SYNCHRONIZED) {
            final Script tcp = given(state);
            tcp.inject(rstAck().seq(rcvNxt(state)).ack(1_000_000))
                    .expectNothing()
                    .expectClosed(error(state));
        }
    }

    @Test
    @Rfc(number = 9293, id = "SHLD-2", section = "3.5.3")
    void resetMayCarryText() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(rst().seq(1).len(30)).expectNothing().expectState(CLOSED).expectReset();
    }

    @Test
    @Rfc(number = 5961, id = "1", section = "3.2")
    void resetElsewhereInTheWindowIsChallenged() {
        for (final TcpState state : SYNCHRONIZED) {
            final Script tcp = given(s -> s.config(c -> c.invalidRateLimitMs(0)), state);
            tcp.inject(rst().seq(rcvNxt(state) + 1));
            tcp.expect(ack().seq(sndNxt(state)).ack(rcvNxt(state))).expectState(state);
            tcp.advance(ms(100)).takeAll();
            tcp.inject(rst().seq(tcp.rightEdge() - 1));
            tcp.expect(ack().ack(rcvNxt(state))).expectState(state);
        }
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    @Rfc(number = 5961, id = "1", section = "3.2")
    void resetOutsideTheWindowIsDroppedInSilence() {
        for (final TcpState state : SYNCHRONIZED) {
            final Script tcp = given(state);
            tcp.inject(rst().seq(rcvNxt(state) - 1)).expectNothing().expectState(state);
            tcp.inject(rst().seq(tcp.rightEdge())).expectNothing().expectState(state);
            tcp.inject(rst().seq(tcp.rightEdge() + 100_000)).expectNothing().expectState(state);
        }
    }

    @Test
    @Rfc(number = 5961, id = "1", section = "3.2")
    void inSynReceivedOnlyTheExactResetCounts() {
        final Script tcp = given(SYN_RECEIVED);
        tcp.inject(rst().seq(0)).expectNothing().expectState(SYN_RECEIVED);
        tcp.inject(rst().seq(tcp.rightEdge() + 1)).expectNothing().expectState(SYN_RECEIVED);
        tcp.inject(rst().seq(2)).expect(ack().seq(1).ack(1)).expectState(SYN_RECEIVED);
        tcp.inject(rst().seq(1)).expectNothing().expectState(LISTEN);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-66", section = "3.4")
    void resetIsObeyedAtZeroWindow() {
        final Script tcp = given(s -> s.config(c -> c.receiveBufferBytes(4_096)), ESTABLISHED);
        while (tcp.window() > 0) {
            tcp.inject(data(Math.min(1000, tcp.window()))).advance(ms(50)).takeAll();
        }
        tcp.inject(rst()).expectNothing().expectState(CLOSED).expectReset();
    }

    @Test
    @Rfc(number = 5961, id = "2", section = "4.2")
    @Rfc(number = 9293, section = "3.10.7.4")
    void synIsChallengedInEverySynchronizedState() {
        for (final TcpState state : SYNCHRONIZED) {
            for (final int seq : new int[] {-100_000, rcvNxt(state), rcvNxt(state) + 500, 100_000}) {
                final Script tcp = given(state);
                tcp.inject(syn().seq(seq).mss(1000));
                tcp.expect(ack().seq(sndNxt(state)).ack(rcvNxt(state))).expectState(state);
            }
        }
    }

    @Test
    @Rfc(number = 5961, id = "2", section = "4.2")
    void synAckIsChallengedAndItsTextIsNotTaken() {
        for (final TcpState state : SYNCHRONIZED) {
            final Script tcp = given(state);
            tcp.inject(synAck().seq(rcvNxt(state)).ack(sndNxt(state)).len(10));
            tcp.expect(ack().seq(sndNxt(state)).ack(rcvNxt(state))).expectState(state);
        }
    }

    @Test
    @Rfc(number = 5961, id = "4", section = "7")
    void aConnectionAnswersByAChallengeOncePerHalfSecondWhateverAskedForIt() {
        final Script tcp = given(ESTABLISHED);
        tcp.inject(rst().seq(2)).expect(ack().ack(1));
        tcp.inject(rst().seq(2)).expectNothing();
        tcp.inject(syn().seq(1)).expectNothing();
        tcp.inject(ack().seq(1).ack(-100_000)).expectNothing();
        tcp.inject(ack().seq(0)).expectNothing();
        tcp.expectNothingFor(ms(499)).inject(rst().seq(2)).expectNothing();
        tcp.advance(ms(1)).inject(syn().seq(1)).expect(ack().ack(1));
        tcp.expectCount(StackCounter.TcpExtTCPChallengeACK, 2).expectCount(StackCounter.TcpExtTCPACKSkipped, 5);
    }

    @Test
    @Rfc(number = 5961, id = "4", section = "7")
    void theLimitOfAllConnectionsTogetherIsNotTheSameEachSecond() {
        final Script tcp = given(s -> s.config(c -> c.challengeAckPerSecond(100).invalidRateLimitMs(0)), ESTABLISHED);
        final Set<Integer> seen = new HashSet<>();
        for (int second = 0; second < 20; second++) {
            for (int i = 0; i < 200; i++) {
                tcp.inject(rst().seq(2));
            }
            final int answers = tcp.takeAllAndCount();
            assertTrue(answers >= 50 && answers < 150, () -> answers + " challenge ACKs in one second");
            seen.add(answers);
            tcp.advance(seconds(1));
        }
        assertTrue(seen.size() > 10, () -> "always the same numbers: " + seen);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.1")
    void closedPortAnswersByReset() {
        final Script tcp = given(CLOSED);
        tcp.inject(syn().seq(0).mss(1000)).expect(rstAck().absolute().seq(0).ack(1 + tcp.peerBase()));
        tcp.inject(data(10).seq(5).ack(77)).expect(rst().absolute().seq(77));
        tcp.inject(synAck().seq(5).ack(78)).expect(rst().absolute().seq(78));
        tcp.inject(fin().seq(5).ack(79)).expect(rst().absolute().seq(79));
        tcp.inject(flags("F").seq(5).len(3)).expect(rstAck().absolute().seq(0).ack(9 + tcp.peerBase()));
        tcp.inject(flags("-").seq(5)).expect(rstAck().absolute().seq(0).ack(5 + tcp.peerBase()));
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.1")
    void closedPortIgnoresResets() {
        final Script tcp = given(CLOSED);
        tcp.inject(rst().seq(5)).expectNothing();
        tcp.inject(rstAck().seq(5).ack(1)).expectNothing();
        tcp.inject(flags("SR").seq(5)).expectNothing();
    }

    @Test
    void resetsCarryNoWindowAndNoOptions() {
        final Script tcp = given(CLOSED);
        tcp.inject(syn().seq(0).mss(1000))
                .expect(rstAck().absolute().seq(0).win(0).options(""));
    }

    @Test
    @Rfc(number = 9293, section = "3.10.5")
    void abortSendsResetInSynchronizedStatesWithOpenText() {
        for (final TcpState state : List.of(ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT)) {
            final Script tcp = given(state);
            tcp.abort().expect(rstAck().seq(sndNxt(state)).ack(rcvNxt(state))).expectState(CLOSED);
            tcp.inject(ack().seq(rcvNxt(state)).ack(sndNxt(state))).expect(rst().seq(sndNxt(state)));
        }
    }

    @Test
    @Rfc(number = 9293, section = "3.10.5")
    void abortIsSilentWhereEverythingIsSaid() {
        for (final TcpState state : List.of(CLOSING, LAST_ACK, TcpState.TIME_WAIT)) {
            final Script tcp = given(state);
            tcp.abort().expectNothing();
        }
    }

    @Test
    @Rfc(number = 9293, section = "3.10.5")
    void abortResetsInLastAckAsLongAsTheFinWaits() {
        final Script tcp = given(s -> s.peerWindow(100), CLOSE_WAIT);
        tcp.send(1000).expect(data(100).seq(1)).shutdownWrite().expectState(LAST_ACK);
        tcp.abort().expect(rstAck().seq(101).ack(2));
    }

    @Test
    @Rfc(number = 9293, section = "3.10.5")
    void abortResetsInClosingAsLongAsTheFinWaits() {
        final Script tcp = given(s -> s.peerWindow(100), ESTABLISHED);
        tcp.send(1000).expect(data(100).seq(1)).shutdownWrite().expectState(FIN_WAIT_1);
        tcp.inject(fin().seq(1).ack(1)).expect(ack().ack(2)).expectState(CLOSING);
        tcp.abort().expect(rstAck().seq(101).ack(2));
    }

    @Test
    @Rfc(number = 9293, section = "3.10.5")
    void abortThrowsQueuedTextAway() {
        final Script tcp = given(s -> s.peerWindow(100), ESTABLISHED);
        tcp.send(1000).expect(data(100).seq(1));
        tcp.abort().expect(rstAck().ack(1)).expectNothingFor(ms(10_000));
    }
}
