package dev.culvert.tun;

import dev.culvert.env.Errno;

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

    /** The stack stops by itself, mostly because its device has gone; every connection ends with {@code error}. */
    default void onStackFailure(final String reason, final int error) {
        System.getLogger("dev.culvert")
                .log(System.Logger.Level.ERROR, reason + "; connections end with " + Errno.name(error));
    }
}
