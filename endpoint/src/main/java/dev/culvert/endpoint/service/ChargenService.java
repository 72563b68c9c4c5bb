package dev.culvert.endpoint.service;

import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Sends the printing characters of ASCII in lines of 72, each beginning one character later, for as long as the peer takes
 * them, and throws away what it receives (RFC 864). All connections send from the same memory.
 */
final class ChargenService implements ConnectionHandler {
    private static final int LINE = 72;
    private static final int FIRST = ' ';
    private static final int PRINTING = 95;
    /** How often the pattern, which repeats after 95 lines, stands in the buffer: close to 64 KiB. */
    private static final int REPEATS = 9;

    private final ByteBuf pattern = Unpooled.unreleasableBuffer(pattern());

    private static ByteBuf pattern() {
        final ByteBuf buffer = Unpooled.directBuffer(REPEATS * PRINTING * (LINE + 2));
        for (int line = 0; line < REPEATS * PRINTING; line++) {
            for (int i = 0; i < LINE; i++) {
                buffer.writeByte(FIRST + (line + i) % PRINTING);
            }
            buffer.writeByte('\r').writeByte('\n');
        }
        return buffer;
    }

    @Override
    public void onConnected(final Connection connection) {
        onWritable(connection);
    }

    @Override
    public void onWritable(final Connection connection) {
        while (connection.isWritable()) {
            connection.write(pattern.duplicate());
        }
    }

    @Override
    public void onReadable(final Connection connection) {
        Drain.INSTANCE.onReadable(connection);
    }

    @Override
    public void onStackClosing(final Connection connection) {
        Drain.INSTANCE.takeOver(connection);
    }
}
