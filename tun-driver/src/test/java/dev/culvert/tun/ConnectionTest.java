package dev.culvert.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.env.Errno;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers on the stacks' own threads, two stacks joined back to back. */
@Timeout(30)
class ConnectionTest {
    private final StackPair pair = new StackPair();

    @AfterEach
    void close() {
        pair.close();
    }

    private TransportAddress serve(final ConnectionHandler handler) throws Exception {
        final Listener listener = pair.right.listen(0, connection -> handler);
        return TransportAddress.of(StackPair.RIGHT_V4, listener.port());
    }

    private static <T> T get(final CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    /** Writes a text, closes its side and collects what comes back. */
    private static final class Client implements ConnectionHandler {
        final CompletableFuture<String> answer = new CompletableFuture<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();
        private final String request;

        Client(final String request) {
            this.request = request;
        }

        @Override
        public void onConnected(final Connection connection) {
            connection.write(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
            connection.shutdownWrite();
        }

        @Override
        public void onReadable(final Connection connection) {
            final ByteBuf data = connection.read();
            text.append(data.toString(StandardCharsets.US_ASCII));
            data.release();
        }

        @Override
        public void onPeerClosed(final Connection connection) {
            answer.complete(text.toString());
            connection.close();
        }

        @Override
        public void onClosed(final Connection connection, final int error) {
            closed.complete(error);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {StackPair.RIGHT_V4, StackPair.RIGHT_V6})
    void whatIsSentComesBackAndBothSidesClose(final String address) throws Exception {
        final CompletableFuture<Integer> serverClosed = new CompletableFuture<>();
        final Listener listener = pair.right.listen(0, connection -> new ConnectionHandler() {
            @Override
            public void onReadable(final Connection readable) {
                readable.write(readable.read());
            }

            @Override
            public void onClosed(final Connection closed, final int error) {
                serverClosed.complete(error);
            }
        });
        final Client client = new Client("hello");
        final TransportAddress server = TransportAddress.of(address, listener.port());
        final Connection connection = pair.left.connect(server, client);
        assertEquals("hello", get(client.answer));
        assertEquals(Errno.OK, get(client.closed));
        assertEquals(Errno.OK, get(serverClosed));
        assertEquals(server, connection.remoteAddress());
        assertTrue(connection.localAddress().port() > 0);
    }

    @Test
    void textIsSeenWhereItLiesAndTakenWithoutACopy() throws Exception {
        final Client client = new Client("abcde");
        pair.left.connect(serve(new ViewingHandler()), client);
        assertEquals("ab.cd.e.end", get(client.answer));
    }

    @Test
    void aClosedPortRefuses() throws Exception {
        final Client client = new Client("");
        pair.left.connect(TransportAddress.of(StackPair.RIGHT_V4, 4), client);
        assertEquals(Errno.ECONNREFUSED, get(client.closed));
    }

    @Test
    void anAddressWithoutRouteFailsInTheHandlerToo() throws Exception {
        final Client client = new Client("");
        pair.left.connect(
                TransportAddress.of("9.9.9.9", 80), TransportAddress.of(StackPair.RIGHT_V4, 80), null, client);
        assertEquals(Errno.EADDRNOTAVAIL, get(client.closed));
    }

    @Test
    void aTakenPortAndAForeignAddressAreRefusedByName() throws Exception {
        final TransportAddress taken = serve(connection -> {});
        final BindException inUse = assertThrows(BindException.class, () -> pair.right.listen(taken.port(), c -> null));
        assertTrue(inUse.getMessage().contains("the port is taken by a listener on "), inUse.getMessage());
        final TransportAddress foreign = TransportAddress.of("10.9.9.9", 80);
        final BindException notOurs = assertThrows(BindException.class, () -> pair.right.listen(foreign, c -> null));
        assertEquals("10.9.9.9:80: not an address of this stack", notOurs.getMessage());
    }

    @Test
    void aConnectionThatNobodyWantsIsReset() throws Exception {
        final Listener listener = pair.right.listen(0, connection -> null);
        final Client client = new Client("x");
        pair.left.connect(TransportAddress.of(StackPair.RIGHT_V4, listener.port()), client);
        assertEquals(Errno.ECONNRESET, get(client.closed));
    }

    @Test
    void aHandlerThatThrowsLosesItsConnectionAndNothingElse() throws Exception {
        final CompletableFuture<Integer> serverClosed = new CompletableFuture<>();
        final TransportAddress broken = serve(new ConnectionHandler() {
            @Override
            public void onReadable(final Connection connection) {
                throw new IllegalStateException("broken handler");
            }

            @Override
            public void onClosed(final Connection connection, final int error) {
                serverClosed.complete(error);
            }
        });
        final Client client = new Client("x");
        pair.left.connect(broken, client);
        assertEquals(Errno.ECONNRESET, get(client.closed));
        assertEquals(Errno.ECONNABORTED, get(serverClosed));
        assertEquals("broken handler", pair.failures.get(0).getMessage());
        assertEquals(1, pair.failures.size());
        pair.failures.clear();

        final Client next = new Client("y");
        pair.left.connect(serve(connection -> connection.write(connection.read())), next);
        assertEquals("y", get(next.answer));
    }

    @Test
    void aSlowReaderStopsTheWriterAndLosesNothing() throws Exception {
        final int total = 8 << 20;
        final CompletableFuture<Connection> accepted = new CompletableFuture<>();
        final CompletableFuture<Long> received = new CompletableFuture<>();
        final TcpConfig small = TcpConfig.DEFAULT
                .with()
                .receiveBufferBytes(64 << 10)
                .sendBufferBytes(64 << 10)
                .build();
        pair.left.configure(small);
        pair.right.configure(small);
        final TransportAddress server = serve(new ConnectionHandler() {
            private long sum;

            @Override
            public void onConnected(final Connection connection) {
                connection.pauseReading();
                accepted.complete(connection);
            }

            @Override
            public void onReadable(final Connection connection) {
                final ByteBuf data = connection.read();
                sum += data.readableBytes();
                data.release();
            }

            @Override
            public void onPeerClosed(final Connection connection) {
                received.complete(sum);
                connection.close();
            }
        });
        final CompletableFuture<Integer> blockedAt = new CompletableFuture<>();
        pair.left.connect(server, new ConnectionHandler() {
            private int sent;

            @Override
            public void onConnected(final Connection connection) {
                pump(connection);
            }

            @Override
            public void onWritable(final Connection connection) {
                pump(connection);
            }

            private void pump(final Connection connection) {
                boolean goesOn = true;
                while (goesOn && sent < total) {
                    goesOn = connection.write(
                            connection.allocator().directBuffer(32_768).writeZero(32_768));
                    sent += 32_768;
                }
                if (sent == total) {
                    connection.close();
                } else if (sent > 64 << 10) {
                    blockedAt.complete(sent);
                }
            }

            @Override
            public void onReadable(final Connection connection) {}
        });
        final Connection slow = get(accepted);
        assertTrue(get(blockedAt) < 512 << 10, "written before the writer was told to wait: " + get(blockedAt));
        assertTrue(slow.execute(slow::resumeReading));
        assertEquals(total, get(received));
    }

    @Test
    void writingInSpiteOfTheAnswerIsAnError() throws Exception {
        final CompletableFuture<Throwable> refused = new CompletableFuture<>();
        final TransportAddress server = serve(new ConnectionHandler() {
            @Override
            public void onConnected(final Connection connection) {
                connection.pauseReading();
            }

            @Override
            public void onReadable(final Connection connection) {}
        });
        pair.left.connect(server, new ConnectionHandler() {
            @Override
            public void onConnected(final Connection connection) {
                try {
                    for (int i = 0; i < 1_000; i++) {
                        connection.write(
                                connection.allocator().directBuffer(1 << 20).writeZero(1 << 20));
                    }
                } catch (final IllegalStateException thrown) {
                    refused.complete(thrown);
                }
                connection.abort();
                assertFalse(
                        connection.write(connection.allocator().directBuffer(8).writeZero(8)));
            }

            @Override
            public void onReadable(final Connection connection) {}
        });
        assertTrue(get(refused).getMessage().startsWith("16 writes wait already"));
    }

    @Test
    void textIsReadBeforeTheEndIsTold() throws Exception {
        final CompletableFuture<String> order = new CompletableFuture<>();
        final CompletableFuture<Connection> accepted = new CompletableFuture<>();
        final TransportAddress server = serve(new ConnectionHandler() {
            private final StringBuilder seen = new StringBuilder();

            @Override
            public void onConnected(final Connection connection) {
                connection.pauseReading();
                accepted.complete(connection);
            }

            @Override
            public void onReadable(final Connection connection) {
                final ByteBuf data = connection.allocator().directBuffer(2, 2);
                connection.read(data);
                seen.append(data.toString(StandardCharsets.US_ASCII));
                data.release();
            }

            @Override
            public void onPeerClosed(final Connection connection) {
                assertNull(connection.read());
                assertTrue(connection.isPeerClosed());
                seen.append('|');
                connection.write(Unpooled.copiedBuffer("bye", StandardCharsets.US_ASCII));
                connection.close();
            }

            @Override
            public void onClosed(final Connection connection, final int error) {
                order.complete(seen.append(error).toString());
            }
        });
        final Client client = new Client("abcdef");
        pair.left.connect(server, client);
        final Connection slow = get(accepted);
        final CompletableFuture<Boolean> closing = new CompletableFuture<>();
        awaitPeerClose(slow, closing);
        get(closing);
        slow.execute(slow::resumeReading);
        assertEquals("abcdef|0", get(order));
        assertEquals("bye", get(client.answer));
    }

    /** Looks again in every round of the loop until the peer's FIN is there. */
    private static void awaitPeerClose(final Connection connection, final CompletableFuture<Boolean> done) {
        connection.execute(() -> {
            if (connection.isPeerClosed()) {
                assertEquals(TcpState.CLOSE_WAIT, connection.state());
                done.complete(true);
            } else {
                awaitPeerClose(connection, done);
            }
        });
    }

    @Test
    void connectionsBelongToTheirThread() throws Exception {
        final CompletableFuture<Connection> accepted = new CompletableFuture<>();
        final TransportAddress server = serve(new ConnectionHandler() {
            @Override
            public void onConnected(final Connection connection) {
                accepted.complete(connection);
            }

            @Override
            public void onReadable(final Connection connection) {}
        });
        final Client client = new Client("");
        pair.left.connect(server, client);
        final Connection foreign = get(accepted);
        assertThrows(IllegalStateException.class, foreign::readableBytes);
        assertThrows(IllegalStateException.class, foreign::close);
        assertEquals(Errno.OK, get(client.closed));
    }

    @Test
    void aStackTalksToItself() throws Exception {
        final AtomicInteger opened = new AtomicInteger();
        final Listener listener = pair.left.listen(0, connection -> {
            opened.incrementAndGet();
            return readable -> readable.write(readable.read());
        });
        final Client client = new Client("loop");
        pair.left.connect(TransportAddress.of(StackPair.LEFT_V4, listener.port()), client);
        assertEquals("loop", get(client.answer));
        assertEquals(1, opened.get());
        assertEquals(0, pair.link.left.transmitDrops());
    }

    @Test
    void pausedListenersLeaveConnectionsInTheBacklog() throws Exception {
        final AtomicInteger accepted = new AtomicInteger();
        final Listener listener = pair.right.listen(0, connection -> {
            accepted.incrementAndGet();
            return readable -> readable.write(readable.read());
        });
        listener.pauseAccepting();
        final Client client = new Client("patience");
        final CompletableFuture<Boolean> connected = new CompletableFuture<>();
        final Connection connection =
                pair.left.connect(TransportAddress.of(StackPair.RIGHT_V4, listener.port()), client);
        awaitState(connection, TcpState.FIN_WAIT_2, connected);
        get(connected);
        assertEquals(0, accepted.get());
        listener.resumeAccepting();
        assertEquals("patience", get(client.answer));
    }

    private static void awaitState(
            final Connection connection, final TcpState state, final CompletableFuture<Boolean> done) {
        connection.execute(() -> {
            if (connection.state() == state) {
                done.complete(true);
            } else {
                awaitState(connection, state, done);
            }
        });
    }
}
