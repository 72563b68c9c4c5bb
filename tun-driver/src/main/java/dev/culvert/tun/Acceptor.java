package dev.culvert.tun;

/** Gives a handler to each connection that a listener accepts. Called on the thread that will call the handler. */
@FunctionalInterface
public interface Acceptor {
    /**
     * A connection is about to be accepted; {@link ConnectionHandler#onConnected} of the result is called next.
     *
     * @return the handler, one for each connection or one for all; null refuses the connection with a reset
     */
    ConnectionHandler accept(Connection connection);
}
