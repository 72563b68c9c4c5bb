package dev.culvert.tun;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One call of another thread into a loop, waited for. */
final class StackCall<T> {
    private static final int RETRY_MS = 10;

    private final StackLoop loop;
    private final FutureTask<T> task;

    StackCall(final StackLoop loop, final Callable<T> task) {
        this.loop = loop;
        this.task = new FutureTask<>(task);
    }

    /** Runs the task on the loop's thread, or here while nobody drives the loop, and returns its result. */
    T await() throws IOException {
        checkAlive();
        if (loop.thread.isMine()) {
            task.run();
        } else {
            hand();
        }
        try {
            return task.get();
        } catch (final InterruptedException interrupted) {
            throw interrupted();
        } catch (final ExecutionException failed) {
            throw rethrown(failed.getCause());
        }
    }

    private void hand() throws IOException {
        boolean handed = false;
        while (!task.isDone()) {
            checkAlive();
            if (loop.tryEnter()) {
                try {
                    task.run(); // a second run, by the loop, does nothing
                } finally {
                    loop.leave();
                }
                return;
            }
            handed = handed || loop.execute(task);
            rest();
        }
    }

    private void checkAlive() throws IOException {
        if (loop.isStopped()) {
            final String reason = loop.failure();
            throw new IOException(reason == null ? "the stack has stopped" : "the stack has stopped: " + reason);
        }
    }

    private void rest() throws IOException {
        if (loop.loops.current() != null) {
            loop.loops.relax();
            return;
        }
        try {
            task.get(RETRY_MS, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException interrupted) {
            throw interrupted();
        } catch (final TimeoutException | ExecutionException later) {
            // looked at by the caller
        }
    }

    private static IOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for the stack");
    }

    private static IOException rethrown(final Throwable cause) {
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause);
    }
}
