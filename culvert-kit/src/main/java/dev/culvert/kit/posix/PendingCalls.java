package dev.culvert.kit.posix;

import java.util.ArrayList;
import java.util.List;

/** Calls that block, in the order in which they were made. They try again whenever something happened. Single-threaded. */
final class PendingCalls {
    /** Tries to finish a call; leaves it open when it must go on waiting. */
    @FunctionalInterface
    interface Attempt {
        void run(SystemCall call);
    }

    /** No time limit. */
    static final long NEVER = Long.MAX_VALUE;

    private record Waiting(SystemCall call, Attempt attempt, long deadlineNs, Attempt timeout) {}

    private final List<Waiting> waiting = new ArrayList<>();
    private long finished;

    /** Lets a call wait; {@code timeout} finishes it when its time has come. */
    SystemCall add(final SystemCall call, final Attempt attempt, final long deadlineNs, final Attempt timeout) {
        waiting.add(new Waiting(call, attempt, deadlineNs, timeout));
        return call;
    }

    /** Lets every call try again; those whose time is up end. */
    void retry(final long nowNs) {
        for (final Waiting one : List.copyOf(waiting)) {
            one.attempt.run(one.call);
            if (!one.call.isFinished() && one.deadlineNs <= nowNs) {
                one.timeout.run(one.call);
            }
            if (one.call.isFinished()) {
                waiting.remove(one);
                finished++;
            }
        }
    }

    /** When the next call gives up; {@link #NEVER}: none does. */
    long nextDeadlineNs() {
        return waiting.stream().mapToLong(Waiting::deadlineNs).min().orElse(NEVER);
    }

    /** How many have finished after waiting. */
    long finished() {
        return finished;
    }

    void clear() {
        waiting.clear();
    }
}
