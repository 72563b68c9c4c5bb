package dev.culvert.tun.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.shim.LibC;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SleeperTest {
    private final UnsafeBuffer eight = new UnsafeBuffer(BufferUtil.allocateDirectAligned(8, 8));
    private final int descriptor = LibC.eventfd(0, LibC.O_NONBLOCK);
    private final Sleeper sleeper = new Sleeper(descriptor, eventfd());

    /** eventfd(2) as the kernel under test has it. */
    IntUnaryOperator eventfd() {
        return flags -> LibC.eventfd(0, flags);
    }

    @AfterEach
    void close() {
        sleeper.close();
        LibC.close(descriptor);
    }

    private void makeReadable() {
        eight.putLong(0, 1);
        assertEquals(8, LibC.write(descriptor, eight.addressOffset(), 8));
    }

    @Test
    void returnsFalseWhenTheTimeIsOver() {
        assertFalse(sleeper.await(0));
        assertFalse(sleeper.await(-5));
        assertFalse(sleeper.await(1_000));
    }

    @Test
    void returnsTrueAsLongAsTheDescriptorIsReadable() {
        makeReadable();

        assertTrue(sleeper.await(Long.MAX_VALUE));
        assertTrue(sleeper.await(Long.MAX_VALUE));
    }

    @Test
    void aWakeUpBeforeTheSleepIsNotLostAndCountsOnce() {
        sleeper.wakeUp();
        sleeper.wakeUp();

        assertTrue(sleeper.await(Long.MAX_VALUE));
        assertFalse(sleeper.await(0));
        sleeper.wakeUp();
        assertTrue(sleeper.await(Long.MAX_VALUE));
    }

    @Test
    void aForgottenDescriptorDoesNotWake() {
        makeReadable();
        sleeper.forgetDescriptor();

        assertFalse(sleeper.await(0));
        sleeper.wakeUp();
        assertTrue(sleeper.await(Long.MAX_VALUE));
    }

    @Test
    void noWakeUpFromOtherThreadsIsEverLost() throws InterruptedException {
        final int rounds = 20_000;
        final AtomicInteger produced = new AtomicInteger();
        final Thread producer = new Thread(() -> {
            for (int i = 1; i <= rounds; i++) {
                produced.lazySet(i);
                sleeper.wakeUp();
            }
        });
        producer.start();
        int seen = 0;
        while (seen < rounds) { // a lost wake-up would sleep here for ever
            assertTrue(sleeper.await(Long.MAX_VALUE));
            seen = produced.get();
        }
        producer.join();
    }

    @Test
    void wakingAClosedOneIsHarmless() {
        final Sleeper closed = new Sleeper(descriptor, eventfd());
        closed.close();
        closed.wakeUp();
        final int next = LibC.eventfd(0, LibC.O_NONBLOCK);
        closed.wakeUp();

        assertEquals(-LibC.EAGAIN, LibC.read(next, eight.addressOffset(), 8), "nothing was written to a stranger");
        LibC.close(next);
    }
}
