package dev.culvert.tun.stream;

import dev.culvert.tun.CulvertStack;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A thread that waits until the stack has done something. One thread waits at a time; the stack's thread wakes it. */
final class Waiting {
    /** Looks up from time to time all the same, should the stack have stopped without a word. */
    private static final long SLICE_NS = 100_000_000;

    private final CulvertStack stack;
    private volatile Thread waiter;

    Waiting(final CulvertStack stack) {
        this.stack = stack;
    }

    /** Something has changed. Stack's thread. */
    void wake() {
        final Thread thread = waiter;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** Waits until the condition holds; false when the time was over before. {@code timeoutNs} 0: without limit. */
    boolean until(final BooleanSupplier condition, final long timeoutNs) throws IOException {
        if (condition.getAsBoolean()) {
            return true;
        }
        if (stack.inLoop()) {
            throw new IllegalStateException("blocking calls on the stack's own thread would wait for ever");
        }
        final long startNs = System.nanoTime();
        waiter = Thread.currentThread();
        try {
            while (!condition.getAsBoolean()) {
                final long leftNs = timeoutNs == 0 ? SLICE_NS : timeoutNs - (System.nanoTime() - startNs);
                if (leftNs <= 0) {
                    return false;
                }
                rest(Math.min(leftNs, SLICE_NS));
            }
            return true;
        } finally {
            waiter = null;
        }
    }

    private void rest(final long ns) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while waiting for a connection");
        }
        if (stack.isStopped()) {
            throw Failures.stopped(stack);
        }
        LockSupport.parkNanos(this, ns);
    }
}
