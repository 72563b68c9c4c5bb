package dev.culvert.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.shard.SocketTimer;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.tun.control.ControlClient;
import dev.culvert.tun.control.ControlDirectory;
import dev.culvert.tun.control.ControlServer;
import dev.culvert.tun.control.SocketLines;
import java.nio.file.Path;
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

    private final CompletableFuture<String> full = new CompletableFuture<>();

    private StackPair pair() {
        return new StackPair(builder -> builder.mslMs(30_000).maxTimeWait(1).monitor(new StackMonitor() {
            @Override
            public void onTimeWaitFull(final long connections, final int cap, final TimeWaitOverflow policy) {
                full.complete(StackMonitor.timeWaitFull(connections, cap, policy));
            }
        }));
    }

    /** The left one connects and closes first. */
    private static void connectAndClose(final StackPair pair) throws Exception {
        final CompletableFuture<Integer> ended = new CompletableFuture<>();
        pair.left.connect(TransportAddress.of(StackPair.RIGHT_V4, 80), new ConnectionHandler() {
            @Override
            public void onConnected(final Connection connection) {
                connection.close();
            }

            @Override
            public void onReadable(final Connection connection) {}

            @Override
            public void onClosed(final Connection connection, final int error) {
                ended.complete(error);
            }
        });
        assertEquals(0, ended.get(10, TimeUnit.SECONDS));
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
            connectAndClose(pair);
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
