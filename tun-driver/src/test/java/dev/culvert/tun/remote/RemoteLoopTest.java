package dev.culvert.tun.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.env.Errno;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.Listener;
import dev.culvert.tun.StackPair;
import dev.culvert.tun.TransportAddress;
import dev.culvert.tun.ViewingHandler;
import dev.culvert.tun.ring.CommandRing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same handlers on another thread than the stack's. */
@Timeout(30)
class RemoteLoopTest {
    private final StackPair pair = new StackPair();
    private final RemoteLoop servers = new RemoteLoop(pair.right);
    private final RemoteLoop clients = new RemoteLoop(pair.left);
    private final Thread serverThread = new Thread(servers::run, "servers");
    private final Thread clientThread = new Thread(clients::run, "clients");

    @BeforeEach
    void start() {
        serverThread.start();
        clientThread.start();
    }

    @AfterEach
    void close() throws InterruptedException {
        servers.close();
        clients.close();
        serverThread.join(20_000);
        clientThread.join(20_000);
        pair.close();
    }

    private static <T> T get(final CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    /** Echoes with back pressure, as the example does. */
    private static class Echo implements ConnectionHandler {
        @Override
        public void onReadable(final Connection connection) {
            if (!connection.write(connection.read())) {
                connection.pauseReading();
            }
        }

        @Override
        public void onWritable(final Connection connection) {
            connection.resumeReading();
        }
    }

    /** Sends so many bytes as fast as it may, counts what comes back. */
    private static final class Client implements ConnectionHandler {
        final CompletableFuture<Long> received = new CompletableFuture<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final long total;
        private long sent;
        private long sum;
        private Thread thread;

        Client(final long total) {
            this.total = total;
        }

        @Override
        public void onConnected(final Connection connection) {
            thread = Thread.currentThread();
            onWritable(connection);
        }

        @Override
        public void onWritable(final Connection connection) {
            assertSame(thread, Thread.currentThread());
            boolean goesOn = true;
            while (goesOn && sent < total) {
                final int length = (int) Math.min(40_000, total - sent);
                goesOn = connection.write(
                        connection.allocator().directBuffer(length).writeZero(length));
                sent += length;
            }
            if (sent == total) {
                connection.shutdownWrite();
            }
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

        @Override
        public void onClosed(final Connection connection, final int error) {
            received.completeExceptionally(new IOException("closed with " + error + " after " + sum + " bytes"));
            closed.complete(error);
        }
    }

    @Test
    void everythingComesBack() throws Exception {
        final CompletableFuture<Integer> serverClosed = new CompletableFuture<>();
        final CompletableFuture<Thread> serverRan = new CompletableFuture<>();
        final Listener listener = servers.listen(0, connection -> new Echo() {
            @Override
            public void onClosed(final Connection closed, final int error) {
                serverRan.complete(Thread.currentThread());
                serverClosed.complete(error);
            }
        });
        final Client client = new Client(20 << 20);
        final TransportAddress server = TransportAddress.of(StackPair.RIGHT_V4, listener.port());
        final Connection connection = clients.connect(server, client);
        assertEquals(20 << 20, get(client.received));
        assertEquals(Errno.OK, get(client.closed));
        assertEquals(Errno.OK, get(serverClosed));
        assertSame(serverThread, get(serverRan));
        assertEquals(server, connection.remoteAddress());
        assertNotEquals(0, connection.localAddress().port());
        assertThrows(IllegalStateException.class, connection::read);
    }

    @Test
    void manyConnectionsAtOnce() throws Exception {
        final Listener listener = servers.listen(0, connection -> new Echo());
        final Client[] all = new Client[300];
        for (int i = 0; i < all.length; i++) {
            all[i] = new Client(10_000);
            clients.connect(TransportAddress.of(StackPair.RIGHT_V6, listener.port()), all[i]);
        }
        for (final Client client : all) {
            assertEquals(10_000, get(client.received));
            assertEquals(Errno.OK, get(client.closed));
        }
    }

    @Test
    void aRefusedConnectionIsTold() throws Exception {
        final Client client = new Client(1);
        clients.connect(TransportAddress.of(StackPair.RIGHT_V4, 9), client);
        assertEquals(Errno.ECONNREFUSED, get(client.closed));
    }

    @Test
    void aHandlerThatThrowsLosesItsConnection() throws Exception {
        final CompletableFuture<Integer> serverClosed = new CompletableFuture<>();
        final Listener listener = servers.listen(0, connection -> new ConnectionHandler() {
            @Override
            public void onReadable(final Connection readable) {
                throw new IllegalStateException("broken on purpose");
            }

            @Override
            public void onClosed(final Connection closed, final int error) {
                serverClosed.complete(error);
            }
        });
        final Client client = new Client(5);
        clients.connect(TransportAddress.of(StackPair.RIGHT_V4, listener.port()), client);
        assertEquals(Errno.ECONNRESET, get(client.closed));
        assertEquals(Errno.ECONNABORTED, get(serverClosed));
    }

    @Test
    void textBeforeTheEndIsReadInPiecesAndAnsweredAfterIt() throws Exception {
        final StringBuilder seen = new StringBuilder();
        final Listener listener = servers.listen(0, connection -> new ConnectionHandler() {
            @Override
            public void onReadable(final Connection readable) {
                final ByteBuf two = Unpooled.buffer(2, 2);
                readable.read(two);
                seen.append(two.toString(StandardCharsets.US_ASCII)).append('.');
            }

            @Override
            public void onPeerClosed(final Connection closed) {
                closed.write(Unpooled.copiedBuffer(seen, StandardCharsets.US_ASCII));
                closed.close();
            }
        });
        assertEquals("ab.cd.e.|0", get(answerTo("abcde", listener)));
    }

    /** Sends a text and closes its side; what comes back, and the error at the end. */
    private CompletableFuture<String> answerTo(final String request, final Listener listener) throws Exception {
        final CompletableFuture<String> answer = new CompletableFuture<>();
        clients.connect(TransportAddress.of(StackPair.RIGHT_V4, listener.port()), new ConnectionHandler() {
            private final StringBuilder text = new StringBuilder();

            @Override
            public void onConnected(final Connection connection) {
                assertTrue(connection.isWritable());
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
            public void onClosed(final Connection connection, final int error) {
                answer.complete(text + "|" + error);
            }
        });
        return answer;
    }

    @Test
    void textIsSeenWhereItLiesAndTakenWithoutACopy() throws Exception {
        final Listener listener = servers.listen(0, connection -> new ViewingHandler());
        assertEquals("ab.cd.e.end|0", get(answerTo("abcde", listener)));
    }

    @Test
    void closingTheLoopEndsItsConnections() throws Exception {
        final CompletableFuture<Integer> ended = new CompletableFuture<>();
        final CompletableFuture<Boolean> connected = new CompletableFuture<>();
        final Listener listener = pair.right.listen(0, connection -> new Echo());
        clients.connect(TransportAddress.of(StackPair.RIGHT_V4, listener.port()), new ConnectionHandler() {
            @Override
            public void onConnected(final Connection connection) {
                connected.complete(true);
            }

            @Override
            public void onReadable(final Connection connection) {}

            @Override
            public void onClosed(final Connection connection, final int error) {
                ended.complete(error);
            }
        });
        get(connected);
        clients.close();
        assertEquals(Errno.ECONNABORTED, get(ended));
    }

    @Test
    void theLoopIsClosedHoweverMuchIsWaiting() throws Exception {
        final CountDownLatch busy = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        servers.execute(() -> {
            busy.countDown();
            await(goOn);
        });
        await(busy);
        int waiting = 0;
        while (servers.execute(() -> {})) {
            waiting++;
        }
        assertEquals(CommandRing.MAX_TASKS, waiting);
        servers.close();
        goOn.countDown();
        serverThread.join(20_000);
        assertFalse(serverThread.isAlive());
    }

    private static void await(final CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends now and then, and ends the connection one way or another when its dice say so. */
    private static final class Capricious implements ConnectionHandler {
        private final Random dice;
        private final CountDownLatch ended;

        Capricious(final long seed, final CountDownLatch ended) {
            dice = new Random(seed);
            this.ended = ended;
        }

        @Override
        public void onConnected(final Connection connection) {
            act(connection);
        }

        @Override
        public void onReadable(final Connection connection) {
            final ByteBuf data = connection.read();
            if (!connection.isWritable() || dice.nextInt(4) == 0) {
                data.release();
            } else {
                connection.write(data);
            }
            act(connection);
        }

        @Override
        public void onWritable(final Connection connection) {
            act(connection);
        }

        private void act(final Connection connection) {
            switch (dice.nextInt(12)) {
                case 0 -> connection.abort();
                case 1 -> connection.close();
                case 2 -> connection.shutdownWrite();
                default -> {
                    if (connection.isWritable()) {
                        final int length = 1 + dice.nextInt(50_000);
                        connection.write(
                                connection.allocator().directBuffer(length).writeZero(length));
                    }
                }
            }
        }

        @Override
        public void onClosed(final Connection connection, final int error) {
            ended.countDown();
        }
    }

    @Test
    void endsAtAnyMomentLeaveNothingBehind() throws Exception {
        final int count = 400;
        final CountDownLatch ended = new CountDownLatch(count);
        final AtomicLong seeds = new AtomicLong(1_000);
        final CountDownLatch ignored = new CountDownLatch(0);
        final Listener remote = servers.listen(0, connection -> new Capricious(seeds.incrementAndGet(), ignored));
        final Listener local = pair.right.listen(0, connection -> new Capricious(seeds.incrementAndGet(), ignored));
        for (int i = 0; i < count; i++) {
            final Listener either = i % 2 == 0 ? remote : local;
            clients.connect(TransportAddress.of(StackPair.RIGHT_V4, either.port()), new Capricious(i, ended));
        }
        assertTrue(ended.await(25, TimeUnit.SECONDS), ended.getCount() + " connections live on");
        pair.right.shutdown(Duration.ofMillis(1)); // some of its handlers never close
    }
}
