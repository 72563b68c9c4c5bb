package dev.culvert.kit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.Rfc;
import dev.culvert.kit.lab.LabScenario.Act;
import org.junit.jupiter.api.Test;

/** What people must see in the laboratory's scenarios on opening, closing and failing, whatever their pages say. */
class ConnectionScenariosTest {
    private static Act act(final String name, final int number) {
        return Laboratory.named(name).orElseThrow().acts().get(number - 1);
    }

    private static String outcome(final String name, final int number) {
        return act(name, number).play().ending().outcome();
    }

    private static String outcome(final String name, final int number, final String policy) {
        return act(name, number).policies().stream()
                .filter(p -> p.name().equals(policy))
                .map(p -> act(name, number).play(p).ending().outcome())
                .findFirst()
                .orElseThrow();
    }

    private static String drawn(final String name, final int number) {
        return DiagramText.of(act(name, number).play().diagram());
    }

    private static void starts(final String beginning, final String text) {
        assertTrue(text.startsWith(beginning), text);
    }

    @Test
    @Rfc(number = 9293, section = "3.5")
    void anOldSynLeavesNothingBehind() {
        starts("nothing is left after 0.000 s: 0 connections, 0 half-open rows, 0 buffers", outcome("three-way", 1));
        starts("nothing is left after 63.000 s: 0 connections, 0 half-open rows, 0 buffers", outcome("three-way", 2));
    }

    @Test
    void dataOfASynIsNotHeldAndIsReadOnce() {
        assertEquals(
                "0 bytes of the SYN are acknowledged, 0 buffers are held; read is \"hello\", once",
                outcome("syn-with-data", 1));
    }

    @Test
    void aHalfClosedConnectionLastsAsLongAsSomebodyReads() {
        assertEquals("\"part 1 part 2 part 3 \" was read in FIN-WAIT-2, for 180 s", outcome("half-close", 1));
        assertEquals("FIN-WAIT-2 ends after 60.000 s; who sends later is told ECONNRESET", outcome("half-close", 2));
    }

    @Test
    void connectionsThatNobodyClosesAreFoundUntilSomebodyDoes() {
        assertEquals(
                "3 connections were in CLOSE-WAIT for more than an hour; after close there are 0",
                outcome("close-wait-leak", 1));
        final String text = drawn("close-wait-leak", 1).replaceAll("[|\\s]+", " ");
        assertTrue(text.contains("3 connections in CLOSE-WAIT for 60.000 s or more"), text);
        assertTrue(text.contains("opened by the handler of port 8080"), text);
    }

    @Test
    void lingerIsOffAbortOrABound() {
        assertEquals("closed in order, the peer reads last words; TIME-WAIT rows: 1", outcome("linger", 1));
        assertEquals("reset after one way, the peer reads ECONNRESET; TIME-WAIT rows: 0", outcome("linger", 2));
        assertEquals("reset after 5.000 s; TIME-WAIT rows: 0", outcome("linger", 3));
    }

    @Test
    void aCrashedPeerIsGivenUpByThePolicysRetransmissions() {
        assertEquals("ETIMEDOUT after 945.280 s and 16 retransmissions", outcome("crash", 1, "linux"));
        starts("ETIMEDOUT after 368.420 s and 12 retransmissions", outcome("crash", 1, "bsd"));
        starts("ETIMEDOUT after 30.000 s", outcome("crash", 1, "user-timeout-30s"));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-25", section = "3.8.4")
    void aSilentPeerIsFoundByProbesOnly() {
        starts("ETIMEDOUT after 7874.990 s and 9 probes", outcome("silent-peer", 1, "keepalive"));
        starts("ETIMEDOUT after 19.990 s", outcome("silent-peer", 1, "keepalive-10s"));
        assertEquals("nothing is noticed within 24 h", outcome("silent-peer", 1, "culvert"));
    }

    @Test
    void eachFailureHasItsOwnError() {
        starts("ECONNREFUSED", outcome("refused", 1));
        assertEquals("connect fails with EHOSTUNREACH after 247.000 s", outcome("refused", 2, "culvert"));
        assertEquals("connect fails with EHOSTUNREACH after 0.000 s", outcome("refused", 2, "linux"));
        assertEquals("receive fails with ECONNRESET, send with ECONNRESET", outcome("refused", 3));
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void aResetEndsEveryStateWithItsOwnError() {
        final String synchronizedOnes =
                "SYN-SENT: ECONNREFUSED; ESTABLISHED, FIN-WAIT-1, FIN-WAIT-2, CLOSE-WAIT: ECONNRESET; CLOSING, LAST-ACK";
        final String wrong = "; 7 wrong ones were dropped as TCP_INVALID_RST";
        assertEquals(
                synchronizedOnes + ": ends without an error; TIME-WAIT: goes on" + wrong,
                outcome("refused", 4, "culvert"));
        assertEquals(synchronizedOnes + ", TIME-WAIT: ends without an error" + wrong, outcome("refused", 4, "linux"));
    }

    @Test
    void fastOpenBringsTheTextOneRoundTripEarlier() {
        assertEquals(
                "the text is read 0.030 s after connect without a cookie, 0.010 s with one",
                outcome("syn-with-data", 2));
    }

    @Test
    void aPortThatIsTakenIsExplained() {
        assertEquals("listen fails with EADDRINUSE", outcome("port-collision", 1, "no-reuse"));
        assertEquals("the restart fails with EADDRINUSE", outcome("port-collision", 2, "no-reuse"));
        assertEquals("the restart works at once", outcome("port-collision", 2, "culvert"));
        assertTrue(drawn("port-collision", 1).contains("listen on 40000 = EADDRINUSE: the connection"));
    }

    @Test
    @Rfc(number = 9293, section = "3.5")
    @Rfc(number = 9293, section = "3.6")
    void theFiguresOfTheRfcEndAsTheyShould() {
        assertEquals("0 connections are left", outcome("figure-sequence", 1));
        assertEquals("one connection, open at both ends", outcome("figure-sequence", 2));
        assertEquals("only the new connection is open", outcome("figure-sequence", 3));
        assertEquals(
                "the old connection is CLOSED with ECONNRESET, the new one ESTABLISHED", outcome("figure-sequence", 4));
        assertEquals("the connection is CLOSED with ECONNRESET", outcome("figure-sequence", 5));
        assertEquals("0 connections are left", outcome("figure-sequence", 6));
        assertEquals("0 connections are left", outcome("figure-sequence", 7));
        assertTrue(drawn("figure-sequence", 7).contains("[CLOSING]"));
    }

    @Test
    void whoReapsCollectsTimeWaitUnlessHeResets() {
        assertEquals("TIME-WAIT at the server: [4000, 4001], at the clients: 1, resets: 1", outcome("idle-reaper", 1));
    }
}
