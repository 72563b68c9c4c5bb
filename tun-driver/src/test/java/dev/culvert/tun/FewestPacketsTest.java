package dev.culvert.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.tcp.TcpConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How many packets a stack sends for what its application does. Two stacks are driven in turn by this thread, the clock stands
 * still: nothing depends on how fast the machine is, and what waits for a timer is never sent.
 */
class FewestPacketsTest {
    private static final int PORT = 80;
    private static final int MANY_ROUNDS = 64;

    private final MemoryLink link = new MemoryLink(1_500);
    private final CulvertStack client = stack(link.left, StackPair.LEFT_V4);
    private final CulvertStack server = stack(link.right, StackPair.RIGHT_V4);

    private static CulvertStack stack(final MemoryLink.Device device, final String address) {
        return CulvertStack.builder()
                .device(device)
                .name(device.name())
                .address(address)
                .clock(() -> 1_000_000_000L)
                .tcp(TcpConfig.DEFAULT)
                .build();
    }

    @AfterEach
    void close() {
        client.shutdown(Duration.ZERO);
        server.shutdown(Duration.ZERO);
        drive();
        assertTrue(client.isStopped() && server.isStopped());
    }

    /** Lets both do what they have to do until neither has anything left. */
    private void drive() {
        for (int i = 0; i < MANY_ROUNDS; i++) {
            client.doWork();
            server.doWork();
        }
    }

    private static ByteBuf bytes(final int count) {
        return Unpooled.wrappedBuffer(new byte[count]);
    }

    /** Answers whatever comes with so many bytes and closes. */
    private record Responder(int length) implements ConnectionHandler {
        @Override
        public void onReadable(final Connection connection) {
            connection.read().release();
            connection.write(bytes(length));
            connection.close();
        }
    }

    /** Sends a request at once, and closes when the server has. */
    private static final class Requester implements ConnectionHandler {
        private int received;

        @Override
        public void onConnected(final Connection connection) {
            connection.write(Unpooled.copiedBuffer("GET / HTTP/1.0\r\n\r\n", StandardCharsets.US_ASCII));
        }

        @Override
        public void onReadable(final Connection connection) {
            final ByteBuf text = connection.read();
            received += text.readableBytes();
            text.release();
        }

        @Override
        public void onPeerClosed(final Connection connection) {
            connection.close();
        }
    }

    /** SYN-ACK; the response with the ACK of the request and the FIN; the last ACK. */
    @ParameterizedTest
    @ValueSource(ints = {1, 100, 1_448})
    void aShortConnectionThatTheServerClosesTakesItThreePackets(final int responseBytes) throws Exception {
        server.listen(PORT, connection -> new Responder(responseBytes));
        final Requester requester = new Requester();
        client.connect(TransportAddress.of(StackPair.RIGHT_V4, PORT), requester);

        drive();

        assertEquals(responseBytes, requester.received);
        assertEquals(1, server.statistics().timeWait(), "the server closed first, and keeps what must be kept");
        assertEquals(3, link.right.transmitted(), "packets of the server");
    }
}
