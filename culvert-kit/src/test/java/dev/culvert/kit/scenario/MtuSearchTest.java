package dev.culvert.kit.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.Rfc;
import dev.culvert.kit.scenario.Summary.FlowResult;
import dev.culvert.kit.scenario.Summary.StackResult;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packet sizes that are found out by trying, where no ICMP message tells: RFC 4821. */
class MtuSearchTest {
    private static final int BYTES = 3_000_000;
    private static final int TCP_HEADER_WITH_TIMESTAMPS = 32;

    private static Summary play(final String probing, final int mtu, final boolean v6) {
        return Worlds.play(
                "stack.a.tcp.mtuProbing=" + probing,
                "stack.a.tcp.retries2=6",
                "link.ab.mtu=" + mtu,
                "link.ab.icmp=false",
                "app.bulk.family=" + (v6 ? 6 : 4),
                "app.bulk.bytes=" + BYTES);
    }

    private static void assertFilled(final Summary summary, final int mtu, final boolean v6) {
        final FlowResult flow = summary.flows().get(0);
        assertEquals(1, flow.complete(), summary::text);
        final int text = mtu - (v6 ? 40 : 20) - TCP_HEADER_WITH_TIMESTAMPS;
        final double segments = (double) BYTES / text;
        assertTrue(flow.segments() < 1.1 * segments, () -> segments + " would do\n" + summary.text());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPathThatSwallowsLargePacketsIsFoundByTimeoutsAndFilled(final boolean v6) {
        assertFilled(play("black_hole", 1_400, v6), 1_400, v6);
    }

    @Test
    void whereEvenTheBaseIsTooLargeAnEvenSmallerPacketGoes() {
        assertFilled(play("black_hole", 900, false), 900, false);
    }

    @ParameterizedTest
    @CsvSource({"black_hole, 9000, 900", "always, 65535, 65535"})
    void aProbeLargerThanTheCongestionWindowIsNotWaitedFor(final String probing, final int firstHop, final int path) {
        final Summary summary = Worlds.play(
                "stack.a.mtu=" + firstHop,
                "stack.b.mtu=" + firstHop,
                "stack.a.tcp.mtuProbing=" + probing,
                "link.ab.mtu=" + path,
                "link.ab.icmp=false",
                "app.bulk.bytes=" + BYTES);
        assertEquals(1, summary.flows().get(0).complete(), summary::text);
    }

    @Test
    void withoutProbingSuchAPathIsTheEnd() {
        assertEquals(
                Map.of("ETIMEDOUT", 1), play("off", 1_400, false).flows().get(0).errors());
    }

    @Test
    void onAClearPathTheFirstProbeFindsTheWholeOfIt() {
        final Summary summary = play("always", 1_500, false);
        assertFilled(summary, 1_500, false);
        assertEquals(0, summary.flows().get(0).retransmitted());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Rfc(number = 4821, id = "6", section = "7.7")
    void aProbeThatIsLostIsNoSignOfCongestion(final boolean v6) {
        final Summary summary = play("always", 1_400, v6);
        assertFilled(summary, 1_400, v6);
        final StackResult sender = summary.stacks().get(0);
        assertTrue(summary.flows().get(0).retransmitted() > 0, summary::text);
        assertEquals(0, sender.timeouts() + sender.fastRetransmits(), summary::text);
    }

    @Test
    void withoutSackALostProbeIsNoSignOfCongestionEither() {
        final Summary summary = Worlds.play(
                "stack.a.tcp.mtuProbing=always",
                "stack.a.tcp.sack=false",
                "link.ab.mtu=1400",
                "link.ab.icmp=false",
                "app.bulk.bytes=" + BYTES);
        assertFilled(summary, 1_400, false);
        final StackResult sender = summary.stacks().get(0);
        assertEquals(0, sender.timeouts() + sender.fastRetransmits(), summary::text);
    }
}
