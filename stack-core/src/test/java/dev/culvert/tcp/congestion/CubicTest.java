package dev.culvert.tcp.congestion;

import static dev.culvert.tcp.congestion.AckStream.MS;
import static dev.culvert.tcp.congestion.AckStream.MSS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.Rfc;
import org.junit.jupiter.api.Test;

/** CUBIC against {@link CubicModel}, and at the points where the RFC gives figures. */
class CubicTest {
    private final Cubic cubic = new Cubic();

    /** Plays rounds of so many ms against the model, and wants both windows alike after each. */
    private void compare(final AckStream acks, final CubicModel model, final int rounds, final int rttMs) {
        acks.rtt(rttMs * MS);
        for (int round = 0; round < rounds; round++) {
            final int segments = Math.max(1, cubic.windowBytes() / MSS);
            final long begin = acks.nowNs();
            for (int i = 1; i <= segments; i++) {
                acks.at(begin + rttMs * MS * i / segments).ack(MSS);
                model.ack(acks.nowNs() / 1e9, rttMs / 1e3);
            }
            assertEquals(model.cwnd, (double) cubic.windowBytes() / MSS, 0.02, "segments after round " + round);
        }
    }

    @Test
    @Rfc(number = 9438, id = "1", section = "4.2")
    @Rfc(number = 9438, id = "3", section = "4.2")
    @Rfc(number = 9438, id = "4", section = "4.6")
    @Rfc(number = 5681, id = "4", section = "3.1")
    void afterALossTheWindowFollowsTheCubicCurve() {
        final AckStream acks = new AckStream(cubic, 1_000);
        final CubicModel model = new CubicModel(1_000);
        cubic.onLoss(1_000 * MSS, 0);
        model.loss(1_000);
        assertEquals(700 * MSS, cubic.windowBytes());
        assertEquals(700 * MSS, cubic.slowStartThresholdBytes());
        compare(acks, model, 150, 100);
        assertTrue(cubic.windowBytes() > 1_050 * MSS, "beyond W_max after K = 9.1 s: " + cubic.windowBytes());
    }

    @Test
    @Rfc(number = 9438, id = "1", section = "4.2")
    void theWindowIsWhereItWasAfterKSeconds() { // K = cbrt(300 / 0.4) = 9.086 s
        final AckStream acks = new AckStream(cubic, 1_000).rtt(100 * MS);
        cubic.onLoss(1_000 * MSS, 0);
        while (acks.nowNs() < 9_000 * MS) {
            acks.round(100 * MS);
        }
        assertEquals(1_000.0, (double) cubic.windowBytes() / MSS, 1.0);
    }

    @Test
    @Rfc(number = 9438, id = "2", section = "4.3")
    void onAShortPathTheWindowIsThatOfReno() {
        final AckStream acks = new AckStream(cubic, 20).rtt(MS);
        cubic.onLoss(20 * MSS, 0);
        for (int round = 0; round < 10; round++) { // alpha = 0.53 segments per round trip
            acks.round(MS);
        }
        assertEquals(14 + 10 * 0.529, (double) cubic.windowBytes() / MSS, 0.4);
        for (int round = 0; round < 10; round++) { // beyond cwnd_prior it is one
            acks.round(MS);
        }
        final int before = cubic.windowBytes();
        acks.round(MS);
        assertEquals(1.0, (double) (cubic.windowBytes() - before) / MSS, 0.05);
    }

    @Test
    @Rfc(number = 9438, id = "2", section = "4.3")
    void theShortPathBesideTheModel() {
        final AckStream acks = new AckStream(cubic, 20);
        final CubicModel model = new CubicModel(20);
        cubic.onLoss(20 * MSS, 0);
        model.loss(20);
        compare(acks, model, 40, 1);
    }

    @Test
    @Rfc(number = 9438, id = "3", section = "4.2")
    void theTargetIsAtMostHalfAWindowAway() {
        final AckStream acks = new AckStream(cubic, 10).rtt(20_000 * MS); // in 20 s the curve would be far away
        cubic.onLoss(10 * MSS, 0);
        acks.at(MS).ack(MSS); // the epoch begins
        final int before = cubic.windowBytes();
        acks.at(20_000 * MS).ack(MSS);
        assertEquals(before + MSS / 2.0, cubic.windowBytes(), 2);
    }

    @Test
    @Rfc(number = 9438, id = "5", section = "4.7")
    void aSecondLossBelowTheFirstLeavesRoom() {
        final AckStream acks = new AckStream(cubic, 1_000);
        final CubicModel model = new CubicModel(1_000);
        cubic.onLoss(1_000 * MSS, 0);
        model.loss(1_000);
        compare(acks, model, 5, 100);
        final int before = cubic.windowBytes();
        assertTrue(before < 1_000 * MSS);
        cubic.onLoss(before, acks.nowNs());
        model.loss(model.cwnd);
        compare(acks, model, 120, 100); // its plateau is 0.85 of that window: the model would run away otherwise
    }

    @Test
    @Rfc(number = 9438, id = "6", section = "4.8")
    @Rfc(number = 5681, id = "5", section = "3.1")
    void afterATimeoutAvoidanceBeginsOnThePlateau() {
        final AckStream acks = new AckStream(cubic, 100);
        final CubicModel model = new CubicModel(100);
        cubic.onTimeout(100 * MSS, true, 0);
        model.timeout(100);
        assertEquals(MSS, cubic.windowBytes());
        assertEquals(70 * MSS, cubic.slowStartThresholdBytes());
        compare(acks, model, 60, 100); // slow start to 70 segments, then K = 0
        cubic.onTimeout(50 * MSS, false, acks.nowNs());
        assertEquals(70 * MSS, cubic.slowStartThresholdBytes()); // a repeated timeout keeps ssthresh
    }

    @Test
    @Rfc(number = 9438, id = "8", section = "4.9")
    void aSpuriousLossRestoresTheCurve() {
        final AckStream acks = new AckStream(cubic, 1_000);
        final CubicModel model = new CubicModel(1_000);
        cubic.onLoss(1_000 * MSS, 0);
        model.loss(1_000);
        compare(acks, model, 20, 100);
        final int before = cubic.windowBytes();
        cubic.onLoss(before, acks.nowNs());
        assertTrue(cubic.windowBytes() < before);
        cubic.onUndo(acks.nowNs());
        assertEquals(before, cubic.windowBytes());
        assertEquals(700 * MSS, cubic.slowStartThresholdBytes());
        compare(acks, model, 100, 100); // as if nothing had happened
    }

    @Test
    void twoSpuriousLossesRestoreTheCurveOneAfterTheOther() { // RFC 9438 §4.9
        final AckStream acks = new AckStream(cubic, 1_000);
        final CubicModel model = new CubicModel(1_000);
        cubic.onLoss(1_000 * MSS, 0);
        model.loss(1_000);
        compare(acks, model, 20, 100);
        final int before = cubic.windowBytes();
        cubic.onLoss(before, acks.nowNs());
        final int between = cubic.windowBytes();
        cubic.onLoss(between, acks.nowNs());
        cubic.onUndo(acks.nowNs());
        assertEquals(between, cubic.windowBytes());
        cubic.onUndo(acks.nowNs());
        assertEquals(before, cubic.windowBytes());
        assertEquals(700 * MSS, cubic.slowStartThresholdBytes());
        compare(acks, model, 100, 100); // as if nothing had happened
        cubic.onUndo(acks.nowNs()); // the first loss of three is not remembered
        compare(acks, model, 1, 100);
    }

    @Test
    @Rfc(number = 9438, section = "4.2")
    @Rfc(number = 7661, id = "4", section = "4")
    void timeInWhichTheWindowIsNotUsedDoesNotCount() {
        final AckStream acks = new AckStream(cubic, 1_000);
        final CubicModel model = new CubicModel(1_000);
        cubic.onLoss(1_000 * MSS, 0);
        model.loss(1_000);
        compare(acks, model, 20, 100);
        final int before = cubic.windowBytes();
        final long pausedNs = acks.nowNs();
        acks.limited(false);
        for (int i = 1; i <= 300; i++) {
            acks.at(pausedNs + i * 100L * MS).ack(MSS);
        }
        assertEquals(before, cubic.windowBytes());
        acks.limited(true).at(pausedNs + 30_000 * MS + 100 * MS);
        final CubicModel shifted = model; // its clock stands still meanwhile
        for (int i = 0; i < before / MSS; i++) {
            acks.ack(MSS);
            shifted.ack(pausedNs / 1e9 + 0.1, 0.1);
        }
        assertEquals(shifted.cwnd, (double) cubic.windowBytes() / MSS, 0.02);
    }

    @Test
    @Rfc(number = 9438, section = "4.6")
    @Rfc(number = 3168, section = "6.1.2")
    void aMarkReducesAsALossDoesButNeverRaises() {
        new AckStream(cubic, 10);
        cubic.onCongestionMark(100 * MSS, 0); // more in flight than the window: it has shrunk meanwhile
        assertEquals(10 * MSS, cubic.windowBytes());
        cubic.onCongestionMark(10 * MSS, 0);
        assertEquals(7 * MSS, cubic.windowBytes());
        cubic.onLoss(MSS, 0);
        assertEquals(2 * MSS, cubic.windowBytes());
    }
}
