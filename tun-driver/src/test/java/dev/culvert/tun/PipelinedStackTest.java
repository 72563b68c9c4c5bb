package dev.culvert.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.tun.device.PipelinedDevice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two stacks with three threads each. */
@Timeout(60)
class PipelinedStackTest {
    private static final int BYTES = 32 << 20;
    private static final int PIECE = 1 << 16;

    /** Sends so many bytes that count up, as room allows, and closes. */
    private static final class Source implements ConnectionHandler {
        private int sent;

        @Override
        public void onConnected(final Connection connection) {
            onWritable(connection);
        }

        @Override
        public void onReadable(final Connection connection) {
            throw new AssertionError("nobody answers");
        }

        @Override
        public void onWritable(final Connection connection) {
            while (sent < BYTES && connection.isWritable()) {
                final ByteBuffer piece = ByteBuffer.allocate(PIECE);
                for (int i = 0; i < PIECE; i += Integer.BYTES) {
                    piece.putInt(sent + i);
                }
                sent += PIECE;
                connection.write(connection.allocator().directBuffer(PIECE).writeBytes(piece.flip()));
            }
            if (sent == BYTES) {
                connection.close();
            }
        }
    }

    /** Counts what comes; completes with it when the peer has closed. */
    private static final class Sink implements ConnectionHandler {
        final CompletableFuture<Integer> received = new CompletableFuture<>();
        private int position;
        private int number;

        @Override
        public void onReadable(final Connection connection) {
            final ByteBuf text = connection.read();
            final byte[] bytes = ByteBufUtil.getBytes(text); // each access to the buffer itself is recorded for leaks
            for (final byte next : bytes) {
                number = number << Byte.SIZE | next & 0xff;
                position++;
                if (position % Integer.BYTES == 0 && number != position - Integer.BYTES) {
                    received.completeExceptionally(new AssertionError(number + " at " + position));
                }
            }
            text.release();
        }

        @Override
        public void onPeerClosed(final Connection connection) {
            connection.close();
            received.complete(position);
        }
    }

    @Test
    void everyByteArrivesInOrder() throws Exception {
        try (StackPair pair =
                new StackPair(builder -> builder.device(new PipelinedDevice(builder.devices.get(0), 0)))) {
            final Sink sink = new Sink();
            final Listener listener = pair.right.listen(0, connection -> sink);
            pair.left.connect(TransportAddress.of(StackPair.RIGHT_V4, listener.port()), new Source());
            assertEquals(BYTES, sink.received.get(50, TimeUnit.SECONDS));
        }
    }
}
