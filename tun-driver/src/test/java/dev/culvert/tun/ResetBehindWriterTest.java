package dev.culvert.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.env.Errno;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both stacks are driven in turn by this thread, so that what comes in one round is known. */
class ResetBehindWriterTest {
    private static final int PORT = 19;
    private static final int ROUNDS = 32;

    private final MemoryLink link = new MemoryLink(1_500);
    private final CulvertStack client = stack(link.left, StackPair.LEFT_V4);
    private final CulvertStack server = stack(link.right, StackPair.RIGHT_V4);

    private static CulvertStack stack(final MemoryLink.Device device, final String address) {
        return CulvertStack.builder()
                .device(device)
                .name(device.name())
                .address(address)
                .clock(() -> 1_000_000_000L)
                .build();
    }

    @AfterEach
    void close() {
        client.shutdown(Duration.ZERO);
        server.shutdown(Duration.ZERO);
        drive();
        assertTrue(client.isStopped() && server.isStopped());
    }

    private void drive() {
        for (int i = 0; i < ROUNDS; i++) {
            client.doWork();
            server.doWork();
        }
    }

    /** Writes as long as it may; far more than any buffer holds is too much. */
    private static final class Source implements ConnectionHandler {
        private static final int PIECE = 1 << 16;
        private static final int MOST_PIECES = 10_000;

        private Connection connection;
        private int pieces;
        private int ended = -1;

        @Override
        public void onConnected(final Connection opened) {
            connection = opened;
            onWritable(opened);
        }

        @Override
        public void onWritable(final Connection writable) {
            while (writable.isWritable() && pieces < MOST_PIECES) {
                final boolean more = writable.write(Unpooled.wrappedBuffer(new byte[PIECE]));
                assertEquals(writable.isWritable(), more);
                pieces++;
            }
        }

        @Override
        public void onReadable(final Connection readable) {}

        @Override
        public void onClosed(final Connection closed, final int error) {
            ended = error;
        }
    }

    /** The reset is known to the stack before it is told; a writer that looks at its connection in between must not write for ever. */
    @Test
    void whoeverWritesForAsLongAsHeMayEndsWithTheConnection() throws Exception {
        final Source source = new Source();
        server.listen(PORT, connection -> source);
        final Connection reader = client.connect(TransportAddress.of(StackPair.RIGHT_V4, PORT), connection -> {});
        drive();
        assertFalse(source.connection.isWritable(), "nobody reads, so the buffers are full");
        final int before = source.pieces;

        reader.abort();
        client.doWork();
        source.connection.handler(source); // asks for a look in the round in which the reset comes
        server.doWork();

        assertTrue(source.pieces <= before + 1, source.pieces - before + " pieces for a connection that has ended");
        assertEquals(Errno.ECONNRESET, source.ended);
    }
}
