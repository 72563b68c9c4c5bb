package dev.culvert.kit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.Rfc;
import dev.culvert.kit.lab.LabScenario.Act;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people must see in the laboratory's scenarios with many connections, whatever their pages say. */
class TrafficScenariosTest {
    private static String outcome(final String name, final String policy) {
        final Act act = Laboratory.named(name).orElseThrow().acts().get(0);
        return act.policies().stream()
                .filter(p -> p.name().equals(policy))
                .map(p -> act.play(p).ending().outcome())
                .findFirst()
                .orElseThrow();
    }

    private static Chart chart(final String name) {
        return Laboratory.named(name).orElseThrow().charts().get(0).get();
    }

    /** The last value of each series. */
    private static List<Double> ends(final Chart chart) {
        return chart.series().stream()
                .map(series -> series.points().get(series.points().size() - 1).y())
                .toList();
    }

    @Test
    void theStackChoosesOnlyPortsThatThePolicyLetsItHave() {
        assertEquals("chosen were 4001, 4000, EADDRNOTAVAIL", outcome("implicit-bind", "culvert"));
        assertEquals("chosen were 4001, 4000, 4001", outcome("implicit-bind", "timestamp"));
    }

    @Test
    @Rfc(number = 6056, section = "3.3.4")
    void aChoiceLooksAtFewPortsHoweverManyAreTaken() {
        final Chart chart = chart("implicit-bind");
        assertTrue(
                chart.series().get(0).points().stream().allMatch(point -> point.y() <= 10),
                chart.series().get(0).points().toString());
        assertTrue(ends(chart).get(1) > 500, "a walk looks at about a thousand: " + ends(chart));
    }

    @Test
    @Rfc(number = 7323, section = "5.3")
    void anOldSegmentIsReadOnlyWhereNothingProtects() {
        assertEquals("no old byte is read", outcome("wandering-duplicate", "culvert"));
        assertEquals(
                "no old byte: the new connection cannot begin yet", outcome("wandering-duplicate", "no-timestamps"));
        final String unprotected = outcome("wandering-duplicate", "nothing");
        assertTrue(unprotected.matches("[1-9][0-9]* old bytes are read as new ones"), unprotected);
    }

    @Test
    void overlapIsUnlikelyOnlyForSmallWindows() {
        final List<Double> share = ends(chart("wandering-duplicate"));
        assertTrue(share.get(2) > 0.2 && share.get(2) < 0.3, share.toString());
        assertEquals(List.of(0.0, 0.0), share.subList(3, 5), "neither TIME-WAIT nor PAWS lets one in");
    }

    @Test
    void oneTimestampForAHostLosesSynsBehindNat() {
        assertEquals("2 of 4 connections, 2 SYNs lost without a word", outcome("recycle", "recycle"));
        assertEquals("4 of 4 connections, 0 SYNs lost without a word", outcome("recycle", "culvert"));
    }

    @Test
    void theRateFromOneAddressIsPortsOverTwoMslUnlessSynsReopen() {
        assertEquals(List.of(1_600.0, 400.0), ends(chart("lb-churn")));
    }

    @Test
    void theRateToOneDestinationIsAsHighAsTheDelayOfReuseAllows() {
        assertEquals(List.of(100.0, 400.0, 4_000.0), ends(chart("audiolog")));
    }

    @Test
    void timeWaitPilesUpToTheRateTimesTwoMslAndNoFurther() {
        final Chart chart = chart("pile-up");
        assertEquals(List.of(5_900.0, 0.0), ends(chart));
        assertTrue(chart.remark().contains(" 0 of 9100 connections were refused"), chart.remark());
    }
}
