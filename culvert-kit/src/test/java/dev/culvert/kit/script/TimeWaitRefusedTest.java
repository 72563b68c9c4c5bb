package dev.culvert.kit.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.StackCounter;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.wire.IpAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Memory is full of text when a connection should enter TIME-WAIT: no row can be allocated, and the connection ends all the same. */
class TimeWaitRefusedTest {
    private static final IpAddress CLIENT = IpAddress.parse("10.83.0.1");
    private static final IpAddress SERVER = IpAddress.parse("10.83.0.2");
    private static final int PORT = 8_080;
    private static final int CLOSED_PORT = 40_000;
    private static final int TALKERS = 40;
    private static final long ROUGHLY = 3 << 19;
    /** Where the client's port stands in an IPv4 packet of the client's. */
    private static final int CLIENT_SENDS = 20;
    /** And in one of the server's. */
    private static final int SERVER_SENDS = 22;

    private static final int RST = 4;
    private static final int FLAGS = 33;

    private final UnsafeBuffer text = new UnsafeBuffer(new byte[4_096]);

    private VirtualStack client;
    private VirtualStack server;
    private long closedByClient;
    private long closedByServer;
    private int resets;

    @ParameterizedTest
    @EnumSource
    void theConnectionEndsAndThePolicyDecidesHow(final TimeWaitOverflow policy) {
        fill(ROUGHLY, policy);
        final long full = server.shard().memoryInUseBytes();
        close();
        fill(full, policy);
        assertEquals(full, server.shard().memoryInUseBytes(), "not a byte is left");

        server.batch(() -> server.shard().close(closedByServer, server.nowNs()));
        exchange(CLOSED_PORT);
        client.batch(() -> client.shard().close(closedByClient, client.nowNs()));
        exchange(CLOSED_PORT);

        assertEquals(0, server.shard().timeWaitCount());
        assertEquals(1, server.shard().counters().get(StackCounter.TcpExtTCPTimeWaitOverflow));
        assertEquals(TALKERS, server.shard().connectionCount());
        assertEquals(TALKERS, client.shard().connectionCount(), "nor does the peer wait for anything");
        assertEquals(policy == TimeWaitOverflow.RESET ? 1 : 0, resets);
        close();
    }

    /** One connection that will close, and others whose text that nobody acknowledges takes all memory. */
    private void fill(final long memoryBytes, final TimeWaitOverflow policy) {
        client = new VirtualStack(ShardConfig.of(CLIENT), 1, 1);
        server = new VirtualStack(config(memoryBytes, policy), 2, 1);
        resets = 0;
        final long listener = server.shard().listen(SERVER, PORT, TALKERS + 1, null, null);
        closedByClient = connect(CLOSED_PORT);
        closedByServer = server.shard().accept(listener, null);
        final List<Long> talkers = new ArrayList<>();
        for (int i = 1; i <= TALKERS; i++) {
            connect(CLOSED_PORT + i);
            talkers.add(server.shard().accept(listener, null));
        }
        for (final long talker : talkers) {
            while (server.batch(() -> server.shard().send(talker, text, 0, text.capacity())) > 0) {
                assertTrue(server.shard().memoryInUseBytes() <= memoryBytes);
            }
        }
        server.sent().clear();
    }

    private long connect(final int port) {
        final long id =
                client.batch(() -> client.shard().connect(CLIENT, port, SERVER, PORT, null, null, client.nowNs()));
        assertTrue(id > 0);
        exchange(port);
        return id;
    }

    /** Lets the packets of one connection travel, and no others. */
    private void exchange(final int clientPort) {
        while (!client.sent().isEmpty() || !server.sent().isEmpty()) {
            move(client, server, CLIENT_SENDS, clientPort);
            move(server, client, SERVER_SENDS, clientPort);
        }
    }

    private void move(final VirtualStack from, final VirtualStack to, final int portAt, final int clientPort) {
        for (VirtualStack.Sent next = from.sent().poll();
                next != null;
                next = from.sent().poll()) {
            if (ByteBuffer.wrap(next.bytes()).getChar(portAt) == clientPort) {
                resets += from == server && (next.bytes()[FLAGS] & RST) != 0 ? 1 : 0;
                to.inject(next.bytes());
            }
        }
    }

    private static ShardConfig config(final long memoryBytes, final TimeWaitOverflow policy) {
        return ShardConfig.of(SERVER).withMemoryLimit(memoryBytes).with()
                .timeWaitOverflow(policy)
                .build();
    }

    private void close() {
        client.shard().close();
        server.shard().close();
    }
}
