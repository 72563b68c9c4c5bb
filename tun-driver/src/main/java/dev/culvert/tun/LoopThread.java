package dev.culvert.tun;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Which thread a loop belongs to. Until somebody drives the loop, a caller may enter it for the length of one call, so that
 * listeners can be set up before the start.
 */
final class LoopThread {
    private final AtomicReference<Thread> inside = new AtomicReference<>();
    private volatile Thread driver;

    /** Whether the calling thread is inside. */
    boolean isMine() {
        return inside.get() == Thread.currentThread();
    }

    /** Whether somebody drives the loop. */
    boolean isDriven() {
        return driver != null;
    }

    /** Enters for one call, if nobody is inside. */
    boolean tryEnter() {
        return driver == null && inside.compareAndSet(null, Thread.currentThread());
    }

    /** Leaves again, after {@link #tryEnter}. */
    void leave() {
        if (driver != Thread.currentThread()) {
            inside.set(null);
        }
    }

    /** Makes a thread the driver for good, as soon as a visitor has left. */
    void driveBy(final Thread thread) {
        while (driver != thread) {
            if (driver != null) {
                throw new IllegalStateException("another thread drives this stack: " + driver.getName());
            }
            if (isMine() || inside.compareAndSet(null, thread)) {
                inside.set(thread);
                driver = thread;
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
