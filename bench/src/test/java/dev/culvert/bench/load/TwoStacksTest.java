package dev.culvert.bench.load;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TwoStacksTest {
    @ParameterizedTest
    @EnumSource
    void whatOneSendsTheOtherTakesWithoutLoss(final Delivery delivery) {
        final TwoStacks stacks = new TwoStacks(delivery);
        final long before = stacks.received();
        stacks.take(10 << 20);
        stacks.check();
        assertTrue(stacks.received() - before >= 10 << 20);
    }
}
