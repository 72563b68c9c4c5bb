package dev.culvert.endpoint.service;

import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import io.netty.buffer.ByteBuf;

/**
 * Gives back what it receives (RFC 862), without copying it. Reads no more while the peer does not take its echo, so that
 * the peer's own window stops it. One instance serves all connections.
 */
final class EchoService implements ConnectionHandler {
    @Override
    public void onReadable(final Connection connection) {
        final ByteBuf text = connection.read();
        if (text != null && !connection.write(text)) {
            connection.pauseReading();
        }
    }

    @Override
    public void onWritable(final Connection connection) {
        connection.resumeReading();
    }

    @Override
    public void onStackClosing(final Connection connection) {
        Drain.INSTANCE.takeOver(connection);
    }
}
