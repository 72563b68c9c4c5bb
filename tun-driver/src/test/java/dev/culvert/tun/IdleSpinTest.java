package dev.culvert.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class IdleSpinTest {
    private static final long LIMIT_NS = 30_000;

    private long nowNs = -7; // a monotonic clock may be negative
    private IdleSpin spin = new IdleSpin(LIMIT_NS, nowNs);

    @Test
    void spins_up_to_the_limit_and_no_longer() {
        spin.worked(nowNs);
        assertTrue(spin.again(nowNs));
        assertTrue(spin.again(nowNs + LIMIT_NS - 1));
        assertFalse(spin.again(nowNs + LIMIT_NS));
    }

    @Test
    void never_spins_without_a_limit() {
        spin = new IdleSpin(0, nowNs);
        assertEquals(0, pausesSpunThrough(100, 1));
    }

    @Test
    void spins_for_ever_while_pauses_are_short() {
        assertEquals(100, pausesSpunThrough(100, LIMIT_NS - 1));
    }

    @Test
    void gives_up_after_eight_long_pauses_and_tries_every_sixteenth_then() {
        assertEquals(8, pausesSpunThrough(8, LIMIT_NS));
        assertEquals(0, pausesSpunThrough(15, LIMIT_NS));
        assertEquals(1, pausesSpunThrough(16, LIMIT_NS));
        assertEquals(1, pausesSpunThrough(16, LIMIT_NS));
    }

    @Test
    void one_short_pause_brings_it_back_even_when_it_was_slept_through() {
        pausesSpunThrough(8, LIMIT_NS);
        assertEquals(0, pausesSpunThrough(1, LIMIT_NS - 1));
        assertEquals(8, pausesSpunThrough(9, LIMIT_NS));
    }

    @Test
    void work_without_a_pause_between_says_nothing_of_pauses() {
        pausesSpunThrough(8, LIMIT_NS);
        for (int i = 0; i < 10; i++) {
            nowNs += 1;
            spin.worked(nowNs);
        }
        assertEquals(0, pausesSpunThrough(1, LIMIT_NS));
    }

    private int pausesSpunThrough(final int pauses, final long lengthNs) {
        int spun = 0;
        for (int i = 0; i < pauses; i++) {
            spun += spin.again(nowNs) ? 1 : 0;
            nowNs += lengthNs;
            spin.worked(nowNs);
        }
        return spun;
    }
}
