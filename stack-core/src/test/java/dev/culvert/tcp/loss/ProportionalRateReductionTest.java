package dev.culvert.tcp.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.Rfc;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sums of RFC 9937 §6, on a window of equal segments of which some are lost. */
class ProportionalRateReductionTest {
    private static final int MSS = 1_000;

    private final ProportionalRateReduction prr = new ProportionalRateReduction();
    private int pipe;
    private int sent;

    /** One ACK; then everything is sent that the window allows. */
    private void ack(final int delivered, final boolean safe) {
        pipe -= delivered;
        prr.onAck(delivered, safe, pipe, MSS);
        while (prr.windowBytes() - pipe >= MSS) {
            prr.onSent(MSS);
            pipe += MSS;
            sent += MSS;
        }
    }

    @ParameterizedTest
    @CsvSource({"10, 5", "10, 7", "100, 50", "100, 70", "1000, 700", "20, 2"})
    @Rfc(number = 9937, id = "2", section = "6")
    void oneLossEndsWithTheFlightAtSsthresh(final int window, final int ssthresh) {
        pipe = (window - 1) * MSS;
        prr.begin(ssthresh * MSS, window * MSS);
        for (int i = 1; i < window; i++) {
            ack(MSS, false);
            // What has been sent is in proportion to what was delivered, until the flight is at its target.
            final long proportion = ((long) i * ssthresh + window - 1) / window;
            assertTrue(sent / MSS <= Math.max(1, proportion + 1), "ack " + i + ": sent " + sent / MSS);
        }
        assertEquals(ssthresh * MSS, pipe);
    }

    @Test
    @Rfc(number = 9937, id = "3", section = "6")
    void belowSsthreshLossesGoOnOneForOne() {
        pipe = 20 * MSS; // of 100, after 80 were lost
        prr.begin(50 * MSS, 100 * MSS);
        for (int i = 0; i < 20; i++) {
            ack(MSS, false);
            assertEquals(20 * MSS, pipe, "packet conservation");
        }
    }

    @Test
    @Rfc(number = 9937, id = "3", section = "6")
    void belowSsthreshSafeAcksGrowTheFlightBySlowStart() {
        pipe = 20 * MSS;
        prr.begin(50 * MSS, 100 * MSS);
        ack(MSS, false);
        for (int i = 1; i <= 30; i++) {
            ack(MSS, true);
            assertEquals(Math.min(50, 20 + i) * MSS, pipe, "ack " + i);
        }
        ack(MSS, true);
        assertEquals(50 * MSS, pipe, "and not beyond it");
    }

    @Test
    @Rfc(number = 9937, id = "1", section = "6")
    void theFirstRetransmissionIsNeverHeldBack() {
        pipe = 99 * MSS;
        prr.begin(2 * MSS, 100 * MSS);
        ack(0, false);
        assertEquals(MSS, sent);
    }

    /** prr_delivered, prr_out and sndcnt as the RFC's pseudocode has them, with whole numbers of any size. */
    private static final class Pseudocode {
        private final long ssthresh;
        private final long recoverFs;
        private long prrDelivered;
        private long prrOut;

        Pseudocode(final long ssthresh, final long recoverFs) {
            this.ssthresh = ssthresh;
            this.recoverFs = recoverFs;
        }

        long cwnd(final long delivered, final boolean safe, final long inflight) {
            prrDelivered += delivered;
            long sndcnt;
            if (inflight > ssthresh) {
                sndcnt = (long) Math.ceil((double) prrDelivered * ssthresh / recoverFs) - prrOut;
            } else {
                sndcnt = Math.max(prrDelivered - prrOut, delivered) + (safe ? MSS : 0);
                sndcnt = Math.min(ssthresh - inflight, sndcnt);
            }
            if (prrOut == 0 && sndcnt <= 0) {
                sndcnt = MSS;
            }
            return inflight + Math.max(sndcnt, 0);
        }
    }

    @Test
    @Rfc(number = 9937, id = "1", section = "6")
    void theSumsAreThoseOfThePseudocode() {
        for (int seed = 0; seed < 200; seed++) {
            final Random random = new Random(seed);
            final int recoverFs = MSS + random.nextInt(1 << 24);
            final int ssthresh = MSS + random.nextInt(recoverFs);
            final Pseudocode model = new Pseudocode(ssthresh, recoverFs);
            prr.begin(ssthresh, recoverFs);
            int inflight = recoverFs;
            for (int step = 0; step < 200; step++) {
                final int delivered = random.nextInt(Math.min(inflight, 3 * MSS) + 1);
                final int lost = random.nextInt(8) == 0 ? Math.min(inflight - delivered, random.nextInt(9 * MSS)) : 0;
                final boolean safe = lost == 0 && random.nextBoolean();
                inflight -= delivered + lost;
                prr.onAck(delivered, safe, inflight, MSS);
                assertEquals(
                        model.cwnd(delivered, safe, inflight), prr.windowBytes(), "seed " + seed + ", step " + step);
                final int out = random.nextInt(Math.max(1, prr.windowBytes() - inflight + 1));
                prr.onSent(out);
                model.prrOut += out;
                inflight += out;
            }
        }
    }
}
