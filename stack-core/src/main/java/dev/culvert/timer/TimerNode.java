package dev.culvert.timer;

import java.util.Arrays;

/**
 * The timers of one connection: an exact deadline for each {@link TimerKind} and one place in the wheel, at or before the
 * earliest of them. Moving a deadline later only writes a field; the wheel notices when it gets there.
 */
public final class TimerNode {
    /** The timer is not running. */
    public static final long NEVER = Long.MAX_VALUE;

    final long[] deadlineNs = new long[TimerKind.COUNT];
    TimerNode previous;
    TimerNode next;
    long armedNs = NEVER;
    int slot = -1;
    private final Object owner;

    /** No timer runs. {@code owner} is whom the timers are for. */
    public TimerNode(final Object owner) {
        this.owner = owner;
        Arrays.fill(deadlineNs, NEVER);
    }

    /** Whom the timers are for. */
    public Object owner() {
        return owner;
    }

    /** When this timer fires, or {@link #NEVER}. */
    public long deadlineNs(final TimerKind kind) {
        return deadlineNs[kind.ordinal()];
    }

    /** Whether this timer runs. */
    public boolean isRunning(final TimerKind kind) {
        return deadlineNs[kind.ordinal()] != NEVER;
    }

    /** Stops this timer. */
    public void cancel(final TimerKind kind) {
        deadlineNs[kind.ordinal()] = NEVER;
    }

    long earliestNs() {
        long earliest = NEVER;
        for (final long deadline : deadlineNs) {
            earliest = Math.min(earliest, deadline);
        }
        return earliest;
    }

    void cancelAll() {
        Arrays.fill(deadlineNs, NEVER);
    }
}
