package dev.culvert.kit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.Rfc;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.wire.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people must see in the laboratory's scenarios on TIME-WAIT, whatever their pages say. */
class TimeWaitScenariosTest {
    private static LabScenario.Act act(final String name, final int number) {
        return Laboratory.named(name).orElseThrow().acts().get(number - 1);
    }

    private static String outcome(final String name, final int act, final Policy policy) {
        return act(name, act).play(policy).ending().outcome();
    }

    private static String outcome(final String name, final int act, final String policy) {
        return act(name, act).policies().stream()
                .filter(p -> p.name().equals(policy))
                .map(p -> act(name, act).play(p).ending().outcome())
                .findFirst()
                .orElseThrow();
    }

    private static String drawn(final String name, final int act, final Policy policy) {
        return DiagramText.of(act(name, act).play(policy).diagram());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-13", section = "3.6.1")
    void exitChatFailsWhereThePolicyIsStrictAndSaysWhy() {
        assertTrue(outcome("exit-chat", 1, Policy.STRICT).startsWith("connect fails with EADDRNOTAVAIL"));
        final String strict = drawn("exit-chat", 1, Policy.STRICT);
        assertTrue(strict.contains("bind 4000 = EADDRINUSE"), strict);
        assertTrue(strict.contains("TIME-WAIT"), strict);
        assertEquals("connected again at once", outcome("exit-chat", 1, Policy.LINUX));
        assertEquals("connected again at once", outcome("exit-chat", 1, Policy.TIMESTAMP));
    }

    @Test
    void aPortThatTheStackChoosesComesBackByThePolicysDelay() {
        assertEquals("connected after 0.001 s", outcome("exit-chat", 2, Policy.TIMESTAMP));
        assertEquals("connected after 1.000 s", outcome("exit-chat", 2, Policy.LINUX_REUSE));
        assertEquals("connected after 61.000 s", outcome("exit-chat", 2, Policy.STRICT));
        assertEquals("connected after 241.000 s", outcome("exit-chat", 2, Policy.WINDOWS));
    }

    @Test
    @Rfc(number = 1122, section = "4.2.2.13")
    @Rfc(number = 6191, id = "1", section = "2")
    void theServersTimeWaitIsReopenedAndNoOldByteIsRead() {
        for (int act = 1; act <= 2; act++) {
            assertEquals(
                    "connected in one round trip; the new connection reads \"new\"",
                    outcome("server-closes", act, Policy.CULVERT));
            assertTrue(outcome("server-closes", act, Policy.STRICT).startsWith("not connected"));
        }
    }

    @Test
    @Rfc(number = 1337, id = "3", section = "3")
    void theHazardsOfRfc1337AreThereOnlyWithoutItsProtection() {
        for (int act = 1; act <= 3; act++) {
            assertEquals("the record survives 1 RST", outcome("assassination", act, Policy.CULVERT));
            assertEquals("the record is gone after 1 RST", outcome("assassination", act, Policy.LINUX));
        }
    }

    @Test
    @Rfc(number = 1122, section = "4.2.2.13")
    void theRecordIsBackAfterAnOldDuplicateSynWithItsOldDeadline() {
        final String culvert = outcome("old-duplicate-syn", 1, Policy.CULVERT);
        assertEquals(culvert, outcome("old-duplicate-syn", 1, Policy.STRICT), "as if there had been no SYN");
        assertTrue(culvert.startsWith("back in TIME-WAIT"), culvert);
        final String text = drawn("old-duplicate-syn", 1, Policy.CULVERT);
        assertTrue(text.contains("[TIME-WAIT becomes a shadow]"), text);
        assertTrue(text.contains("[TIME-WAIT again]"), text);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.7.4")
    void theLastAckIsSaidAgainUnlessTimeWaitWasTooShort() {
        assertEquals(
                "the peer's FIN is acknowledged; TIME-WAIT lasted 60.220 s",
                outcome("lost-last-ack", 1, Policy.CULVERT));
        assertTrue(outcome("lost-last-ack", 1, "msl-1ms").startsWith("the peer is reset in LAST-ACK"));
        assertEquals("the peer sees a clean end", outcome("lost-last-ack", 2, Policy.CULVERT));
        assertEquals("the peer is told ECONNRESET", outcome("lost-last-ack", 2, "msl-1ms"));
    }

    @Test
    @Rfc(number = 9293, section = "3.6")
    void bothEndsOfASimultaneousCloseGoThroughClosing() {
        assertEquals("2 ends in TIME-WAIT", outcome("simultaneous-close", 1, Policy.CULVERT));
        assertEquals(2, drawn("simultaneous-close", 1, Policy.CULVERT).split("\\[CLOSING]", -1).length - 1);
        assertEquals("client: 1 in TIME-WAIT, server: 0", outcome("simultaneous-close", 2, Policy.CULVERT));
    }

    @Test
    void theCapOnTimeWaitKeepsWhomThePolicyNames() {
        assertEquals(
                "kept: [4001, 4002], 0 peers were reset, TCPTimeWaitOverflow = 1", outcome("buckets", 1, "drop-new"));
        assertEquals(
                "kept: [4002, 4003], 0 peers were reset, TCPTimeWaitOverflow = 1",
                outcome("buckets", 1, "drop-oldest"));
        assertEquals("kept: [4001, 4002], 1 peers were reset, TCPTimeWaitOverflow = 1", outcome("buckets", 1, "reset"));
    }

    @Test
    void tenThousandRecordsFitInLessThanHalfAMegabyte() {
        assertEquals("0 control blocks, 0 buffers, 1 row", outcome("memory", 1, Policy.CULVERT));
        final Chart chart =
                Laboratory.named("memory").orElseThrow().charts().get(0).get();
        final List<Chart.Point> points = chart.series().get(0).points();
        final Chart.Point last = points.get(points.size() - 1);
        assertEquals(10_000, last.x());
        assertTrue(last.y() <= 480_000, last.y() + " bytes");
    }

    @Test
    void presetsBringTheirCapAndWhatHappensBeyondIt() {
        final IpAddress address = IpAddress.parse("10.83.0.1");
        for (final Policy policy : List.of(Policy.LINUX, Policy.LINUX_REUSE)) {
            assertEquals(262_144, policy.shard(address).maxTimeWait(), policy.name());
            assertEquals(TimeWaitOverflow.DROP_NEW, policy.shard(address).timeWaitOverflow());
        }
        assertEquals(
                ShardConfig.of(address).maxTimeWait(), Policy.BSD.shard(address).maxTimeWait());
        assertTrue(outcome("buckets", 1, Policy.BSD).startsWith("kept: [4002, 4003]"));
        assertTrue(outcome("buckets", 1, Policy.LINUX).startsWith("kept: [4001, 4002]"));
    }
}
