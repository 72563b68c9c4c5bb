package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.tcp.ConnectionInfo;
import dev.culvert.tcp.congestion.CongestionControls;
import dev.culvert.tcp.loss.LossPhase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Another congestion control takes over an open connection. */
class CongestionChangeTest extends ScriptTest {
    private static final int MSS = 1_000;
    private static final int WRITTEN = 60 * MSS;

    private Script sending(final String control) {
        final Script tcp = given(
                        s -> s.config(c -> c.congestion(control)).peerSack().rttMs(100), ESTABLISHED)
                .snd(1, 1);
        tcp.send(WRITTEN);
        tcp.takeAll();
        tcp.advance(ms(100));
        tcp.inject(ack().seq(1).ack(1 + 10 * MSS));
        tcp.takeAll();
        return tcp;
    }

    private static void change(final Script tcp, final String control) {
        tcp.configure(c -> c.congestion(control));
    }

    private static ConnectionInfo info(final Script tcp) {
        final ConnectionInfo info = new ConnectionInfo();
        assertEquals(0, tcp.shard().info(tcp.conn(), info));
        return info;
    }

    private static void loseOne(final Script tcp) {
        tcp.advance(ms(100));
        for (int i = 2; i <= 10; i++) {
            tcp.inject(ack().seq(1).ack(1 + 10 * MSS).sack(1 + 11 * MSS, 1 + (10 + i) * MSS));
        }
        tcp.takeAll();
        assertEquals(LossPhase.RECOVERY, info(tcp).phase);
    }

    @ParameterizedTest
    @CsvSource({"newreno,cubic", "cubic,newreno", "cubic,bbr", "bbr,cubic", "bbr,newreno", "newreno,bbr"})
    void theWindowGoesOn(final String before, final String after) {
        final Script tcp = sending(before);
        final int window = info(tcp).congestionWindowBytes;
        change(tcp, after);
        assertEquals(window, info(tcp).congestionWindowBytes);
        assertTrue(window > 10 * MSS, "window " + window);
        tcp.takeAll(); // what only pacing had held back
    }

    @ParameterizedTest
    @CsvSource({"newreno,cubic", "cubic,newreno", "bbr,cubic", "bbr,newreno", "cubic,bbr", "newreno,bbr"})
    void aRecoveryThatIsUnderWayEnds(final String before, final String after) {
        final Script tcp = sending(before);
        final int window = info(tcp).congestionWindowBytes;
        loseOne(tcp);
        change(tcp, after);
        tcp.advance(ms(100));
        tcp.inject(ack().seq(1).ack(1 + 20 * MSS));
        tcp.takeAll();
        tcp.advance(ms(100));
        tcp.inject(ack().seq(1).ack(tcp.localNxt()));
        tcp.takeAll();
        final int left = info(tcp).congestionWindowBytes;
        assertTrue(left >= 2 * MSS && left <= 2 * window, left + " of " + window);
        assertEquals(LossPhase.OPEN, info(tcp).phase);
    }

    @ParameterizedTest
    @CsvSource({"newreno,cubic", "cubic,newreno", "bbr,cubic", "bbr,newreno"})
    void theNextLossIsForTheOneThatHasTakenOver(final String before, final String after) {
        final Script tcp = sending(before);
        change(tcp, after);
        tcp.takeAll();
        final int window = info(tcp).congestionWindowBytes;
        loseOne(tcp);
        assertTrue(info(tcp).slowStartThresholdBytes < window, "ssthresh " + info(tcp).slowStartThresholdBytes);
    }

    @Test
    void aNameThatIsNotKnownChangesNothing() {
        final Script tcp = sending("cubic");
        assertThrows(IllegalArgumentException.class, () -> change(tcp, "nonesuch"));
        assertEquals("cubic", tcp.shard().config(tcp.conn()).congestion());
    }

    @Test
    void linuxAndTheRfcHaveTwoNamesForOne() {
        assertTrue(CongestionControls.isCalled(CongestionControls.create("newreno"), "reno"));
        assertTrue(CongestionControls.isCalled(CongestionControls.create("reno"), "newreno"));
        assertTrue(!CongestionControls.isCalled(CongestionControls.create("cubic"), "reno"));
        assertTrue(CongestionControls.exists("reno"));
        assertTrue(CongestionControls.names().containsAll(List.of("newreno", "reno")));
    }
}
