package dev.culvert.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.shard.SocketTimer;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.tcp.TimeWaitReuse;
import dev.culvert.tun.control.ControlClient;
import dev.culvert.tun.control.ControlDirectory;
import dev.culvert.tun.control.ControlServer;
import dev.culvert.tun.control.SocketLines;
import dev.culvert.tun.stream.CulvertSocket;
import dev.culvert.wire.Flow;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The listing of a running stack's sockets, and what is said when TIME-WAIT is full. */
@Timeout(30)
class SocketsTest {
    private static final Set<TcpState> ALL = EnumSet.allOf(TcpState.class);

    private final CompletableFuture<Void> waiting = new CompletableFuture<>();
    private final CompletableFuture<String> full = new CompletableFuture<>();

    private StackPair pair() {
        return new StackPair(builder -> builder.mslMs(30_000)
                .maxTimeWait(1)
                .probe(new Probe() {
                    @Override
                    public void onStateChange(
                            final Flow flow, final TcpState from, final TcpState to, final long nowNs) {
                        if (to == TcpState.TIME_WAIT) {
                            waiting.complete(null);
                        }
                    }
                })
                .monitor(new StackMonitor() {
                    @Override
                    public void onTimeWaitFull(final long connections, final int cap, final TimeWaitOverflow policy) {
                        full.complete(StackMonitor.timeWaitFull(connections, cap, policy));
                    }
                }));
    }

    /** The left one connects and closes first. */
    private static void connectAndClose(final StackPair pair) {
        pair.left.connect(TransportAddress.of(StackPair.RIGHT_V4, 80), new ConnectionHandler() {
            @Override
            public void onConnected(final Connection connection) {
                connection.close();
            }

            @Override
            public void onReadable(final Connection connection) {}
        });
    }

    private void enterTimeWait(final StackPair pair) throws Exception {
        connectAndClose(pair);
        waiting.get(10, TimeUnit.SECONDS);
    }

    private static List<SocketInfo> pages(final CulvertStack stack, final Set<TcpState> states) throws Exception {
        final List<SocketInfo> all = new ArrayList<>();
        SocketPage page = stack.sockets(0, states);
        for (; page.hasNext(); page = stack.sockets(page.next(), states)) {
            all.addAll(page.sockets());
        }
        all.addAll(page.sockets());
        return all;
    }

    @Test
    void listenersAndTimeWaitAreListedThroughTheControlSocketToo(@TempDir final Path temporary) throws Exception {
        try (StackPair pair = pair()) {
            pair.right.listen(80, connection -> other -> {});
            enterTimeWait(pair);
            final List<SocketInfo> left = pages(pair.left, ALL);
            assertEquals(1, left.size(), left::toString);
            final SocketInfo row = left.get(0);
            assertEquals(TcpState.TIME_WAIT, row.state());
            assertEquals(TransportAddress.of(StackPair.RIGHT_V4, 80), row.remote());
            assertEquals(SocketTimer.TIMEWAIT, row.timer());
            assertTrue(row.timerMs() > 0 && row.timerMs() <= 60_001, row::toString);
            assertEquals(List.of(), pages(pair.left, EnumSet.complementOf(EnumSet.of(TcpState.TIME_WAIT))));

            final ControlDirectory directory = new ControlDirectory(temporary.resolve("culvert"));
            try (ControlServer server =
                            ControlServer.open(directory, "right", pair.right).start();
                    ControlClient client = ControlClient.connect(server.path())) {
                final List<SocketInfo> listeners = new ArrayList<>();
                SocketLines.forEach(client, EnumSet.of(TcpState.LISTEN), listeners::add);
                assertEquals(pages(pair.right, EnumSet.of(TcpState.LISTEN)), listeners);
                assertEquals(2, listeners.size(), "one for each family");
                assertEquals(TransportAddress.of("0.0.0.0", 0), listeners.get(0).remote());
            }
        }
    }

    @Test
    void whoCannotConnectFromAPortIsToldWhatIsInTheWay() throws Exception {
        try (StackPair pair = pair()) {
            pair.right.listen(80, connection -> other -> {});
            pair.right.listen(81, connection -> other -> {});
            pair.left.listen(5_000, connection -> other -> {});
            final TransportAddress from = TransportAddress.of(StackPair.LEFT_V4, 5_000);
            final BindException refused = assertThrows(
                    BindException.class,
                    () -> CulvertSocket.connect(
                            pair.left,
                            from,
                            TransportAddress.of(StackPair.RIGHT_V4, 81),
                            null,
                            Duration.ofSeconds(10)));
            assertEquals(
                    "10.83.0.2:81: Address already in use (a listener on 0.0.0.0:5000; SO_REUSEPORT is off)",
                    refused.getMessage());

            enterTimeWait(pair);
            final TransportAddress before =
                    pages(pair.left, EnumSet.of(TcpState.TIME_WAIT)).get(0).local();
            final TcpConfig off = pair.left
                    .tcpConfig()
                    .with()
                    .timeWaitReuse(TimeWaitReuse.OFF)
                    .build();
            final BindException waits = assertThrows(
                    BindException.class,
                    () -> CulvertSocket.connect(
                            pair.left,
                            before,
                            TransportAddress.of(StackPair.RIGHT_V4, 80),
                            off,
                            Duration.ofSeconds(10)));
            assertTrue(
                    waits.getMessage().matches(".* in TIME-WAIT, [1-6][0-9] s left; reuse of TIME-WAIT is off\\)"),
                    waits.getMessage());
        }
    }

    @Test
    void aFullTimeWaitIsTold() throws Exception {
        try (StackPair pair = pair()) {
            pair.right.listen(80, connection -> other -> {});
            connectAndClose(pair);
            connectAndClose(pair);
            assertEquals(
                    "TIME-WAIT is full (1 at most, drop-new): 1 connection ended without it",
                    full.get(10, TimeUnit.SECONDS));
        }
    }
}
