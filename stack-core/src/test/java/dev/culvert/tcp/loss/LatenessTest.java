package dev.culvert.tcp.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is measured of a path that reorders, and what follows from it for the timestamps of repairs. */
class LatenessTest {
    private static final long MS = 1_000_000L;

    private final Lateness lateness = new Lateness();

    private void measure(final long ms) {
        lateness.onOvertaken(10 * MS);
        lateness.onArrival((10 + ms) * MS);
    }

    @BeforeEach
    void oftenEnoughThirtyMilliseconds() {
        for (int i = 0; i < 16; i++) {
            measure(30);
        }
    }

    @Test
    void theLargestOfFewIsLessThanTheMost() {
        lateness.reset();
        measure(30);
        assertEquals(60 * MS, lateness.extentNs());
        measure(20);
        assertEquals(45 * MS, lateness.extentNs());
        measure(10);
        assertEquals(40 * MS, lateness.extentNs());
        lateness.onLate(-MS); // in order
        assertEquals(40 * MS, lateness.extentNs());
    }

    @Test
    void whatNothingHasOvertakenIsNotLate() {
        final Lateness fresh = new Lateness();
        fresh.onArrival(500 * MS);
        assertEquals(0, fresh.extentNs());
        fresh.onOvertaken(10 * MS);
        fresh.onAdvance(); // another segment is waited for, which nothing has overtaken
        fresh.onArrival(500 * MS);
        assertEquals(0, fresh.extentNs());
    }

    @Test
    void theMostCounts() {
        measure(20);
        assertEquals(30 * MS, lateness.extentNs());
        measure(40);
        assertEquals(40 * MS, lateness.extentNs());
    }

    @Test
    void sixteenRecoveriesWithoutHalfAsMuchForgetIt() {
        for (int i = 0; i < 15; i++) {
            lateness.onRecovered();
        }
        measure(15);
        for (int i = 0; i < 15; i++) {
            measure(14);
            lateness.onRecovered();
        }
        assertEquals(30 * MS, lateness.extentNs());
        lateness.onRecovered();
        assertEquals(0, lateness.extentNs());
    }

    @Test
    void aRepairIsDatedBackButNotBeforeWhatItRepairsOrAnEarlierRepair() {
        assertEquals(970 * MS, lateness.stampNs(900 * MS, 1_000 * MS));
        assertEquals(990 * MS, lateness.stampNs(990 * MS, 1_001 * MS), "it replaces what was sent then");
        assertEquals(990 * MS, lateness.stampNs(900 * MS, 1_010 * MS), "TS.Recent may be that of the last repair");
        assertEquals(995 * MS, lateness.stampNs(900 * MS, 1_025 * MS));
        lateness.reset();
        assertEquals(500 * MS, lateness.stampNs(400 * MS, 500 * MS), "a path in order");
    }

    @Test
    void whatWasSentShortlyBeforeARepairMayHaveBeenRefused() {
        assertTrue(Lateness.mayBeRefused(30 * MS, lateness.extentNs()));
        assertTrue(Lateness.mayBeRefused(MS, lateness.extentNs()));
        assertFalse(Lateness.mayBeRefused(MS - 1, lateness.extentNs()), "of the same tick");
        assertFalse(Lateness.mayBeRefused(31 * MS + 1, lateness.extentNs()), "nothing comes so late");
    }
}
