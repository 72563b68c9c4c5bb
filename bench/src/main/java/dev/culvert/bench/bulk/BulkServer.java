package dev.culvert.bench.bulk;

import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.CulvertStack;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;

/** What Culvert does: sends so many bytes out of the same memory and closes, or throws away what comes. */
final class BulkServer implements ConnectionHandler {
    private static final int CHUNK = 1 << 16;
    private static final ByteBuf TEXT =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(CHUNK).writeZero(CHUNK));

    private long left;

    private BulkServer(final long left) {
        this.left = left;
    }

    /** Listens on the ports of both directions. */
    static void listen(final CulvertStack stack, final long bytes) throws IOException {
        stack.listen(Direction.DOWN.port, 1, null, connection -> new BulkServer(bytes));
        stack.listen(Direction.UP.port, 1, null, connection -> new BulkServer(0));
    }

    @Override
    public void onConnected(final Connection connection) {
        onWritable(connection);
    }

    @Override
    public void onWritable(final Connection connection) {
        while (left > 0 && connection.isWritable()) {
            final int step = (int) Math.min(left, CHUNK);
            connection.write(TEXT.slice(0, step));
            left -= step;
            if (left == 0) {
                connection.close();
            }
        }
    }

    @Override
    public void onPeerClosed(final Connection connection) {
        if (left == 0) {
            connection.close();
        }
    }

    @Override
    public void onReadable(final Connection connection) {
        connection.read().release();
    }
}
