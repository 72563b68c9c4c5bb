package dev.culvert.endpoint.service;

import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;

/**
 * Throws away what it receives until the peer closes: the discard service (RFC 863), and the end of every other one. A plain
 * close would answer text that is still under way with a reset, which can overtake what the peer has not read yet
 * (RFC 9112 §9.6). One instance serves all connections.
 */
public final class Drain implements ConnectionHandler {
    /** The only instance. */
    public static final Drain INSTANCE = new Drain();

    private Drain() {}

    /** Sends a FIN after what was written, and waits for the peer's. */
    public void takeOver(final Connection connection) {
        connection.handler(this);
        connection.shutdownWrite();
        connection.resumeReading();
    }

    /** Whether the peer has acknowledged our FIN, and with it everything that was written before. */
    public static boolean isDelivered(final Connection connection) {
        return switch (connection.state()) {
            case FIN_WAIT_2, TIME_WAIT, CLOSED -> true;
            case LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, CLOSE_WAIT, CLOSING, LAST_ACK -> false;
        };
    }

    @Override
    public void onReadable(final Connection connection) {
        connection.skip(connection.readableBytes());
    }

    /** Not a close, so that the connection shows what it still has to deliver until it has ended. */
    @Override
    public void onPeerClosed(final Connection connection) {
        connection.shutdownWrite();
    }

    @Override
    public void onStackClosing(final Connection connection) {
        connection.shutdownWrite();
    }
}
