package dev.culvert.kit.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.scenario.ScenarioReader;
import dev.culvert.kit.scenario.ScenarioRun;
import dev.culvert.kit.scenario.StateListener;
import dev.culvert.kit.sim.LinkObserver;
import java.io.StringReader;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class FlowPlotTest {
    private static final String RESENT = "stroke-width=\"1\" stroke=\"#d62728\" d=\"M";
    private static final String SACKED = "stroke-width=\"1\" stroke=\"#2ca02c\" d=\"M";

    private static List<FlowRecord> play(final int most, final String... settings) {
        final String yaml = """
                stacks:
                  a: { address: 10.83.0.2, tcp: { pacing: true } }
                  b: { address: 10.83.0.3, tcp: { pacing: true } }
                links:
                  ab: { between: [a, b], rate: 10Mbit, delay: 10ms, queue: 1MB }
                applications:
                  first: { kind: bulk, from: a, to: b, bytes: 300kB }
                  second: { kind: bulk, from: b, to: a, bytes: 500kB, start: 2s }
                end: { when: done, limit: 1min }
                """;
        final FlowRecords records = new FlowRecords();
        try (ScenarioRun run = new ScenarioRun(
                ScenarioReader.read("two", yaml, List.of(settings)),
                1,
                LinkObserver.NONE,
                StateListener.NONE,
                records)) {
            run.run(() -> false);
        }
        return records.busiest(most);
    }

    @Test
    void thePictureIsXmlAndTheSameEveryTime() throws Exception {
        final String picture = FlowPlot.svg("two & more", play(FlowPlot.MOST));
        assertEquals(picture, FlowPlot.svg("two & more", play(FlowPlot.MOST)));
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(picture))); // fails when it is not well formed
        assertTrue(picture.contains(">b 10.83.0.3:"), "the busiest flow is named");
        assertTrue(picture.contains(">a 10.83.0.2:"), "the other one too");
        assertFalse(Pattern.compile("NaN|Infinity").matcher(picture).find());
        final String one = FlowPlot.svg("one", play(1));
        assertFalse(one.contains(RESENT), "nothing was sent again");
        assertFalse(one.contains(SACKED));
    }

    @Test
    void whatWasSentAgainAndWhatWasReportedIsDrawn() {
        final String picture = FlowPlot.svg("loss", play(1, "link.loss=2%"));
        assertTrue(picture.contains(RESENT));
        assertTrue(picture.contains(SACKED));
    }

    @Test
    void aRecordHasEveryByteAndASampleForEachAck() {
        final FlowRecord flow = play(1).get(0);
        assertEquals(500_001, flow.bytes()); // and the FIN
        assertEquals(
                500_001,
                flow.sent().stream()
                        .mapToLong(range -> range.to() - range.from())
                        .sum());
        final FlowSample last = flow.samples().get(flow.samples().size() - 1);
        assertEquals(500_001, last.acked());
        assertTrue(flow.samples().stream().allMatch(sample -> sample.pacingRate() > 0));
        final long fastest = flow.samples().stream()
                .mapToLong(FlowSample::deliveryRate)
                .max()
                .orElse(0);
        assertTrue(
                fastest > 1_100_000 && fastest <= 1_207_000,
                "of 10 Mbit/s with headers: " + fastest + " bytes per second");
    }

    @Test
    void nothingSentIsSaidInThePicture() {
        assertTrue(FlowPlot.svg("empty", List.of()).contains("no connection has sent anything"));
    }

    @Test
    void barsAreMergedWithinAColumnOfPixels() {
        final Bars bars = new Bars();
        bars.add(5, 10, 14);
        bars.add(5, 20, 12);
        bars.add(5, 40, 40);
        bars.add(3, 1, 2);
        assertEquals("M3 1V3M5 10V21M5 40V41", bars.toString());
    }

    @Test
    void aTrailLeavesOutWhatWouldNotBeSeen() {
        final Trail trail = new Trail();
        trail.to(0, 0);
        trail.to(0, 9);
        for (int y = 1; y < 9; y++) {
            trail.to(0, y);
        }
        trail.to(1, 4);
        trail.to(2, 5);
        assertEquals("M0 0L0 9L0 8L1 4L1 4L2 5", trail.toString());
    }
}
