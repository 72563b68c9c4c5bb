package dev.culvert.tun;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.env.StackException;
import dev.culvert.tcp.TcpState;
import dev.culvert.tun.remote.RemoteLoop;
import dev.culvert.tun.stream.CulvertServerSocket;
import dev.culvert.tun.stream.CulvertSocket;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stacks with four queues each, and packets that come to each queue in turn, whoever they are for. */
@Timeout(60)
class QueuesTest {
    private static final int QUEUES = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static StackPair pair() {
        return new StackPair(UnaryOperator.identity(), QUEUES);
    }

    private static TransportAddress right(final int port) {
        return TransportAddress.of(StackPair.RIGHT_V4, port);
    }

    private static void handedOver(final CulvertStack stack) {
        assertEquals(0, stack.counters().get(DropReason.HANDOVER_FULL), "back pressure loses nothing");
        assertTrue(stack.counters().get(StackCounter.IpHandedOver) > 0, "packets came to other queues");
    }

    private static byte[] random(final int length, final int seed) {
        final byte[] data = new byte[length];
        new Random(seed).nextBytes(data);
        return data;
    }

    @Test
    void bytesArriveWhateverQueueTheyComeTo() throws Exception {
        try (StackPair pair = pair();
                CulvertServerSocket server = CulvertServerSocket.bind(pair.right, 0)) {
            final byte[] text = random(2 << 20, 3);
            for (int i = 0; i < QUEUES; i++) {
                try (CulvertSocket client = CulvertSocket.connect(
                                pair.left, right(server.localAddress().port()), PATIENCE);
                        CulvertSocket accepted = server.accept(PATIENCE)) {
                    final CompletableFuture<Void> written = CompletableFuture.runAsync(() -> write(client, text));
                    assertArrayEquals(text, accepted.getInputStream().readAllBytes());
                    accepted.shutdownOutput();
                    assertEquals(-1, client.getInputStream().read());
                    written.get(10, TimeUnit.SECONDS);
                }
            }
            handedOver(pair.left);
            handedOver(pair.right);
        }
    }

    private static void write(final CulvertSocket socket, final byte[] data) {
        try {
            socket.getOutputStream().write(data);
            socket.shutdownOutput();
        } catch (final IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Notes which thread calls for which connection. */
    private static final class Greeter implements ConnectionHandler {
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();

        @Override
        public void onConnected(final Connection connection) {
            connection.attach(Thread.currentThread());
            threads.add(Thread.currentThread());
            connection.write(connection.allocator().directBuffer(5).writeZero(5));
        }

        @Override
        public void onReadable(final Connection connection) {
            assertSame(connection.attachment(), Thread.currentThread(), "one thread for one connection");
            final ByteBuf text = connection.read();
            if (text != null) {
                text.release();
            }
        }

        @Override
        public void onPeerClosed(final Connection connection) {
            assertSame(connection.attachment(), Thread.currentThread(), "one thread for one connection");
            connection.close();
        }
    }

    @Test
    void everyLaneAcceptsConnectionsOfItsOwn() throws Exception {
        try (StackPair pair = pair()) {
            final Greeter greeter = new Greeter();
            final Listener listener = pair.right.listen(0, connection -> greeter);
            final List<CulvertSocket> sockets = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                sockets.add(CulvertSocket.connect(pair.left, right(listener.port()), PATIENCE));
                assertEquals(5, sockets.get(i).getInputStream().readNBytes(5).length);
            }
            assertEquals(QUEUES, greeter.threads.size(), "threads that have accepted");
            assertEquals(40, pair.right.statistics().connections());

            final List<TransportAddress> listed = sockets(pair.right, EnumSet.of(TcpState.ESTABLISHED)).stream()
                    .map(SocketInfo::remote)
                    .toList();
            assertEquals(40, listed.size(), "each once");
            assertEquals(
                    Set.copyOf(listed),
                    new HashSet<>(
                            sockets.stream().map(CulvertSocket::localAddress).toList()));
            assertEquals(2, sockets(pair.right, EnumSet.of(TcpState.LISTEN)).size(), "one for each family");
            sockets.forEach(CulvertSocket::close);
        }
    }

    private static List<SocketInfo> sockets(final CulvertStack stack, final Set<TcpState> states) throws IOException {
        final List<SocketInfo> all = new ArrayList<>();
        SocketPage page = stack.sockets(0, states);
        all.addAll(page.sockets());
        while (page.hasNext()) {
            page = stack.sockets(page.next(), states);
            all.addAll(page.sockets());
        }
        return all;
    }

    @Test
    void aPortIsTakenOnAllLanesAndGivenBackOnAll() throws Exception {
        try (StackPair pair = pair()) {
            final Listener first = pair.right.listen(80, connection -> new Greeter());
            final String message = assertThrows(
                            BindException.class, () -> pair.right.listen(80, connection -> new Greeter()))
                    .getMessage();
            assertTrue(message.contains("a listener on 0.0.0.0:80"), message);
            first.close();
            pair.right.listen(80, connection -> new Greeter()).close();
        }
    }

    @Test
    void aNamedLocalPortIsOpenedWhereItBelongs() throws Exception {
        try (StackPair pair = pair();
                CulvertServerSocket server = CulvertServerSocket.bind(pair.right, 80)) {
            for (int port = 2_000; port < 2_000 + 2 * QUEUES; port++) {
                final TransportAddress local = TransportAddress.of(StackPair.LEFT_V4, port);
                try (CulvertSocket client = CulvertSocket.connect(pair.left, local, right(80), null, PATIENCE);
                        CulvertSocket accepted = server.accept(PATIENCE)) {
                    assertEquals(local, accepted.remoteAddress());
                    assertEquals(right(80), client.remoteAddress());
                }
            }
        }
    }

    @Test
    void aRemoteLoopServesConnectionsOfAllLanes() throws Exception {
        try (StackPair pair = pair()) {
            final RemoteLoop loop = new RemoteLoop(pair.right);
            final Greeter greeter = new Greeter();
            final Listener listener = loop.listen(0, connection -> greeter);
            final Thread thread = new Thread(loop::run, "remote");
            thread.start();
            for (int i = 0; i < 20; i++) {
                try (CulvertSocket client = CulvertSocket.connect(pair.left, right(listener.port()), PATIENCE)) {
                    assertEquals(5, client.getInputStream().readNBytes(5).length);
                }
            }
            assertEquals(Set.of(thread), greeter.threads);
            loop.close();
            thread.join(10_000);
        }
    }

    @Test
    void lanesMayOpenListenersAtTheSameTime() throws Exception {
        try (StackPair pair = pair()) {
            final List<CompletableFuture<Integer>> ports = new ArrayList<>();
            for (final StackLane lane : pair.right.lanes()) {
                for (int i = 0; i < 10; i++) {
                    final CompletableFuture<Integer> port = new CompletableFuture<>();
                    ports.add(port);
                    lane.executeNow(() -> open(pair.right, port));
                }
            }
            final Set<Integer> different = Collections.synchronizedSet(new HashSet<>());
            for (final CompletableFuture<Integer> port : ports) {
                different.add(port.get(20, TimeUnit.SECONDS));
            }
            assertEquals(10 * QUEUES, different.size());
        }
    }

    private static void open(final CulvertStack stack, final CompletableFuture<Integer> port) {
        try {
            port.complete(stack.listen(0, connection -> new Greeter()).port());
        } catch (final IOException | RuntimeException failure) {
            port.completeExceptionally(failure);
        }
    }

    @Test
    void whenOneQueueGoesTheWholeStackEnds() throws Exception {
        final MemoryLink link = new MemoryLink(1_500, QUEUES);
        final CompletableFuture<String> told = new CompletableFuture<>();
        final CulvertStack stack = CulvertStack.builder()
                .devices(link.leftQueues)
                .address(StackPair.LEFT_V4)
                .monitor(new StackMonitor() {
                    @Override
                    public void onStackFailure(final String reason, final int error) {
                        assertTrue(told.complete(reason), "told once");
                    }
                })
                .build()
                .start();
        link.leftQueues.get(2).vanish();
        assertTrue(stack.awaitStopped(PATIENCE), "stopped");
        assertEquals("left has gone", told.get());
        assertEquals("left has gone", stack.failure());
        assertTrue(link.leftQueues.stream().allMatch(device -> device.closed), "all queues are closed");
    }

    @Test
    void aStackThatWasNeverStartedCanBeClosed() {
        final MemoryLink link = new MemoryLink(1_500, QUEUES);
        final CulvertStack stack = CulvertStack.builder()
                .devices(link.leftQueues)
                .address(StackPair.LEFT_V4)
                .build();
        assertThrows(IllegalStateException.class, stack::doWork);
        stack.close();
        assertTrue(stack.isStopped());
    }

    @Test
    void moreQueuesThanAStackCanHaveAreRefused() {
        final CulvertStackBuilder builder = CulvertStack.builder()
                .devices(Stream.generate(() -> new MemoryLink(1_500).left)
                        .limit(17)
                        .toList())
                .address(StackPair.LEFT_V4);
        final StackException refused = assertThrows(StackException.class, builder::build);
        assertNotNull(refused.getMessage());
        assertEquals("a stack has 1 to 16 shards, not 17", refused.getMessage());
    }
}
