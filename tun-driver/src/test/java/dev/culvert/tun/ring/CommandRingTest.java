package dev.culvert.tun.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CommandRingTest {
    private final AtomicInteger wakeUps = new AtomicInteger();
    private final List<Throwable> failures = new ArrayList<>();
    private final CommandRing ring = new CommandRing(wakeUps::incrementAndGet, failures::add);

    @Test
    void tasksAreBoundedAndRunInOrder() {
        final List<Integer> order = new ArrayList<>();
        for (int i = 0; i < CommandRing.MAX_TASKS; i++) {
            final int number = i;
            assertTrue(ring.offer(() -> order.add(number)));
        }
        assertFalse(ring.offer(() -> order.add(-1)));

        int drained = 0;
        while (drained < CommandRing.MAX_TASKS) {
            drained += ring.drain(100);
        }

        assertEquals(CommandRing.MAX_TASKS, order.size());
        assertEquals(CommandRing.MAX_TASKS - 1, order.get(order.size() - 1));
        assertEquals(0, ring.drain(100));
    }

    @Test
    void onlyASleepingLoopIsWoken() {
        ring.offer(() -> {});
        assertEquals(0, wakeUps.get());
        assertFalse(ring.fallAsleep(), "something waits already");
        ring.drain(10);
        assertTrue(ring.fallAsleep());
        ring.ring(ring.newId());
        assertEquals(1, wakeUps.get());
        ring.wokenUp();
        ring.ring(ring.newId());
        assertEquals(1, wakeUps.get());
    }

    @Test
    void bellsReachTheirTargetUntilItLeaves() {
        final AtomicInteger heard = new AtomicInteger();
        final long id = ring.newId();
        ring.register(id, heard::incrementAndGet);
        ring.ring(id);
        ring.ring(ring.newId());
        assertEquals(2, ring.drain(10));
        assertEquals(1, heard.get());
        ring.unregister(id);
        ring.ring(id);
        ring.drain(10);
        assertEquals(1, heard.get());
    }

    @Test
    void aTaskThatThrowsHurtsNoOther() {
        final AtomicInteger done = new AtomicInteger();
        ring.offer(() -> {
            throw new IllegalStateException("broken");
        });
        ring.offer(done::incrementAndGet);
        ring.drain(10);
        assertEquals(1, done.get());
        assertEquals(1, failures.size());
    }

    @Test
    void bellsAreBounded() {
        final Doorbells bells = new Doorbells(1 << 10);
        int rung = 0;
        while (bells.ring(7)) {
            rung++;
        }
        assertEquals((1 << 10) / 16, rung);
        final AtomicInteger heard = new AtomicInteger();
        while (bells.drain(id -> heard.incrementAndGet(), 10) > 0) {
            assertTrue(heard.get() <= rung);
        }
        assertEquals(rung, heard.get());
        assertTrue(bells.isEmpty());
        assertTrue(bells.ring(8));
    }
}
