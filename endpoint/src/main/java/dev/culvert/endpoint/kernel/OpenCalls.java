package dev.culvert.endpoint.kernel;

import dev.culvert.kit.posix.SystemCall;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** System calls on threads of their own, so that one may block while the script goes on. One thread's. */
final class OpenCalls implements AutoCloseable {
    /** How long a call is waited for before it counts as one that blocks for now. */
    private static final long AT_ONCE_US = 1_000;

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        final Thread thread = new Thread(task, "culvert-kernel-call");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Open> open = new ArrayList<>();
    private long finished;

    /** A call on its way. The thread writes before it counts down, the script reads after that. */
    private static final class Open {
        private final SystemCall call;
        private final Consumer<SystemCall> then;
        private final CountDownLatch done = new CountDownLatch(1);
        private int result;
        private long endNs;

        Open(final SystemCall call, final Consumer<SystemCall> then) {
            this.call = call;
            this.then = then;
        }

        void run(final IntSupplier kernel) {
            result = kernel.getAsInt();
            endNs = System.nanoTime();
            done.countDown();
        }
    }

    SystemCall make(final String name, final IntSupplier kernel) {
        return make(name, kernel, call -> {});
    }

    /** Makes a call; {@code then} takes what the kernel has written, when it has returned. */
    SystemCall make(final String name, final IntSupplier kernel, final Consumer<SystemCall> then) {
        final Open made = new Open(new SystemCall(name, System.nanoTime()), then);
        open.add(made);
        threads.execute(() -> made.run(kernel));
        try {
            if (made.done.await(AT_ONCE_US, TimeUnit.MICROSECONDS)) {
                settle();
            }
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return made.call;
    }

    /** Makes a call that never blocks; it has ended on return, however busy the machine is. */
    SystemCall makeNow(final String name, final IntSupplier kernel, final Consumer<SystemCall> then) {
        final Open made = new Open(new SystemCall(name, System.nanoTime()), then);
        made.run(kernel);
        open.add(made);
        settle();
        return made.call;
    }

    /** Ends the calls that have returned. */
    void settle() {
        for (final Iterator<Open> each = open.iterator(); each.hasNext(); ) {
            final Open made = each.next();
            if (made.done.getCount() == 0) {
                each.remove();
                end(made.call, made.result, made.endNs);
                made.then.accept(made.call);
                finished++;
            }
        }
    }

    /** Gives a call the result that the kernel's own convention puts into one number. */
    static SystemCall end(final SystemCall call, final int result, final long atNs) {
        return result < 0 ? call.fail(-result, atNs) : call.finish(result, atNs);
    }

    /** How many calls have ended so far. */
    long finished() {
        return finished;
    }

    static void pause(final long forNs) {
        LockSupport.parkNanos(forNs);
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
