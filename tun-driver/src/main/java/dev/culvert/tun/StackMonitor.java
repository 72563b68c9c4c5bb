package dev.culvert.tun;

import dev.culvert.env.Errno;
import dev.culvert.tcp.TimeWaitOverflow;

/**
 * Hears what operators care about: connections that come and go, handlers that fail, a device that vanishes. Called on the
 * stack's thread; must not block.
 */
public interface StackMonitor {
    /** Watches nothing but failures, which go to the {@code System.Logger} named {@code dev.culvert}. */
    StackMonitor NONE = new StackMonitor() {};

    /** A connection was established: {@code passive} when it was accepted. */
    default void onOpened(final Connection connection, final boolean passive) {}

    /** A connection ended; {@code error} 0: in good order. Byte counts are what the application wrote and read. */
    default void onClosed(final Connection connection, final int error, final long written, final long read) {}

    /** A handler threw and its connection has been aborted; or, where {@code connection} is null, a task threw. */
    default void onHandlerFailure(final Connection connection, final Throwable failure) {
        final String what =
                connection == null ? "task failed" : "handler of " + connection + " failed; connection aborted";
        System.getLogger("dev.culvert").log(System.Logger.Level.ERROR, what, failure);
    }

    /**
     * There was no room for more connections in TIME-WAIT: told at once and then at most every 10 s.
     *
     * @param connections how many since this was last told
     * @param cap connections in TIME-WAIT at most; memory may allow fewer
     * @param policy what became of them, or of others in their place
     */
    default void onTimeWaitFull(final long connections, final int cap, final TimeWaitOverflow policy) {
        System.getLogger("dev.culvert").log(System.Logger.Level.WARNING, timeWaitFull(connections, cap, policy));
    }

    /** That in words. */
    static String timeWaitFull(final long connections, final int cap, final TimeWaitOverflow policy) {
        final String outcome = switch (policy) {
            case DROP_NEW -> " ended without it";
            case DROP_OLDEST -> " took the place of the oldest";
            case RESET -> " ended by a reset";
        };
        return "TIME-WAIT is full (" + cap + " at most, " + policy.word() + "): " + connections
                + (connections == 1 ? " connection" : " connections") + outcome;
    }

    /** The stack stops by itself, mostly because its device has gone; every connection ends with {@code error}. */
    default void onStackFailure(final String reason, final int error) {
        System.getLogger("dev.culvert")
                .log(System.Logger.Level.ERROR, reason + "; connections end with " + Errno.name(error));
    }
}
