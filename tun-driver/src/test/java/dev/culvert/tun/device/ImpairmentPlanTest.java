package dev.culvert.tun.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImpairmentPlanTest {
    @Test
    void readsEveryKey() {
        final Impairment all = new Impairment(0.02, 0.01, 0.5, 0.001, 10_000_000, 2_500_000, 100_000_000, 50, 7);
        final ImpairmentPlan plan = ImpairmentPlan.parse("loss=2%,duplicate=0.01,reorder=50%,corrupt=0.1%,"
                + "delay=10ms,jitter=2.5ms,rate=100mbit,queue=50,seed=7");

        assertEquals(new ImpairmentPlan(all, all), plan);
    }

    @Test
    void aKeyCanHoldForOneDirection() {
        final ImpairmentPlan plan = ImpairmentPlan.parse("seed=3, in:loss=1%, out:delay=1s");

        assertEquals(Impairment.NONE.withSeed(3).withLoss(0.01), plan.in());
        assertEquals(Impairment.NONE.withSeed(3).withDelayNs(1_000_000_000), plan.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    loss=x       | impairment 'loss=x': write a share from 0% to 100%, such as 2% or 0.02
                    loss=101%    | impairment 'loss=101%': write a share from 0% to 100%, such as 2% or 0.02
                    loss=2ms     | impairment 'loss=2ms': write a share from 0% to 100%, such as 2% or 0.02
                    delay=10     | impairment 'delay=10': write a time such as 10ms; units are ns, us, ms, s
                    delay=-1ms   | impairment 'delay=-1ms': write a time such as 10ms; units are ns, us, ms, s
                    rate=fast    | impairment 'rate=fast': write a rate such as 100mbit; units are bit, kbit, mbit, gbit
                    queue=0      | impairment 'queue=0': write a whole number from 1 to 1000000
                    seed=abc     | impairment 'seed=abc': write a whole number
                    speed=1      | impairment 'speed=1': there is no such key; keys are loss, duplicate, reorder, corrupt, delay, jitter, rate, queue, seed
                    loss         | impairment 'loss': write KEY=VALUE; keys are loss, duplicate, reorder, corrupt, delay, jitter, rate, queue, seed
                    in:loss=x    | impairment 'loss=x': write a share from 0% to 100%, such as 2% or 0.02
                    """)
    void saysWhatIsWrongAndWhatIsRight(final String text, final String message) {
        final Exception e = assertThrows(IllegalArgumentException.class, () -> ImpairmentPlan.parse(text));

        assertEquals(message, e.getMessage());
    }
}
