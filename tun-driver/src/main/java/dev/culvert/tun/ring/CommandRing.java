package dev.culvert.tun.ring;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * What other threads ask of a loop: rare tasks as objects and frequent bells as numbers, both bounded. Wakes the loop only
 * when it sleeps. Any thread asks; the loop's thread drains.
 */
public final class CommandRing {
    /** Tasks that may wait. */
    public static final int MAX_TASKS = 1_024;

    private static final int BELL_RING_BYTES = 1 << 18;

    private final ManyToOneConcurrentArrayQueue<Runnable> tasks = new ManyToOneConcurrentArrayQueue<>(MAX_TASKS);
    private final Doorbells bells = new Doorbells(BELL_RING_BYTES);
    private final Long2ObjectHashMap<Runnable> targets = new Long2ObjectHashMap<>();
    private final LongConsumer answer = this::answer;
    private final AtomicLong lastId = new AtomicLong();
    private final Runnable wakeUp;
    private final Consumer<Throwable> onFailure;
    private volatile boolean asleep;

    /** With what wakes the loop from its sleep, and who hears of a task or bell that throws. */
    public CommandRing(final Runnable wakeUp, final Consumer<Throwable> onFailure) {
        this.wakeUp = wakeUp;
        this.onFailure = onFailure;
    }

    /** Asks for a task to be run; false when too many wait. Any thread. */
    public boolean offer(final Runnable task) {
        final boolean taken = tasks.offer(task);
        wakeIfAsleep();
        return taken;
    }

    /** Rings for a target; false when the ring is full. Any thread. A target that is not registered hears nothing. */
    public boolean ring(final long id) {
        final boolean rung = bells.ring(id);
        wakeIfAsleep();
        return rung;
    }

    /** Wakes the loop if it sleeps: there is something for it elsewhere. Any thread, after it has put it there. */
    public void wakeIfAsleep() {
        if (asleep) {
            wakeUp.run();
        }
    }

    /** An identifier for {@link #register}. Any thread. */
    public long newId() {
        return lastId.incrementAndGet();
    }

    /** Lets a target hear its bells, from now on. Loop's thread. */
    public void register(final long id, final Runnable target) {
        targets.put(id, target);
    }

    /** Bells of this target are ignored from now on. Loop's thread. */
    public void unregister(final long id) {
        targets.remove(id);
    }

    /** Runs up to {@code limit} tasks and answers up to {@code limit} bells; returns how many. Loop's thread. */
    public int drain(final int limit) {
        return drainTasks(limit) + bells.drain(answer, limit);
    }

    /** Runs up to {@code limit} tasks; returns how many. Loop's thread, from within another task too. */
    public int drainTasks(final int limit) {
        int done = 0;
        Runnable task;
        while (done < limit && (task = tasks.poll()) != null) {
            done++;
            run(task);
        }
        return done;
    }

    private void run(final Runnable task) {
        try {
            task.run();
        } catch (final RuntimeException | Error failure) {
            onFailure.accept(failure);
        }
    }

    private void answer(final long id) {
        final Runnable target = targets.get(id);
        if (target != null) {
            run(target);
        }
    }

    /**
     * Announces that the loop is about to sleep, so that whoever asks wakes it. Loop's thread.
     *
     * @return false when somebody has asked already: do not sleep
     */
    public boolean fallAsleep() {
        asleep = true; // a volatile write before the look at the rings: the other side writes, then looks at this
        if (tasks.isEmpty() && bells.isEmpty()) {
            return true;
        }
        asleep = false;
        return false;
    }

    /** The loop is awake again. Loop's thread. */
    public void wokenUp() {
        asleep = false;
    }
}
