package dev.culvert.kit.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.sim.Loss;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioReaderTest {
    private static final String GOOD = """
            stacks:
              a: { address: 10.83.0.2, mtu: 1400, tcp: { mslMs: 100, sendBufferBytes: 64KiB, nagle: no } }
              b: { address: "fd83::3" }
              c: { address: 10.83.0.4 }
            switches: [hub]
            links:
              a: { between: [a, hub], rate: 1.5mbit, delay: 250us, queue: 20 packets, reverse: { rate: 10mbit } }
              c:
                between: [c, hub]
                loss: 1%
                changes:
                  - { at: 2s, up: false, reverse: { delay: 3ms } }
                  - { at: 1s, delay: 7ms }
            applications:
              x: { kind: ping-pong, from: a, to: c, bytes: 10, rounds: 7, close: server-abort }
              y: { kind: bulk, from: c, to: a, bytes: 1MB, client: { write-chunk: 1kB } }
            end: { when: closed, limit: 2min }
            """;

    private static Scenario read(final String yaml, final String... settings) {
        return ScenarioReader.read("s.yaml", yaml, List.of(settings));
    }

    @Test
    void everythingIsReadWithItsUnits() {
        final Scenario scenario = read(GOOD);
        assertEquals(1_400, scenario.stacks().get(0).config().mtuBytes());
        assertEquals(100, scenario.stacks().get(0).config().tcp().mslMs());
        assertEquals(65_536, scenario.stacks().get(0).config().tcp().sendBufferBytes());
        assertFalse(scenario.stacks().get(0).config().tcp().nagle());
        assertEquals(List.of("hub"), scenario.switches());
        final Scenario.Link link = scenario.links().get(0);
        assertEquals(1_500_000, link.toB().bitsPerSecond());
        assertEquals(250_000, link.toB().delayNs());
        assertEquals(20, link.toB().queuePackets());
        assertEquals(10_000_000, link.toA().bitsPerSecond());
        assertEquals(250_000, link.toA().delayNs());
        final Scenario.Flow pingPong = scenario.flows().get(0);
        assertEquals(7, pingPong.rounds());
        assertEquals(10, pingPong.response());
        assertEquals(Scenario.Closing.SERVER_ABORT, pingPong.closing());
        assertEquals(1_000, scenario.flows().get(1).client().writeChunk());
        assertEquals(new Scenario.End(Scenario.When.CLOSED, 120_000_000_000L), scenario.end());
    }

    @Test
    void changesBuildOnEachOtherInTheOrderOfTheirTimes() {
        final List<Scenario.Change> changes = read(GOOD).links().get(1).changes();
        assertEquals(1_000_000_000L, changes.get(0).atNs());
        assertEquals(7_000_000, changes.get(0).toA().delayNs());
        assertTrue(changes.get(0).toB().up());
        assertFalse(changes.get(1).toB().up());
        assertEquals(7_000_000, changes.get(1).toB().delayNs());
        assertEquals(3_000_000, changes.get(1).toA().delayNs());
        assertEquals(new Loss.Random(0.01), changes.get(1).toA().loss());
    }

    @Test
    void aFlapIsALineOfOutages() {
        final List<Scenario.Change> changes = Worlds.two("link.flap={first: 3s, every: 10s, down: 2s, times: 2}")
                .links()
                .get(0)
                .changes();
        assertEquals(
                List.of(3L, 5L, 13L, 15L),
                changes.stream().map(change -> change.atNs() / 1_000_000_000L).toList());
        assertEquals(
                List.of(false, true, false, true),
                changes.stream().map(change -> change.toB().up()).toList());
    }

    @Test
    void lossHasFourForms() {
        assertEquals(new Loss.Random(0.025), lossOf("2.5%"));
        assertEquals(new Loss.Every(10, 3), lossOf("{every: 10, first: 3}"));
        assertEquals(new Loss.Every(10, 10), lossOf("{every: 10}"));
        assertEquals(new Loss.Packets(Set.of(1L, 5L)), lossOf("{packets: [1, 5]}"));
        assertEquals(new Loss.Bursts(0.01, 0.2, 0, 1, 0), lossOf("{enter: 1%, leave: 0.2}"));
        assertEquals(new Loss.Bursts(0.01, 0.2, 0, 1, 3_000_000), lossOf("{enter: 1%, leave: 0.2, packet: 3ms}"));
    }

    private static Loss lossOf(final String value) {
        return Worlds.two("link.loss=" + value).links().get(0).toB().loss();
    }

    @Test
    void settingsChangeOneOrAll() {
        final Scenario one = read(GOOD, "link.a.delay=9ms", "stack.a.tcp.mslMs=1", "app.y.bytes=5", "end.limit=3s");
        assertEquals(9_000_000, one.links().get(0).toB().delayNs());
        assertEquals(0, one.links().get(1).toB().delayNs());
        assertEquals(1, one.stacks().get(0).config().tcp().mslMs());
        assertEquals(30_000, one.stacks().get(1).config().tcp().mslMs());
        assertEquals(5, one.flows().get(1).request());
        assertEquals(3_000_000_000L, one.end().limitNs());
        final Scenario other = read(GOOD, "stack.a.tcp.preset=windows", "stack.b.tcp.preset=windows");
        assertEquals(100, other.stacks().get(0).config().tcp().mslMs(), "what stands beside a preset wins");
        assertEquals(120_000, other.stacks().get(1).config().tcp().mslMs());

        final Scenario all = read(GOOD, "link.delay=9ms", "stack.tcp.mslMs=2", "app.start=1s");
        assertTrue(all.links().stream().allMatch(link -> link.toB().delayNs() == 9_000_000));
        assertTrue(all.stacks().stream().allMatch(stack -> stack.config().tcp().mslMs() == 2));
        assertTrue(all.flows().stream().allMatch(flow -> flow.startNs() == 1_000_000_000L));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mslMs: 100 | preset: vms | s.yaml:2: stacks.a.tcp.preset: 'vms' is no preset; there are rfc, linux",
                "mslMs: 100 | mslMss: 100 | s.yaml:2: stacks.a.tcp.mslMss: TCP has no such setting",
                "mslMs: 100 | mslMs: 0 | s.yaml:2: stacks.a.tcp.mslMs: mslMs 0 is outside 1 to 600000",
                "mslMs: 100 | mslMs: soon | s.yaml:2: stacks.a.tcp.mslMs: write a whole number, not 'soon'",
                "mslMs: 100 | congestion: vegas | s.yaml:2: stacks.a.tcp.congestion: unknown congestion control 'vegas'",
                "nagle: no | nagle: maybe | s.yaml:2: stacks.a.tcp.nagle: write true or false, not 'maybe'",
                "mtu: 1400 | mtu: 100 | s.yaml:2: stacks.a: mtuBytes 100 is outside 576 to 65535",
                "10.83.0.4 | 10.83.0.2 | s.yaml:4: stacks.c: address 10.83.0.2 belongs to 'a' already",
                "10.83.0.4 | 10.83.0.400 | s.yaml:4: stacks.c.address: not an IP address: '10.83.0.400'",
                "switches: [hub] | switches: [a] | s.yaml:5: switches[0]: 'a' is a stack already",
                "[a, hub] | [a, nub] | s.yaml:7: links.a.between: there is no stack or switch 'nub'",
                "[a, hub] | [a] | s.yaml:7: links.a.between: write the two ends, such as [a, b]",
                "[a, hub] | [a, a] | s.yaml:7: links.a.between: a link has two different ends",
                "rate: 1.5mbit | rate: fast | s.yaml:7: links.a.rate: write a rate such as 10mbit",
                "rate: 1.5mbit | speed: 1 | s.yaml:7: links.a.speed: there is no such key here; keys are between, changes",
                "delay: 250us | delay: 250 | s.yaml:7: links.a.delay: write a time such as 10ms",
                "20 packets | 0 packets | s.yaml:7: links.a.queue: 0 is outside 1 to 2147483647",
                "loss: 1% | loss: 101% | s.yaml:10: links.c.loss: write a share from 0% to 100%",
                "loss: 1% | loss: {often: 1} | s.yaml:10: links.c.loss.often: there is no such key here",
                "loss: 1% | loss: {every: 0} | s.yaml:10: links.c.loss.every: 0 is outside 1",
                "at: 1s, | | s.yaml:13: links.c.changes[1]: 'at' is missing",
                "kind: bulk | kind: hulk | s.yaml:16: applications.y.kind: there is no kind 'hulk'",
                "from: c | from: d | s.yaml:16: applications.y.from: there is no stack 'd'; stacks are a, b, c",
                "bytes: 1MB, | | s.yaml:16: applications.y: 'bytes' is missing",
                "from: c | from: b | s.yaml:16: applications.y: 'b' and 'a' have no addresses of the same family",
                "close: server-abort | close: softly | s.yaml:15: applications.x.close: 'softly' is no way to close",
                "bytes: 1MB | port: 5001, bytes: 1 | s.yaml:16: applications.y: port 5001 of 'a' belongs",
                "when: closed | when: never | s.yaml:17: end.when: write done, closed or time, not 'never'",
                "applications: | apps: | s.yaml:1: 'applications' is missing",
                "end: { | end: [ | s.yaml:17: expected",
                "rounds: 7 | rounds: 7, rounds: 8 | s.yaml:15: applications.x.rounds: stands here twice",
            })
    void mistakesAreNamedWithTheirPlace(final String right, final String wrong, final String message) {
        final String port = wrong != null && wrong.startsWith("port")
                ? GOOD.replace("to: c,", "to: a,").replace("from: a", "from: c")
                : GOOD;
        final String yaml = port.replace(right, wrong == null ? "" : wrong);
        final ScenarioException mistake = assertThrows(ScenarioException.class, () -> read(yaml));
        assertTrue(mistake.getMessage().startsWith(message), mistake.getMessage());
        assertEquals(1, mistake.getMessage().lines().count());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "foo=1 | --set foo=1: write PATH=VALUE",
                "link.a | --set link.a: write PATH=VALUE",
                "link.a=1 | --set link.a=1: say which key of links.a",
                "link.a.loss=x | --set link.a.loss=x: links.a.loss: write a share",
                "stack.tcp.x=1 | --set stack.tcp.x=1: stacks.a.tcp.x: TCP has no such setting",
            })
    void wrongSettingsAreNamedToo(final String setting, final String message) {
        final ScenarioException mistake = assertThrows(ScenarioException.class, () -> read(GOOD, setting));
        assertTrue(mistake.getMessage().startsWith(message), mistake.getMessage());
    }

    @Test
    void stacksThatCannotReachEachOtherAreAMistake() {
        final Scenario scenario = read(GOOD.replace("between: [c, hub]", "between: [c, b]"));
        final ScenarioException mistake = assertThrows(ScenarioException.class, () -> Worlds.play(scenario, 1));
        assertTrue(mistake.getMessage().contains("applications.x: no link leads from"), mistake.getMessage());
    }

    @Test
    void aNestOfAliasesIsRefused() {
        final StringBuilder yaml = new StringBuilder("x0: &x0 [1, 2]\n");
        for (int i = 1; i < 40; i++) {
            yaml.append("x")
                    .append(i)
                    .append(": &x")
                    .append(i)
                    .append(" [*x")
                    .append(i - 1)
                    .append(", *x");
            yaml.append(i - 1).append("]\n");
        }
        final ScenarioException mistake = assertThrows(ScenarioException.class, () -> read(yaml.toString()));
        assertTrue(mistake.getMessage().contains("aliases"), mistake.getMessage());
    }

    @Test
    void whatIsTooDeepIsRefused() {
        final String yaml = "x: " + "[".repeat(40) + "]".repeat(40);
        final ScenarioException mistake = assertThrows(ScenarioException.class, () -> read(yaml));
        assertTrue(mistake.getMessage().contains("too many values, or too deep"), mistake.getMessage());
    }
}
