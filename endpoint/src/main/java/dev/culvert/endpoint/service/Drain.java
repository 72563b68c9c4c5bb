package dev.culvert.endpoint.service;

import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import io.netty.buffer.ByteBuf;

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
        if (connection.isPeerClosed() && connection.readableBytes() == 0) {
            connection.close();
        }
    }

    @Override
    public void onReadable(final Connection connection) {
        final ByteBuf text = connection.read();
        if (text != null) {
            text.release();
        }
    }

    @Override
    public void onStackClosing(final Connection connection) {
        connection.shutdownWrite();
    }
}
