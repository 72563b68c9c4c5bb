package dev.culvert.kit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Bursts of four packets on average, a tenth of all, on a link that takes 1 ms for a packet. */
class LossStateTest {
    private static final long MS = 1_000_000;
    private static final int PACKETS = 200_000;

    private static Loss bursts(final long packetNs) {
        return new Loss.Bursts(0.1 / 4 / 0.9, 0.25, 0, 1, packetNs);
    }

    /** Sends one packet after the other and returns what is lost, as a share and in a row on average. */
    private static double[] losses(final Loss loss, final long gapNs) {
        final LossState state = new LossState(new SplittableRandom(1));
        int lost = 0;
        int runs = 0;
        boolean before = false;
        for (int i = 0; i < PACKETS; i++) {
            final boolean now = state.loses(loss, i * gapNs);
            lost += now ? 1 : 0;
            runs += now && !before ? 1 : 0;
            before = now;
        }
        return new double[] {(double) lost / PACKETS, (double) lost / runs};
    }

    @Test
    void aLoadedLinkLosesItsShareInBurstsOfFour() {
        final double[] losses = losses(bursts(MS), MS);
        assertEquals(0.1, losses[0], 0.005);
        assertEquals(4, losses[1], 0.1);
        assertEquals(losses(bursts(0), MS)[0], losses[0], "what is sent without a pause meets the same bursts");
    }

    @Test
    void whoTriesOnceInALongTimeMeetsTheShareAndNoBurst() {
        final double[] losses = losses(bursts(MS), 200 * MS);
        assertEquals(0.1, losses[0], 0.005);
        assertEquals(1 / 0.9, losses[1], 0.05);
        assertTrue(losses(bursts(0), 200 * MS)[1] > 3.9, "where only packets count");
    }

    @Test
    void aShortSilenceEndsSomeBursts() {
        final double[] losses = losses(bursts(MS), 3 * MS);
        assertEquals(0.1, losses[0], 0.005);
        assertTrue(losses[1] > 1.5 && losses[1] < 2.2, "in a row: " + losses[1]);
    }
}
