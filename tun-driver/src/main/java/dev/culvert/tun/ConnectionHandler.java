package dev.culvert.tun;

/**
 * What an application does with its connections. All calls for one connection come one after the other on one thread,
 * never under a lock and never from inside a method of {@link Connection}. Calls must not block: nothing else on the
 * stack moves meanwhile.
 *
 * <p>The order is: {@link #onConnected} once, then any of the others, and {@link #onClosed} exactly once and last.
 * Without {@code onConnected} before it, {@code onClosed} means that the connection could not be opened. An exception
 * aborts the connection (the peer gets a reset) and touches no other one.
 */
public interface ConnectionHandler {
    /** The handshake is complete. */
    default void onConnected(final Connection connection) {}

    /**
     * There is text to {@link Connection#read}. Level-triggered: comes again, at once or in the next round of the loop, as long as
     * text is left and the previous call has read some of it, so that one read per call is enough. Text that is left
     * unread closes the window and thereby slows the peer down. {@link Connection#pauseReading} stops these calls.
     */
    void onReadable(Connection connection);

    /** After {@link Connection#write} has answered false: there is room again. */
    default void onWritable(final Connection connection) {}

    /**
     * The peer has closed its side and everything that it sent has been read. Writing goes on to be possible. Unless
     * overridden, the connection is closed.
     */
    default void onPeerClosed(final Connection connection) {
        connection.close();
    }

    /**
     * The connection has ended; called once, whoever ended it. Text that came before a reset can be read here for the
     * last time.
     *
     * @param error 0: in good order; else the {@code dev.culvert.env.Errno} that says why
     */
    default void onClosed(final Connection connection, final int error) {}

    /** Trouble that does not end the connection, such as an ICMP error or retransmissions without an answer. */
    default void onSoftError(final Connection connection, final int error) {}

    /**
     * The stack is about to stop and resets what is still open after its grace period. Unless overridden, the connection is
     * closed, which delivers what was written.
     */
    default void onStackClosing(final Connection connection) {
        connection.close();
    }
}
