package dev.culvert.kit.tutorial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.Rfc;
import dev.culvert.kit.coverage.GeneratedFile;
import dev.culvert.kit.plot.FlowPlot;
import dev.culvert.kit.plot.FlowRecord;
import dev.culvert.kit.plot.FlowRecords;
import dev.culvert.kit.scenario.ScenarioReader;
import dev.culvert.kit.scenario.ScenarioRun;
import dev.culvert.kit.scenario.StateListener;
import dev.culvert.kit.sim.LinkObserver;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.congestion.CongestionControls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tutorial's control: found beside the stack, chosen by name, drawn beside CUBIC; the page shows its very source. */
class OwnControlTest {
    private static final String SCENARIO = """
            stacks:
              a: { address: 10.83.0.2, tcp: { congestion: gentle } }
              b: { address: 10.83.0.3, tcp: { congestion: cubic } }
              c: { address: 10.83.0.4 }
              d: { address: 10.83.0.5 }
            links:
              ac: { between: [a, c], rate: 10Mbit, delay: 20ms, queue: 100kB, mtu: 1500 }
              bd: { between: [b, d], rate: 10Mbit, delay: 20ms, queue: 100kB, mtu: 1500 }
            applications:
              gentle: { kind: bulk, from: a, to: c, bytes: 1GB }
              cubic: { kind: bulk, from: b, to: d, bytes: 1GB }
            end: { when: time, limit: 20s }
            """;

    private static List<FlowRecord> play() {
        final FlowRecords records = new FlowRecords();
        try (ScenarioRun run = new ScenarioRun(
                ScenarioReader.read("gentle.yaml", SCENARIO, List.of()),
                1,
                LinkObserver.NONE,
                StateListener.NONE,
                records)) {
            run.run(() -> false);
        }
        return records.busiest(FlowPlot.MOST);
    }

    @Test
    @Rfc(number = 9293, id = "MAY-18", section = "3.8.2")
    void aControlBesideTheStackIsFoundByItsName() {
        assertTrue(CongestionControls.names().contains("gentle"));
        assertInstanceOf(Gentle.class, CongestionControls.create("gentle"));
        assertNotSame(CongestionControls.create("gentle"), CongestionControls.create("gentle"));
        assertEquals(
                "gentle", TcpConfig.DEFAULT.with().congestion("gentle").build().congestion());
        assertTrue(CongestionControls.builtIn().stream().noneMatch("gentle"::equals));
    }

    @Test
    void thePageShowsThisSourceScenarioAndPicture() throws IOException {
        final Path docs = GeneratedFile.root().resolve("docs");
        final String page = Files.readString(docs.resolve("congestion-control.md"));
        final String source = Files.readString(
                GeneratedFile.root().resolve("culvert-kit/src/test/java/dev/culvert/kit/tutorial/Gentle.java"));
        assertTrue(page.contains(source.substring(source.indexOf("public final class"))), "the class as it is tested");
        assertTrue(page.contains(SCENARIO), "the scenario as it is played");
        GeneratedFile.check(docs.resolve("congestion-control.svg"), FlowPlot.svg("gentle.yaml, seed 1", play()));
    }

    @Test
    void itFillsTheLinkWithAShorterQueueThanCubic() {
        final List<FlowRecord> flows = play();
        final FlowRecord gentle = flows.get(0).name().startsWith("a") ? flows.get(0) : flows.get(1);
        final FlowRecord cubic = flows.get(0) == gentle ? flows.get(1) : flows.get(0);
        final double megabits =
                gentle.samples().get(gentle.samples().size() - 1).acked() * 8 / 20e6;
        assertTrue(megabits > 9, "goodput " + megabits + " Mbit/s");
        assertTrue(srttMs(gentle) < srttMs(cubic), srttMs(gentle) + " and " + srttMs(cubic) + " ms");
    }

    private static double srttMs(final FlowRecord flow) {
        return flow.samples().stream()
                .skip(flow.samples().size() / 2)
                .mapToDouble(sample -> sample.srttNs() / 1e6)
                .average()
                .orElseThrow();
    }
}
