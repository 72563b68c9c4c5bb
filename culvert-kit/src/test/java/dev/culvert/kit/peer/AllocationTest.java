package dev.culvert.kit.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.culvert.counters.StackCounter;
import dev.culvert.env.Secrets;
import dev.culvert.kit.SeededEntropy;
import dev.culvert.kit.plot.FlowRing;
import dev.culvert.shard.Shard;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import java.lang.management.ManagementFactory;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The data path allocates nothing on the Java heap: not per segment, and not per connection. */
class AllocationTest {
    private static final int STACK = 0x0a530002;
    private static final int PEER = 0x0a530001;
    private static final int PORT = 7;
    private static final IpAddress LOCAL = IpAddress.v4(STACK);
    private static final IpAddress REMOTE = IpAddress.v4(PEER);
    private static final int MSS = 1_448;
    private static final int KIBIBYTE = 1_024;
    /** A connection's share of tables that have doubled, the old ones included, and of what a shard's first connections load. */
    private static final int TABLES = 100;

    /** Whoever looks on allocates nothing either, neither while there is room in the ring nor later. */
    private final FlowRing onlooker = new FlowRing("a", 1 << 25, 0);

    private final LightPeer peer = new LightPeer(PEER, STACK, MSS);
    private final Application application = new Application();
    private final Shard shard = new Shard(
            ShardConfig.of(LOCAL).withTcp(TcpConfig.DEFAULT.with().mslMs(5).build()),
            new Secrets(new SeededEntropy(1)),
            peer,
            application,
            token -> {},
            onlooker,
            0);
    private final long listener = shard.listen(LOCAL, PORT, 16, null, "listener");
    private long nowNs;

    /** Reads and throws away; answers each request with one response where a response length is set; closes at the end. */
    private final class Application implements ApplicationEvents {
        private final UnsafeBuffer scratch = new UnsafeBuffer(BufferUtil.allocateDirectAligned(1 << 16, 64));
        private int responseBytes;
        private long received;
        private long connection;

        @Override
        public void onConnection(final long id, final Object attachment, final int readiness) {
            if ((readiness & Readiness.READABLE) != 0) {
                read(id);
            }
        }

        private void read(final long id) {
            int n = shard.receive(id, scratch, 0, scratch.capacity());
            while (n > 0) {
                received += n;
                if (responseBytes > 0) {
                    shard.send(id, scratch, 0, responseBytes);
                }
                n = shard.receive(id, scratch, 0, scratch.capacity());
            }
            if (n == 0) {
                shard.close(id, nowNs);
            }
        }

        @Override
        public void onListener(final long id, final Object attachment) {
            connection = shard.accept(id, "connection");
            read(connection);
        }
    }

    /** Looked up once: the look-up itself allocates. */
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int ROUNDS = 10;

    /**
     * Fails unless a round of the work allocates exactly nothing. While the compiler is still at work it may move an object
     * from a register to the heap, so an early round may be forgiven; code that allocates by itself does so in every round.
     */
    private static void assertAllocatesNothing(final Runnable work) {
        long allocated = -1;
        for (int round = 0; round < ROUNDS && allocated != 0; round++) {
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            work.run();
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated, "bytes allocated in the last of " + ROUNDS + " rounds");
    }

    private void pass(final long ns) {
        nowNs += ns;
        if (shard.nextDeadlineNs() <= nowNs) {
            shard.onTimeout(nowNs);
        }
        shard.endBatch(nowNs);
    }

    private void open(final int port) {
        peer.begin(port, PORT, port * 7_919).syn(shard, nowNs);
        pass(1_000);
        peer.ack(shard, nowNs);
        pass(1_000);
    }

    private void receiveSegments(final int count) {
        for (int i = 0; i < count; i++) {
            peer.data(shard, MSS, nowNs);
            pass(1_000);
        }
    }

    private void sendSegments(final int count) {
        for (int i = 0; i < count; i++) {
            shard.send(application.connection, application.scratch, 0, MSS);
            pass(1_000);
            peer.ack(shard, nowNs);
            pass(1_000);
        }
    }

    /** Ten segments whose first is lost; every other time the peer says nothing but to the loss probe, or to the timeout. */
    private void loseSegments(final int count) {
        for (int i = 0; i < count; i++) {
            shard.send(application.connection, application.scratch, 0, 10 * MSS);
            pass(1_000_000);
            if (i % 2 == 0) {
                peer.sack(shard, MSS, nowNs);
            } else {
                pass(1_000_000_000);
            }
            if (i % 4 == 3) {
                pass(1_000_000_000);
            }
            pass(1_000_000);
            peer.ack(shard, nowNs);
            pass(1_000_000);
        }
    }

    /** Request, response, the peer's FIN, ours. */
    private void shortConnections(final int count) {
        for (int i = 0; i < count; i++) {
            open(1_024 + i % 60_000);
            peer.data(shard, 100, nowNs);
            pass(1_000);
            peer.fin(shard, nowNs);
            pass(1_000);
            peer.ack(shard, nowNs);
            pass(1_000);
        }
    }

    /** As {@link #shortConnections}, but the stack closes first and keeps a TIME-WAIT row. */
    private void activelyClosedConnections(final int count) {
        for (int i = 0; i < count; i++) {
            open(1_024 + i % 60_000);
            shard.close(application.connection, nowNs);
            pass(1_000);
            peer.ack(shard, nowNs);
            pass(1_000);
            peer.fin(shard, nowNs);
            pass(1_000);
        }
    }

    /** All that a connection keeps is allocated once, with the tables that grow: it is what one costs that says nothing. */
    @Test
    void aConnectionAllocatesAKibibyteThatIsThenKept() {
        final int connections = 10_000;
        application.responseBytes = 200;
        final long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < connections; i++) {
            peer.begin(1_024 + i, PORT, i).synWithSack(shard, nowNs);
            pass(1_000_000);
            peer.data(shard, 100, nowNs);
            pass(1_000_000);
            peer.ack(shard, nowNs);
            pass(1_000_000);
        }
        final long each = (THREADS.getCurrentThreadAllocatedBytes() - before) / connections;
        assertEquals(connections, shard.connectionCount());
        assertEquals(200L * connections, peer.textBytes());
        assertTrue(each <= KIBIBYTE + TABLES, "a connection allocated " + each + " bytes");
    }

    /** The stack opens, asks, is answered, and closes first; its rows expire meanwhile and at the end. */
    private void ownConnections(final int count) {
        for (int i = 0; i < count; i++) {
            final long connection = shard.connect(LOCAL, 0, REMOTE, PORT, null, "own", nowNs);
            application.connection = connection;
            pass(1_000_000);
            peer.begin(PORT, peer.lastStackPort(), i * 7_919).synAck(shard, nowNs);
            pass(1_000);
            shard.send(connection, application.scratch, 0, 100);
            pass(1_000);
            peer.data(shard, 200, nowNs);
            pass(1_000);
            shard.close(connection, nowNs);
            pass(1_000);
            peer.ack(shard, nowNs);
            pass(1_000);
            peer.fin(shard, nowNs);
            pass(1_000);
        }
        pass(1_000_000_000);
        shard.onTimeout(nowNs);
        shard.endBatch(nowNs);
    }

    @Test
    void ownShortConnectionsAllocateNothingFromOpenToExpiry() {
        ownConnections(5_000);
        assertAllocatesNothing(() -> ownConnections(5_000));
        final long opened = shard.counters().get(StackCounter.TcpActiveOpens);
        assertTrue(opened >= 10_000, "opened " + opened);
        assertEquals(opened, shard.counters().get(StackCounter.TcpExtTW), "every one ended by expiry");
        assertEquals(0, shard.timeWaitCount());
        assertEquals(0, shard.connectionCount());
        assertEquals(0, shard.buffersInUse());
    }

    @Test
    void receivingInOrderAllocatesNothing() {
        open(1_024);
        receiveSegments(50_000);
        assertAllocatesNothing(() -> receiveSegments(200_000));
        assertEquals(0, application.received % MSS);
        assertTrue(application.received >= 250_000L * MSS, "received " + application.received);
        assertTrue(peer.packets() > 100_000, "ACKs were sent: " + peer.packets());
    }

    @Test
    void sendingAllocatesNothing() {
        open(1_024);
        sendSegments(50_000);
        assertAllocatesNothing(() -> sendSegments(200_000));
        assertTrue(peer.textBytes() >= 250_000L * MSS, "sent " + peer.textBytes());
    }

    @Test
    void repairingLossesAllocatesNothing() {
        peer.begin(1_024, PORT, 7_919).synWithSack(shard, nowNs);
        pass(1_000);
        peer.ack(shard, nowNs);
        pass(1_000);
        loseSegments(20_000);
        assertAllocatesNothing(() -> loseSegments(20_000));
        assertTrue(shard.counters().get(StackCounter.TcpExtTCPSackRecovery) >= 20_000);
        assertTrue(shard.counters().get(StackCounter.TcpExtTCPLossProbes) >= 10_000);
        assertTrue(shard.counters().get(StackCounter.TcpExtTCPTimeouts) >= 5_000);
    }

    @Test
    void requestAndResponseAllocateNothing() {
        application.responseBytes = 200;
        open(1_024);
        receiveSegments(50_000);
        assertAllocatesNothing(() -> receiveSegments(100_000));
        assertTrue(peer.textBytes() >= 150_000L * 200, "responded " + peer.textBytes());
    }

    @Test
    void wholeShortConnectionsAllocateNothing() {
        application.responseBytes = 100;
        shortConnections(65_000);
        assertAllocatesNothing(() -> shortConnections(20_000));
        assertTrue(peer.finSeen());
        assertEquals(0, shard.connectionCount());
        assertTrue(shard.counters().get(StackCounter.TcpPassiveOpens) >= 85_000);
    }

    @Test
    void connectionsThatEndInTimeWaitAllocateNothing() {
        activelyClosedConnections(65_000);
        assertAllocatesNothing(() -> activelyClosedConnections(20_000));
        assertTrue(shard.timeWaitCount() > 0, "rows are waiting");
        assertEquals(0, shard.connectionCount());
        assertTrue(shard.counters().get(StackCounter.TcpPassiveOpens) >= 85_000);
        assertTrue(listener > 0);
    }
}
