package dev.culvert.tcp.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.Rfc;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 6298 §2 and §5. */
class RttEstimatorTest {
    private static final long MS = 1_000_000L;

    private final RttEstimator rtt = new RttEstimator();

    @BeforeEach
    void open() {
        rtt.open(1_000, 200, 120_000);
    }

    @Test
    @Rfc(number = 6298, id = "1", section = "2.1")
    void startsWithOneSecond() { // §2.1
        assertEquals(1_000 * MS, rtt.rtoNs());
    }

    @Test
    @Rfc(number = 6298, id = "2", section = "2.2")
    void theFirstSampleSetsSrttAndHalfOfItAsVariation() { // §2.2
        rtt.onSample(400 * MS);
        assertEquals(400 * MS, rtt.srttNs());
        assertEquals(200 * MS, rtt.rttVarNs());
        assertEquals(1_200 * MS, rtt.rtoNs());
    }

    @Test
    @Rfc(number = 6298, id = "3", section = "2.3")
    void laterSamplesMoveVariationFirstAndThenTheMean() { // §2.3
        rtt.onSample(400 * MS);
        rtt.onSample(800 * MS);
        assertEquals(250 * MS, rtt.rttVarNs()); // 3/4 · 200 + 1/4 · 400
        assertEquals(450 * MS, rtt.srttNs()); // 7/8 · 400 + 1/8 · 800
    }

    @Test
    @Rfc(number = 6298, id = "8", section = "5.5")
    @Rfc(number = 6298, id = "5", section = "2.5")
    void everyTimeoutDoublesUpToTheMaximum() { // §5.5, §2.5
        rtt.onTimeout();
        assertEquals(2_000 * MS, rtt.rtoNs());
        for (int i = 0; i < 20; i++) {
            rtt.onTimeout();
        }
        assertEquals(120_000 * MS, rtt.rtoNs());
        rtt.onSample(10 * MS);
        assertEquals(210 * MS, rtt.rtoNs());
    }

    @Test
    @Rfc(number = 6298, id = "9", section = "5.7")
    void aHandshakeThatTimedOutStartsDataWithThreeSeconds() { // §5.7
        rtt.onTimeout();
        rtt.onHandshakeTimedOut();
        assertEquals(3_000 * MS, rtt.rtoNs());
    }

    @Test
    void twoSamplesOfOneRoundTripWeighHalfAsMuchEach() {
        rtt.onSample(400 * MS);
        rtt.onSample(800 * MS, 2);
        assertEquals(225 * MS, rtt.rttVarNs()); // 7/8 · 200 + 1/8 · 400
        assertEquals(425 * MS, rtt.srttNs()); // 15/16 · 400 + 1/16 · 800
    }

    @Test
    @Rfc(number = 7323, id = "12", section = "G")
    void manySamplesOfOneRoundTripWeighTogetherAboutAsMuchAsOne() {
        rtt.onSample(400 * MS);
        rtt.onSample(800 * MS, 4);
        assertEquals(212_500_000, rtt.rttVarNs()); // 15/16 · 200 + 1/16 · 400
        assertEquals(412_500_000, rtt.srttNs()); // 31/32 · 400 + 1/32 · 800
        for (int i = 0; i < 3; i++) {
            rtt.onSample(800 * MS, 4);
        }
        assertEquals(450.0, rtt.srttNs() / 1e6, 5); // what one sample alone would have made of it
    }
}
