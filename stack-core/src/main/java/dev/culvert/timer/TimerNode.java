package dev.culvert.timer;

/**
 * The timers of one connection: an exact deadline for each {@link TimerKind} and one place in the wheel, at or before the
 * earliest of them. Moving a deadline later only writes a field; the wheel notices when it gets there.
 */
public final class TimerNode {
    /** The timer is not running. */
    public static final long NEVER = Long.MAX_VALUE;

    /** By {@link TimerKind}; null while none runs: lent by {@link ShardTimers}. */
    long[] deadlineNs;

    TimerNode previous;
    TimerNode next;
    long armedNs = NEVER;
    int slot = -1;
    private final Object owner;

    /** No timer runs. {@code owner} is whom the timers are for. */
    public TimerNode(final Object owner) {
        this.owner = owner;
    }

    /** Whom the timers are for. */
    public Object owner() {
        return owner;
    }

    /** When this timer fires, or {@link #NEVER}. */
    public long deadlineNs(final TimerKind kind) {
        return deadlineNs == null ? NEVER : deadlineNs[kind.ordinal()];
    }

    /** Whether this timer runs. */
    public boolean isRunning(final TimerKind kind) {
        return deadlineNs(kind) != NEVER;
    }

    /** Stops this timer. */
    public void cancel(final TimerKind kind) {
        if (deadlineNs != null) {
            deadlineNs[kind.ordinal()] = NEVER;
        }
    }

    long earliestNs() {
        long earliest = NEVER;
        if (deadlineNs == null) {
            return earliest;
        }
        for (final long deadline : deadlineNs) {
            earliest = Math.min(earliest, deadline);
        }
        return earliest;
    }
}
