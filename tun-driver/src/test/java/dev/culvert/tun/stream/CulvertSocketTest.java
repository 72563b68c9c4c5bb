package dev.culvert.tun.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.tun.Listener;
import dev.culvert.tun.StackPair;
import dev.culvert.tun.TransportAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Blocking streams on two stacks joined back to back. */
@Timeout(60)
class CulvertSocketTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final StackPair pair = new StackPair();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() throws InterruptedException {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS), "a thread still waits");
        pair.close();
    }

    private static <T> T get(final Future<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private CulvertSocket connect(final CulvertServerSocket server) throws IOException {
        return CulvertSocket.connect(
                pair.left,
                TransportAddress.of(StackPair.RIGHT_V4, server.localAddress().port()),
                PATIENCE);
    }

    private Future<byte[]> inBackground(final Callable<byte[]> task) {
        return threads.submit(task);
    }

    @Test
    void bytesArriveInBothDirectionsAtOnce() throws Exception {
        final byte[] up = random(5 << 20, 1);
        final byte[] down = random(3 << 20, 2);
        try (CulvertServerSocket server = CulvertServerSocket.bind(pair.right, 0);
                CulvertSocket client = connect(server);
                CulvertSocket accepted = server.accept(PATIENCE)) {
            assertEquals(client.localAddress(), accepted.remoteAddress());
            final Future<byte[]> serverWrites = inBackground(() -> write(accepted, down));
            final Future<byte[]> clientWrites = inBackground(() -> write(client, up));
            final Future<byte[]> serverReads =
                    inBackground(() -> accepted.getInputStream().readAllBytes());
            assertArrayEquals(down, client.getInputStream().readAllBytes());
            assertArrayEquals(up, get(serverReads));
            get(serverWrites);
            get(clientWrites);
        }
    }

    private static byte[] write(final CulvertSocket socket, final byte[] data) throws IOException {
        socket.getOutputStream().write(data);
        socket.shutdownOutput();
        return data;
    }

    private static byte[] random(final int length, final long seed) {
        final byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatWasWrittenBeforeCloseArrives() throws Exception {
        final byte[] data = random(1 << 20, 3);
        try (CulvertServerSocket server = CulvertServerSocket.bind(pair.right, 0)) {
            final CulvertSocket client = connect(server);
            final CulvertSocket accepted = server.accept(PATIENCE);
            final Future<byte[]> reads =
                    inBackground(() -> accepted.getInputStream().readAllBytes());
            client.getOutputStream().write(data);
            client.close();
            assertArrayEquals(data, get(reads));
            accepted.close();
            assertThrows(SocketException.class, () -> client.getOutputStream().write(1));
            assertThrows(SocketException.class, () -> client.getInputStream().read());
        }
    }

    /** The handler first hears of the connection after the reset was asked for, and before it answers the bell. */
    @Test
    void anAbortRightAfterTheAcceptIsAReset() throws Exception {
        final Listener listener = pair.right.listen(0, connection -> {
            final CulvertSocket accepted = CulvertSocket.accepted(pair.right, connection);
            accepted.abort();
            return accepted.handler();
        });
        try (CulvertSocket client =
                CulvertSocket.connect(pair.left, TransportAddress.of(StackPair.RIGHT_V4, listener.port()), PATIENCE)) {
            final IOException failure = assertThrows(
                    IOException.class, () -> client.getInputStream().read());
            assertEquals("Connection reset by peer", failure.getMessage());
        }
    }

    @Test
    void whatWasWrittenBeforeTheStackClosesArrives() throws Exception {
        final byte[] data = random(2 << 20, 4);
        final CulvertServerSocket server = CulvertServerSocket.bind(pair.right, 0);
        final CulvertSocket client = connect(server);
        final CulvertSocket accepted = server.accept(PATIENCE);
        final Future<byte[]> reads = inBackground(() -> {
            try (accepted) { // the stack waits for this, too
                return accepted.getInputStream().readAllBytes();
            }
        });
        client.getOutputStream().write(data);
        pair.left.shutdown(PATIENCE);
        assertArrayEquals(data, get(reads));
        assertThrows(IOException.class, () -> client.getOutputStream().write(1));
    }

    @Test
    void aWriterWaitsForASlowReader() throws Exception {
        try (CulvertServerSocket server = CulvertServerSocket.bind(pair.right, 0);
                CulvertSocket client = connect(server);
                CulvertSocket accepted = server.accept(PATIENCE)) {
            final long total = 64 << 20; // more than all buffers between them hold
            final Future<byte[]> writes = inBackground(() -> {
                final OutputStream out = client.getOutputStream();
                final byte[] block = new byte[1 << 16];
                for (long sent = 0; sent < total; sent += block.length) {
                    out.write(block);
                }
                client.shutdownOutput();
                return block;
            });
            assertEquals(0, accepted.getInputStream().read()); // by now the writer runs ahead
            long received = 1;
            final byte[] chunk = new byte[10_007];
            int count;
            while ((count = accepted.getInputStream().read(chunk)) > 0) {
                received += count;
                assertTrue(accepted.getInputStream().available() < 1 << 20);
            }
            assertEquals(total, received);
            get(writes);
        }
    }

    @Test
    void refusalTimeoutsAndResetsHaveTheirExceptions() throws Exception {
        assertThrows(
                ConnectException.class,
                () -> CulvertSocket.connect(pair.left, TransportAddress.of(StackPair.RIGHT_V6, 9), PATIENCE));
        assertThrows(
                SocketTimeoutException.class,
                () -> CulvertSocket.connect(pair.left, TransportAddress.of("10.83.0.99", 9), Duration.ofMillis(50)));
        try (CulvertServerSocket server = CulvertServerSocket.bind(pair.right, 0);
                CulvertSocket client = connect(server);
                CulvertSocket accepted = server.accept(PATIENCE)) {
            client.setReadTimeout(Duration.ofMillis(20));
            assertEquals(
                    "Read timed out",
                    assertThrows(
                                    SocketTimeoutException.class,
                                    () -> client.getInputStream().read())
                            .getMessage());
            client.setReadTimeout(Duration.ZERO);
            accepted.abort();
            assertEquals(
                    "Connection reset by peer",
                    assertThrows(
                                    SocketException.class,
                                    () -> client.getInputStream().read())
                            .getMessage());
            assertThrows(SocketTimeoutException.class, () -> server.accept(Duration.ofMillis(20)));
        }
    }

    @Test
    void closingWakesThreadsThatWait() throws Exception {
        final CulvertServerSocket server = CulvertServerSocket.bind(pair.right, 0);
        final CulvertSocket client = connect(server);
        final CulvertSocket accepted = server.accept(PATIENCE);
        final Future<?> reads = threads.submit(() -> assertThrows(
                SocketException.class, () -> client.getInputStream().read()));
        final Future<?> accepts = threads.submit(() -> assertThrows(SocketException.class, server::accept));
        client.close();
        get(reads);
        accepted.close();
        server.close();
        get(accepts);
    }

    @Test
    void unreadTextMakesCloseAReset() throws Exception {
        try (CulvertServerSocket server = CulvertServerSocket.bind(pair.right, 0);
                CulvertSocket client = connect(server)) {
            final CulvertSocket accepted = server.accept(PATIENCE);
            client.getOutputStream().write("unread".getBytes(StandardCharsets.US_ASCII));
            assertEquals('u', accepted.getInputStream().read());
            accepted.close();
            assertThrows(SocketException.class, () -> client.getInputStream().read());
        }
    }

    @Test
    void manyConnectionsFromManyThreads() throws Exception {
        try (CulvertServerSocket server = CulvertServerSocket.bind(pair.right, 0)) {
            final int count = 200;
            final List<Future<byte[]>> served = new ArrayList<>();
            final Future<byte[]> serving = inBackground(() -> {
                for (int i = 0; i < count; i++) {
                    final CulvertSocket accepted = server.accept(PATIENCE);
                    served.add(inBackground(() -> {
                        try (accepted) {
                            accepted.getInputStream().transferTo(accepted.getOutputStream());
                        }
                        return new byte[0];
                    }));
                }
                for (final Future<byte[]> one : served) {
                    get(one);
                }
                return new byte[0];
            });
            final List<Future<byte[]>> clients = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                final byte[] data = random(1_000 + 50 * i, i);
                clients.add(inBackground(() -> {
                    try (CulvertSocket client = connect(server)) {
                        write(client, data);
                        assertArrayEquals(data, client.getInputStream().readAllBytes());
                    }
                    return data;
                }));
            }
            for (final Future<byte[]> client : clients) {
                get(client);
            }
            get(serving);
        }
    }
}
