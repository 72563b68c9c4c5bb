package dev.culvert.endpoint.run;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** What happens to a running program, in order. Somebody who presses Ctrl-C more often than we can look loses some. */
public final class Events {
    private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(64);

    /** Something happened. Any thread; never waits. */
    public void happened(final Event event) {
        waiting.offer(event);
    }

    /** Waits for the next one. */
    public Event next() throws InterruptedException {
        return waiting.take();
    }
}
