package dev.culvert.kit.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.Rfc;
import dev.culvert.kit.coverage.GeneratedFile;
import dev.culvert.kit.scenario.Scenario.When;
import dev.culvert.kit.sim.LinkDrop;
import dev.culvert.kit.sim.LinkObserver;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioRunTest {
    /** Scenarios whose connections do not survive. */
    private static final Set<String> BROKEN = Set.of("crash", "mtu-black-hole", "silent-peer");

    private static List<String> builtIns() {
        return BuiltInScenarios.names();
    }

    @ParameterizedTest
    @MethodSource("builtIns")
    void everyBuiltInScenarioReachesItsEndAndRepeatsItself(final String name) {
        final Scenario scenario = ScenarioReader.read(name, BuiltInScenarios.text(name), List.of());
        assertFalse(scenario.description().isBlank());
        final Summary once = Worlds.play(scenario, 7);
        assertTrue(once.reached(), once::text);
        assertEquals(once.json(), Worlds.play(scenario, 7).json());
        if (scenario.end().when() != When.TIME && !BROKEN.contains(name)) {
            assertTrue(once.flows().stream().allMatch(flow -> flow.complete() == flow.connections()), once::text);
        }
    }

    private static Summary.FlowResult played(final String name) {
        final Scenario scenario = ScenarioReader.read(name, BuiltInScenarios.text(name), List.of());
        return Worlds.play(scenario, 1).flows().get(0);
    }

    @Test
    void aPeerThatCrashesWhileWeSendIsGivenUpAfterAQuarterOfAnHour() { // 15 retransmissions, as on Linux
        final Summary.FlowResult flow = played("crash");
        assertEquals(Map.of("ETIMEDOUT", 1), flow.errors());
        final long minutes = flow.timeNs() / 60_000_000_000L;
        assertTrue(minutes >= 15 && minutes <= 17, () -> minutes + " min");
    }

    @Test
    void aPeerThatCrashesInSilenceIsFoundByKeepAlive() {
        final Summary.FlowResult flow = played("silent-peer");
        assertEquals(Map.of("ETIMEDOUT", 1), flow.errors());
        final long seconds = flow.timeNs() / 1_000_000_000L;
        assertEquals(7_200 + 9 * 75, seconds, "two hours of silence, then 9 probes");
    }

    @Test
    void theRunsAreThoseThatAreCheckedIn() throws IOException {
        final StringBuilder text = new StringBuilder();
        for (final String name : List.of("closing", "crash", "ping-pong", "short-connections", "silent-peer")) {
            for (final long seed : new long[] {1, 2}) {
                text.append(golden(name, seed));
            }
        }
        GeneratedFile.check(
                GeneratedFile.root().resolve("culvert-kit/src/test/resources/scenario/golden.txt"), text.toString());
    }

    /** The packets of a run as one number, and for a small one every change of a state. */
    private static String golden(final String name, final long seed) {
        final StringWriter states = new StringWriter();
        final Summary summary;
        try (ScenarioRun run = new ScenarioRun(
                ScenarioReader.read(name, BuiltInScenarios.text(name), List.of()),
                seed,
                LinkObserver.NONE,
                new StateLines(new PrintWriter(states)))) {
            run.run(() -> false);
            summary = run.summary();
        }
        final String head = String.format(
                Locale.ROOT,
                "%s, seed %d: %d packets in %d ns, hash %016x%n",
                name,
                seed,
                summary.packets(),
                summary.virtualNs(),
                summary.packetHash());
        return name.equals("closing") ? head + states : head;
    }

    @Test
    void anotherSeedGivesAnotherRun() {
        final Scenario scenario = Worlds.two("link.loss=2%");
        assertNotEquals(
                Worlds.play(scenario, 1).packetHash(), Worlds.play(scenario, 2).packetHash());
    }

    @Test
    void aPerfectLinkCostsNothingTwice() {
        final Summary summary = Worlds.play();
        final Summary.FlowResult flow = summary.flows().get(0);
        assertEquals("all done", summary.ending());
        assertEquals(100_000, flow.bytesUp());
        assertEquals(0, flow.bytesDown());
        assertEquals(0, flow.retransmitted());
        assertEquals(summary.packets(), flow.segments());
    }

    @Test
    @Rfc(number = 3168, id = "4", section = "6.1.2")
    void marksDoTheWorkOfLosses() {
        final Summary marked = playedWith("ecn");
        assertTrue(marked.links().get(0).counts().marked() > 0, marked::text);
        assertEquals(Map.of(), marked.links().get(0).drops(), marked::text);
        assertEquals(0, marked.flows().get(0).retransmitted(), marked::text);
        final Summary lost = playedWith("ecn", "stack.a.tcp.ecn=off");
        assertEquals(0, lost.links().get(0).counts().marked());
        assertTrue(lost.links().get(0).counts().dropped(LinkDrop.QUEUE) > 0, lost::text);
        assertTrue(lost.flows().get(0).retransmitted() > 0, lost::text);
    }

    @Test
    @Rfc(number = 3168, section = "5")
    void marksReachTheReceiverOverIpv6Too() {
        final Summary marked = playedWith(
                "ecn", "stack.a.address=fd83::2", "stack.b.address=fd83::3", "app.bulk.family=6", "app.bulk.bytes=2MB");
        assertTrue(marked.links().get(0).counts().marked() > 0, marked::text);
        assertEquals(0, marked.flows().get(0).retransmitted(), marked::text);
        assertEquals(Map.of(), marked.links().get(0).drops(), marked::text);
    }

    private static Summary playedWith(final String name, final String... settings) {
        return Worlds.play(ScenarioReader.read(name, BuiltInScenarios.text(name), List.of(settings)), 1);
    }

    @Test
    void aRateIsKept() {
        final Summary.FlowResult flow =
                Worlds.play("link.rate=2mbit", "app.bytes=1MB").flows().get(0);
        final double payloadShare = 1_448 / 1_500.0;
        assertTrue(flow.goodputBitsPerSecond() < 2e6 * payloadShare, () -> "" + flow.goodputBitsPerSecond());
        assertTrue(flow.goodputBitsPerSecond() > 1.9e6 * payloadShare, () -> "" + flow.goodputBitsPerSecond());
    }

    @Test
    void theNamedPacketsAreLostAndComeAgain() {
        final Summary summary = Worlds.play("link.forward={loss: {packets: [1, 5]}}");
        assertEquals(2, summary.links().get(0).counts().dropped(LinkDrop.LOSS));
        assertEquals(0, summary.links().get(1).counts().dropped(LinkDrop.LOSS));
        assertEquals(2, summary.flows().get(0).retransmitted());
        assertEquals(2, summary.stacks().get(0).retransmitted());
        assertEquals(100_000, summary.flows().get(0).bytesUp());
    }

    @Test
    void everyTenthPacketIsLost() {
        final Summary summary = Worlds.play("link.forward={loss: {every: 10, first: 4}}", "app.bytes=1MB");
        final long packets = summary.links().get(0).counts().packets();
        assertEquals((packets - 4) / 10 + 1, summary.links().get(0).counts().dropped(LinkDrop.LOSS));
    }

    @Test
    void burstsLoseMoreInARowThanChanceDoes() {
        final Summary summary =
                Worlds.play("link.forward={loss: {enter: 1%, leave: 20%}}", "app.bytes=3MB", "end.limit=1h");
        final long lost = summary.links().get(0).counts().dropped(LinkDrop.LOSS);
        final double share = lost / (double) summary.links().get(0).counts().packets();
        assertTrue(share > 0.02 && share < 0.10, () -> "stationary share is 1/21, was " + share);
        assertEquals(3_000_000, summary.flows().get(0).bytesUp());
    }

    /** In bursts of a hundred packets, where one attempt per timeout is made, a connection gives up before a burst ends. */
    @Test
    void aBurstThatGoesOnByTimeEndsWhileTheSenderWaits() {
        final Summary summary = Worlds.play(
                "link.forward={loss: {enter: 1%, leave: 1%, packet: 1ms}}", "app.bytes=100kB", "end.limit=1h");
        assertEquals(100_000, summary.flows().get(0).bytesUp());
        assertTrue(summary.stacks().get(0).timeouts() > 0);
    }

    @Test
    void aQueueOfPacketsOverflows() {
        final Summary summary = Worlds.play("link.rate=5mbit", "link.queue=8 packets", "app.bytes=1MB");
        assertTrue(summary.links().get(0).counts().dropped(LinkDrop.QUEUE) > 0);
        assertTrue(summary.links().get(0).counts().largestQueueBytes() <= 8 * 1_500);
    }

    @Test
    void anOutageIsSurvivedByTimeouts() {
        final Summary summary =
                Worlds.play("link.rate=1mbit", "link.changes=[{at: 100ms, up: false}, {at: 10s, up: true}]");
        assertTrue(summary.links().get(0).counts().dropped(LinkDrop.DOWN) > 0);
        assertTrue(summary.stacks().get(0).timeouts() >= 3);
        assertTrue(summary.virtualNs() > 10_000_000_000L);
        assertEquals(1, summary.flows().get(0).complete());
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "6"})
    void aSmallerMtuIsToldByIcmpAndFollowed(final String family) {
        final Summary summary = Worlds.play("link.mtu=1280", "app.family=" + family);
        assertEquals(1, summary.flows().get(0).complete());
        assertTrue(summary.links().get(0).counts().dropped(LinkDrop.MTU) > 0);
        assertEquals(0, summary.stacks().get(0).timeouts());
    }

    @Test
    void aBlackHoleEndsInATimeout() {
        final Summary summary =
                Worlds.play("link.mtu=1280", "link.icmp=false", "stack.tcp.retries2=3", "stack.tcp.mtuProbing=off");
        assertEquals(Map.of("ETIMEDOUT", 1), summary.flows().get(0).errors());
    }

    @Test
    void aReaderThatStopsClosesTheWindow() {
        final Summary summary =
                Worlds.play("stack.tcp.receiveBufferBytes=20kB", "app.server={stop-after: 30kB, stop-for: 30s}");
        assertTrue(summary.flows().get(0).timeNs() > 30_000_000_000L, summary::text);
        assertEquals(100_000, summary.flows().get(0).bytesUp());
    }

    @Test
    void damageIsNoticedAndRepaired() {
        final Summary summary =
                Worlds.play("link.corrupt=2%", "link.truncate=1%", "link.duplicate=2%", "link.reorder=3%");
        assertEquals(100_000, summary.flows().get(0).bytesUp());
        assertFalse(summary.stacks().get(1).drops().isEmpty());
    }

    @Test
    void requestsAndResponsesTakeTheirTurns() {
        final Scenario scenario =
                one("{kind: request-response, from: a, to: b, rounds: 20, request: 10, response: 3kB, think: 1s}");
        final Summary.FlowResult flow = Worlds.play(scenario, 1).flows().get(0);
        assertEquals(200, flow.bytesUp());
        assertEquals(60_000, flow.bytesDown());
        assertTrue(flow.timeNs() >= 19 * 1_000_000_000L + 21 * 20_000_000L);
    }

    @Test
    void shortConnectionsRunSeveralAtATime() {
        final Scenario one = shortConnections("1");
        final Scenario ten = shortConnections("10");
        final Summary.FlowResult slow = Worlds.play(one, 1).flows().get(0);
        final Summary.FlowResult fast = Worlds.play(ten, 1).flows().get(0);
        assertEquals(50, slow.complete());
        assertEquals(50, fast.complete());
        assertTrue(fast.timeNs() < slow.timeNs() / 8, () -> fast.timeNs() + " against " + slow.timeNs());
    }

    private static Scenario shortConnections(final String atOnce) {
        return one("{kind: short-connections, from: a, to: b, connections: 50, at-once: " + atOnce + "}");
    }

    private static Scenario one(final String application) {
        final String yaml = """
                stacks:
                  a: { address: 10.83.0.2 }
                  b: { address: 10.83.0.3 }
                links:
                  ab: { between: [a, b], delay: 10ms }
                applications:
                  x: %s
                """;
        return ScenarioReader.read("one", yaml.formatted(application), List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "server", "both", "client-abort", "server-abort"})
    void whoClosesIsWhatTheScenarioSays(final String closing) {
        final List<String> arcs = Worlds.arcs(Worlds.two("app.close=" + closing, "app.direction=both"));
        switch (closing) {
            case "client" ->
                assertTrue(arcs.contains("a ESTABLISHED>FIN_WAIT_1") && arcs.contains("b CLOSE_WAIT>LAST_ACK"));
            case "server" ->
                assertTrue(arcs.contains("b ESTABLISHED>FIN_WAIT_1") && arcs.contains("a CLOSE_WAIT>LAST_ACK"));
            case "both" ->
                assertTrue(arcs.contains("a ESTABLISHED>FIN_WAIT_1") && arcs.contains("b ESTABLISHED>FIN_WAIT_1"));
            default ->
                assertTrue(
                        arcs.contains("a ESTABLISHED>CLOSED") && arcs.stream().noneMatch(arc -> arc.contains("FIN")));
        }
    }

    @Test
    void theTimeLimitIsSaid() {
        final Summary summary = Worlds.play("app.bytes=100MB", "link.rate=1mbit", "end.limit=2s");
        assertFalse(summary.reached());
        assertEquals("time limit reached before everything was done", summary.ending());
        assertTrue(Worlds.play("app.bytes=100MB", "link.rate=1mbit", "end.limit=2s", "end.when=time")
                .reached());
    }

    @Test
    void whoeverAsksCanStopIt() {
        try (ScenarioRun run = new ScenarioRun(
                Worlds.two("app.bytes=100MB", "link.rate=1mbit"), 1, LinkObserver.NONE, StateListener.NONE)) {
            assertFalse(run.run(() -> true));
            assertEquals("interrupted", run.summary().ending());
        }
    }

    @Test
    void aRunThatIsOverHoldsNoMemory() {
        final ScenarioRun run = new ScenarioRun(Worlds.two(), 1, LinkObserver.NONE, StateListener.NONE);
        run.run(() -> false);
        assertTrue(run.memoryInUseBytes() > 0);
        run.close();
        assertEquals(0, run.memoryInUseBytes());
    }
}
