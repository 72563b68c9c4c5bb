package dev.culvert.seq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SeqTest {
    private static final int MAX = 0xffffffff;
    private static final int HALF = 0x7fffffff;

    @Test
    void orderHoldsAcrossTheWrap() { // RFC 9293 §3.4
        assertTrue(Seq.lt(MAX, 0));
        assertTrue(Seq.lt(MAX - 5, 5));
        assertTrue(Seq.gt(0, MAX));
        assertFalse(Seq.lt(0, MAX));
        assertTrue(Seq.lt(HALF, HALF + 1));
    }

    @Test
    void equalNumbersAreNeitherBeforeNorAfter() {
        assertFalse(Seq.lt(MAX, MAX));
        assertFalse(Seq.gt(MAX, MAX));
        assertTrue(Seq.le(MAX, MAX));
        assertTrue(Seq.ge(MAX, MAX));
    }

    @Test
    void orderDependsOnTheDistanceOnly() {
        final Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            final int a = random.nextInt();
            final int distance = 1 + random.nextInt(HALF - 1);
            assertTrue(Seq.lt(a, a + distance) && Seq.le(a, a + distance));
            assertTrue(Seq.gt(a + distance, a) && Seq.ge(a + distance, a));
            assertEquals(a + distance, Seq.max(a, a + distance));
            assertEquals(a + distance, Seq.max(a + distance, a));
            assertEquals(a, Seq.min(a, a + distance));
            assertEquals(a, Seq.min(a + distance, a));
            assertEquals(distance, Seq.span(a, a + distance));
        }
    }

    @Test
    void windowIncludesItsFirstNumberAndNotTheOneAfterItsLast() {
        assertTrue(Seq.inWindow(MAX, MAX, 2));
        assertTrue(Seq.inWindow(0, MAX, 2));
        assertFalse(Seq.inWindow(1, MAX, 2));
        assertFalse(Seq.inWindow(MAX - 1, MAX, 2));
    }

    @Test
    void anEmptyWindowContainsNothing() {
        assertFalse(Seq.inWindow(7, 7, 0));
        assertFalse(Seq.inLeftOpen(7, 7, 7));
    }

    @Test
    void anAcceptableAckIsAboveUnaAndUpToNxt() { // SND.UNA < SEG.ACK =< SND.NXT
        assertFalse(Seq.inLeftOpen(MAX, MAX, 2));
        assertTrue(Seq.inLeftOpen(0, MAX, 2));
        assertTrue(Seq.inLeftOpen(2, MAX, 2));
        assertFalse(Seq.inLeftOpen(3, MAX, 2));
    }

    @Test
    void aSpanThatRunsBackwardsIsRefused() {
        assertEquals(0, Seq.span(5, 5));
        assertThrows(IllegalArgumentException.class, () -> Seq.span(0, MAX));
    }
}
