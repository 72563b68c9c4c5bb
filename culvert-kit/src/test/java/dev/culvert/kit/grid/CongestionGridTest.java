package dev.culvert.kit.grid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.coverage.GeneratedFile;
import dev.culvert.kit.grid.GridCell.Path;
import dev.culvert.kit.scenario.ScenarioException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class CongestionGridTest {
    private static final long MBIT = 1_000_000;
    private static final long MS = 1_000_000;

    @Test
    void theCheckedInPageIsTheMeasuredOne() throws IOException {
        final List<CellResult> results = GridRun.measure(Grid.golden(), 1, 1, 2, result -> {});
        GeneratedFile.check(GeneratedFile.root().resolve("docs/congestion-grid.md"), GridPage.of(results));
    }

    @Test
    void theGridHasEveryCombinationOnce() {
        final int single = 3 * 3 * 4 * (1 + 2 * 5) * 4;
        assertEquals(single + 3 * 3 * 4 * 2, new HashSet<>(Grid.all()).size());
        assertEquals(Grid.all().size(), new HashSet<>(Grid.all()).size());
        assertEquals(60, Grid.golden().size());
    }

    @Test
    void aPartIsWhatHasAllTheKeys() {
        assertEquals(
                2,
                Grid.part("control=bbr,rate=1gbit,rtt=100us,loss=0%|1%-bursts,reordering=none,flows=1")
                        .size());
        assertEquals(0, Grid.part("loss=1%,flows=8").size());
        final ScenarioException key = assertThrows(ScenarioException.class, () -> Grid.part("speed=1gbit"));
        assertTrue(key.getMessage().contains("keys are control, flows, loss, rate"), key::getMessage);
        final ScenarioException value = assertThrows(ScenarioException.class, () -> Grid.part("rate=1gbit|2gbit"));
        assertTrue(value.getMessage().contains("values of 'rate' are 10gbit, 10mbit, 1gbit"), value::getMessage);
    }

    @Test
    void howManyAreMeasuredAtATimeChangesNothing() {
        final List<GridCell> cells = Grid.part("rate=10mbit,rtt=10ms,loss=1%,reordering=none,flows=1");
        final String one = GridText.csv(GridRun.measure(cells, 1, 1, 1, result -> {}));
        assertEquals(one, GridText.csv(GridRun.measure(cells, 1, 1, 3, result -> {})));
        assertEquals(4, one.lines().count());
    }

    @Test
    void theMiddleOfSeveralSeedsCounts() {
        final GridCell lossy = Grid.part("control=newreno,rate=10mbit,rtt=100us,loss=10%,reordering=none,flows=1")
                .get(0);
        final long[] goodputs = new long[4];
        for (int seeds = 1; seeds <= 3; seeds++) {
            goodputs[seeds] = CellResult.measure(lossy, 1, seeds, () -> false).goodput();
        }
        assertTrue(goodputs[2] <= goodputs[1]); // the smaller one of two
        assertTrue(goodputs[3] >= goodputs[2]);
        assertTrue(goodputs[2] < goodputs[1] || goodputs[3] > goodputs[2], "the seed changes nothing");
    }

    @Test
    void severalFlowsHaveAHundredRoundTripsEachToGetToEqualShares() {
        final String path = "control=bbr,rate=10mbit,rtt=300ms,loss=0%,reordering=none,flows=";
        assertEquals(6_000 * MS, Grid.part(path + 1).get(0).warmUpNs());
        assertEquals(120_000 * MS, Grid.part(path + 2).get(0).warmUpNs()); // two have as long as four would
        assertEquals(240_000 * MS, Grid.part(path + 8).get(0).warmUpNs());
        assertEquals(
                2 * Grid.part(path + 2).get(0).measuredNs(),
                Grid.part(path + 8).get(0).measuredNs());
        assertEquals(
                5_000 * MS,
                Grid.part("control=bbr,rate=1gbit,rtt=100us,flows=8").get(0).warmUpNs());
    }

    @Test
    void fastPathsHaveFortyRoundTripsOfWarmUp() {
        final String jitter = "control=bbr,rtt=100ms,loss=0%,reordering=jitter-300ms,flows=1,rate=";
        assertEquals(5_000 * MS, Grid.part(jitter + "1gbit").get(0).warmUpNs()); // the mean round trip is 250 ms
        assertEquals(10_000 * MS, Grid.part(jitter + "10gbit").get(0).warmUpNs());
    }

    @Test
    void chanceKeepsFlowsOutOfStepWithAFullQueue() {
        final GridCell shared =
                Grid.part("control=cubic,rate=10mbit,rtt=100us,flows=2").get(0);
        final double first = CellResult.one(shared, 1, () -> false).jain();
        assertNotEquals(first, CellResult.one(shared, 2, () -> false).jain());
        assertTrue(first > 0.9, "Jain's index " + first);
    }

    @Test
    void whatBreaksARuleIsNamed() {
        final GridCell shared =
                Grid.part("control=cubic,rate=1gbit,rtt=10ms,flows=8").get(0);
        final CellResult unfair = new CellResult(shared, 700_000_000, 1, 0, 0, 0, 0, 0.89, 800_000_000);
        final GridCell alone = Grid.part("control=bbr,rate=10mbit,rtt=10ms,loss=10%-bursts,reordering=none")
                .get(0);
        final CellResult dead = new CellResult(alone, 0, 3, 3, 0, 3, 3, 0, -1);
        final String text = GridPage.standingOut(List.of(unfair, dead));
        assertTrue(text.contains("theory:\n  - cubic, 1gbit, 10ms, loss 0%, reordering none, flows 8: 73 %"), text);
        assertTrue(text.contains("in order: none."), text);
        assertTrue(
                text.contains("arrived:\n  - bbr, 10mbit, 10ms, loss 10%-bursts, reordering none, flows 1: 0 %"), text);
        assertTrue(text.endsWith("90 %:\n  - cubic, 1gbit, 10ms, loss 0%, reordering none, flows 8: 89 %\n"), text);
        final String onlyAlone = GridPage.standingOut(List.of(dead));
        assertTrue(onlyAlone.endsWith("index below 90 %: not asked of any cell here.\n"), onlyAlone);
    }

    @Test
    void anInterruptEndsItAndStays() {
        Thread.currentThread().interrupt();
        final List<CellResult> results = GridRun.measure(Grid.golden(), 1, 1, 1, result -> {});
        assertTrue(Thread.interrupted());
        assertEquals(List.of(), results);
    }

    /** RFC 9438 section 5.1, tables 1 and 2: mean windows of Reno and of CUBIC for round trips of 100 and 10 ms. */
    @Test
    void theoryHasTheRfcsFigures() {
        assertWindow(12, "newreno", 0.01, 100, 0.6);
        assertWindow(38, "newreno", 0.001, 100, 1);
        assertWindow(187, "cubic", 0.000_1, 100, 1);
        assertWindow(120, "cubic", 0.000_1, 10, 3); // as friendly as Reno
    }

    private static void assertWindow(
            final double segments, final String control, final double loss, final long rttMs, final double within) {
        final GridCell cell =
                new GridCell(control, new Path(10_000 * MBIT, rttMs * MS, loss, false), Reordering.NONE, 1);
        assertEquals(segments, Theory.goodput(cell) / 8 / GridCell.PAYLOAD * rttMs / 1_000, within);
    }

    @Test
    void theoryIsSilentWhereItDoesNotHold() {
        final Path path = new Path(10 * MBIT, 10 * MS, 0.03, false);
        assertEquals(-1, Theory.goodput(new GridCell("newreno", path, Reordering.NONE, 1)));
        final Path bursts = new Path(10 * MBIT, 10 * MS, 0.01, true);
        assertEquals(-1, Theory.goodput(new GridCell("cubic", bursts, Reordering.NONE, 1)));
        final Path clean = new Path(10 * MBIT, 10 * MS, 0, false);
        assertEquals(-1, Theory.goodput(new GridCell("bbr", clean, Reordering.JITTER, 1)));
        assertEquals(9_653_333, Theory.goodput(new GridCell("bbr", clean, Reordering.NONE, 1)), 1);
    }

    @Test
    void figuresHaveThreeDigits() {
        assertEquals("0.000", GridText.threeDigits(0));
        assertEquals("0.041", GridText.threeDigits(41_499));
        assertEquals("0.999", GridText.threeDigits(999_499));
        assertEquals("1.00", GridText.threeDigits(999_500));
        assertEquals("9.65", GridText.threeDigits(9_654_321));
        assertEquals("96.5", GridText.threeDigits(96_533_333));
        assertEquals("965", GridText.threeDigits(965_333_333));
    }
}
