package dev.culvert.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.env.StackException;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Life and death of a stack, and driving it by hand. */
@Timeout(30)
class CulvertStackTest {
    private static final ConnectionHandler IGNORE = connection -> {};

    @Test
    void aStackWithoutDeviceOrAddressIsRefusedWithAReason() {
        assertTrue(
                assertThrows(StackException.class, () -> CulvertStack.builder().build())
                        .getMessage()
                        .startsWith("a stack needs a device"));
        final CulvertStackBuilder noAddress = CulvertStack.builder().device(new MemoryLink(1_500).left);
        assertEquals(
                "a stack needs at least one address",
                assertThrows(StackException.class, noAddress::build).getMessage());
    }

    @Test
    void twoStacksShareOneLoopOfTheCallers() throws Exception {
        final MemoryLink link = new MemoryLink(1_500);
        final CulvertStack one =
                CulvertStack.builder().device(link.left).address("10.0.0.1").build();
        final CulvertStack two =
                CulvertStack.builder().device(link.right).address("10.0.0.2").build();
        final Listener listener = two.listen(80, connection -> IGNORE);
        final AtomicInteger connected = new AtomicInteger();
        final AtomicInteger error = new AtomicInteger(-1);
        one.connect(new TransportAddress(IpAddress.parse("10.0.0.2"), listener.port()), new ConnectionHandler() {
            @Override
            public void onConnected(final Connection connection) {
                connected.incrementAndGet();
                connection.close();
            }

            @Override
            public void onReadable(final Connection connection) {}

            @Override
            public void onClosed(final Connection connection, final int errno) {
                error.set(errno);
            }
        });
        while (error.get() < 0) {
            if (one.doWork() + two.doWork() == 0) {
                one.await(100_000);
            }
        }
        assertEquals(1, connected.get());
        assertEquals(Errno.OK, error.get());
        one.close();
        two.close();
        assertTrue(one.isStopped() && two.isStopped());
        assertTrue(link.left.closed && link.right.closed);
        assertThrows(IOException.class, one::statistics);
        assertThrows(IllegalStateException.class, () -> one.connect(TransportAddress.of("10.0.0.2", 1), IGNORE));
        assertFalse(one.execute(() -> {}));
    }

    @Test
    void aVanishedDeviceEndsEveryConnectionAndTheStack() throws Exception {
        final StackPair pair = new StackPair();
        final CompletableFuture<Integer> ended = new CompletableFuture<>();
        final CompletableFuture<Boolean> connected = new CompletableFuture<>();
        final Listener listener = pair.right.listen(0, connection -> IGNORE);
        pair.left.connect(TransportAddress.of(StackPair.RIGHT_V6, listener.port()), new ConnectionHandler() {
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
        connected.get(20, TimeUnit.SECONDS);
        pair.link.left.vanish();
        assertEquals(Errno.ENETDOWN, ended.get(20, TimeUnit.SECONDS));
        assertTrue(pair.left.awaitStopped(Duration.ofSeconds(20)));
        assertEquals("left has gone", pair.left.failure());
        assertEquals("left has gone", pair.failures.remove(0).getMessage());
        pair.right.shutdown(Duration.ZERO);
        pair.close();
    }

    @Test
    void shutdownDeliversWhatWasWrittenAndTellsEverybody() throws Exception {
        final StackPair pair = new StackPair();
        final int length = 3 << 20;
        final CompletableFuture<Integer> received = new CompletableFuture<>();
        final CompletableFuture<Boolean> written = new CompletableFuture<>();
        final Listener listener = pair.right.listen(0, connection -> new ConnectionHandler() {
            private int sum;

            @Override
            public void onReadable(final Connection readable) {
                final var data = readable.read();
                sum += data.readableBytes();
                data.release();
            }

            @Override
            public void onPeerClosed(final Connection closed) {
                received.complete(sum);
                closed.close();
            }
        });
        pair.left.connect(TransportAddress.of(StackPair.RIGHT_V4, listener.port()), new ConnectionHandler() {
            @Override
            public void onConnected(final Connection connection) {
                connection.write(connection.allocator().directBuffer(length).writeZero(length));
                written.complete(true);
            }

            @Override
            public void onReadable(final Connection connection) {}
        });
        written.get(20, TimeUnit.SECONDS);
        pair.left.shutdown(Duration.ofSeconds(20));
        assertEquals(length, received.get(20, TimeUnit.SECONDS));
        pair.close();
    }

    @Test
    void withoutGraceWhatIsOpenIsReset() throws Exception {
        final StackPair pair = new StackPair();
        final CompletableFuture<Integer> ended = new CompletableFuture<>();
        final CompletableFuture<Boolean> accepted = new CompletableFuture<>();
        final Listener listener = pair.right.listen(0, connection -> new ConnectionHandler() {
            @Override
            public void onConnected(final Connection opened) {
                accepted.complete(true);
            }

            @Override
            public void onReadable(final Connection readable) {}

            @Override
            public void onStackClosing(final Connection connection) {} // does not want to go

            @Override
            public void onClosed(final Connection closed, final int error) {
                ended.complete(error);
            }
        });
        final CompletableFuture<Integer> peer = new CompletableFuture<>();
        pair.left.connect(TransportAddress.of(StackPair.RIGHT_V4, listener.port()), new ConnectionHandler() {
            @Override
            public void onReadable(final Connection connection) {}

            @Override
            public void onClosed(final Connection connection, final int error) {
                peer.complete(error);
            }
        });
        accepted.get(20, TimeUnit.SECONDS);
        pair.right.shutdown(Duration.ofMillis(1));
        assertEquals(Errno.ECONNABORTED, ended.get(20, TimeUnit.SECONDS));
        assertEquals(Errno.ECONNRESET, peer.get(20, TimeUnit.SECONDS));
        pair.close();
    }

    @Test
    void pingIsAnswered() throws Exception {
        try (StackPair pair = new StackPair()) {
            for (final String address : new String[] {StackPair.RIGHT_V4, StackPair.RIGHT_V6}) {
                final CompletableFuture<String> reply = new CompletableFuture<>();
                pair.left.echoListener((source, identifier, sequence, length, ttl) ->
                        reply.complete(source + " " + identifier + " " + sequence + " " + length + " " + ttl));
                pair.left.ping(IpAddress.parse(address), 7, 3, 56);
                assertEquals(address + " 7 3 56 64", reply.get(20, TimeUnit.SECONDS));
            }
            assertEquals(2, pair.right.counters().get(StackCounter.IcmpOutEchoReps));
        }
    }

    @Test
    void anUnreachableOrTooLongPingFailsAtOnce() {
        try (StackPair pair = new StackPair()) {
            final IOException tooLong = assertThrows(
                    IOException.class, () -> pair.left.ping(IpAddress.parse(StackPair.RIGHT_V4), 1, 1, 60_000));
            assertNotNull(tooLong.getMessage());
        }
    }

    @Test
    void tasksThatThrowAreReportedAndCallsPassTheirExceptionOn() throws Exception {
        try (StackPair pair = new StackPair()) {
            pair.left.execute(() -> {
                throw new IllegalStateException("task");
            });
            assertEquals(5, pair.left.call(() -> 5));
            assertEquals("task", pair.failures.remove(0).getMessage());
            final IOException passed = assertThrows(
                    IOException.class,
                    () -> pair.left.call(() -> {
                        throw new IOException("own");
                    }));
            assertEquals("own", passed.getMessage());
        }
    }

    @Test
    void monitorAndProbeSeeConnectionsComeAndGoWithTheSettingsOfTheMoment() throws Exception {
        final MemoryLink link = new MemoryLink(1_500);
        final List<String> log = new ArrayList<>();
        final Set<TcpState> states = EnumSet.noneOf(TcpState.class);
        final CulvertStack one = CulvertStack.builder()
                .device(link.left)
                .address("10.0.0.1")
                .mslMs(1)
                .probe(new Probe() {
                    @Override
                    public void onStateChange(
                            final Flow flow, final TcpState from, final TcpState to, final long nowNs) {
                        states.add(to);
                    }
                })
                .monitor(new StackMonitor() {
                    @Override
                    public void onOpened(final Connection connection, final boolean passive) {
                        log.add("opened " + passive + " " + connection.config().ttl());
                    }

                    @Override
                    public void onClosed(
                            final Connection connection, final int error, final long written, final long read) {
                        log.add("closed " + error + " " + written + " " + read);
                    }
                })
                .build();
        one.configure(TcpConfig.DEFAULT.with().ttl(99).mslMs(1).build());
        final Listener listener = one.listen(TransportAddress.of("10.0.0.1", 80), connection -> readable -> {
            readable.write(readable.read());
            readable.close();
        });
        one.connect(listener.localAddress(), new ConnectionHandler() {
            @Override
            public void onConnected(final Connection connection) {
                connection.write(connection.allocator().directBuffer(5).writeZero(5));
            }

            @Override
            public void onReadable(final Connection connection) {
                connection.read().release();
            }
        });
        while (log.size() < 4) {
            if (one.doWork() == 0) {
                one.await(10_000_000);
            }
        }
        one.close();
        assertEquals(
                List.of("opened true 99", "opened false 99", "closed 0 5 5", "closed 0 5 5"),
                log.stream().sorted(Comparator.reverseOrder()).toList());
        assertTrue(states.containsAll(Set.of(TcpState.SYN_SENT, TcpState.ESTABLISHED, TcpState.LAST_ACK)));
    }
}
