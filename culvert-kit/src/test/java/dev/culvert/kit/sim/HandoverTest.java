package dev.culvert.kit.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.kit.Pattern;
import dev.culvert.kit.Rfc;
import dev.culvert.kit.sim.Plan.Ending;
import dev.culvert.shard.Shard;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.SynCookies;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What eight shards hand over to each other, rule by rule: a link without faults, and nothing but the rule under test. */
class HandoverTest {
    private static final int SHARDS = 8;
    private static final int PORT = 80;
    private static final long SECOND = 1_000_000_000L;
    private static final LinkConfig CLEAN = LinkConfig.clean(1_000_000);
    private static final IpAddress PEER = IpAddress.parse("10.83.0.2");
    private static final IpAddress LOCAL = IpAddress.parse("10.83.0.3");
    private static final Pattern UP = new Pattern(1);
    private static final Pattern DOWN = new Pattern(2);

    private Simulation simulation;
    private SimHost peer;
    private ShardedHost stack;

    private void build(final QueueChoice choice, final LinkConfig toPeer) {
        simulation = new Simulation(7, new FramePool());
        peer = new SimHost(simulation, "peer", ShardConfig.of(PEER), 0);
        stack = new ShardedHost(simulation, "shard", ShardConfig.of(LOCAL), SHARDS, choice, 0);
        simulation.link(peer, stack, CLEAN, toPeer);
    }

    private static Plan plan(final int bytes, final int chunk, final long pauseNs, final Ending ending) {
        return new Plan(bytes, chunk, pauseNs, 100_000, 0, false, false, ending, 0);
    }

    private List<Party> serve(final int port, final TcpConfig tcp, final Plan plan) {
        final List<Party> parties = IntStream.range(0, SHARDS)
                .mapToObj(i -> new Party(stack.shards().get(i), plan, DOWN, UP))
                .toList();
        final long[] listeners = stack.listen(LOCAL, port, 4, tcp, parties::get);
        assertTrue(listeners[0] > 0, "listening");
        return parties;
    }

    private void run(final long seconds) {
        simulation.run(simulation.nowNs() + seconds * SECOND, () -> false);
    }

    private static void complete(final Party client, final List<Party> servers) {
        final List<Party> connected =
                servers.stream().filter(party -> !party.neverConnected()).toList();
        assertEquals(1, connected.size(), "shards that got the connection");
        assertEquals("", client.complaint(connected.get(0)) + connected.get(0).complaint(client));
        assertTrue(client.isOver() && connected.get(0).isOver(), "both are over");
    }

    private long sum(final StackCounter counter) {
        return stack.counters().get(counter);
    }

    private long sum(final Function<Shard, Integer> of) {
        return stack.shards().stream().mapToLong(host -> of.apply(host.shard())).sum();
    }

    @Test
    void theKernelFollowsTheOwnerUntilItForgetsTheFlow() {
        build(QueueChoice.AS_KERNEL, CLEAN);
        final int bursts = 5; // four seconds apart, so that each but the first comes after the kernel has forgotten
        int handed = 0;
        for (int i = 0; i < 20; i++) {
            final long before = sum(StackCounter.IpHandedOver);
            final List<Party> servers = serve(PORT + i, TcpConfig.DEFAULT, plan(0, 1, 0, Ending.AFTER_PEER));
            final Party client = new Party(peer, plan(1_000 * bursts, 1_000, 4 * SECOND, Ending.HALF_CLOSE), UP, DOWN);
            client.connect(PEER, 0, LOCAL, PORT + i, TcpConfig.DEFAULT);
            run(30);
            complete(client, servers);
            final long more = sum(StackCounter.IpHandedOver) - before;
            assertTrue(more == 0 || more == bursts, more + " handed over: the first of each burst or none");
            handed += more > 0 ? 1 : 0;
        }
        assertTrue(handed > 10, handed + " of 20 connections began on another queue");
        assertEquals(sum(StackCounter.IpHandedOver), sum(StackCounter.IpTakenOver));
    }

    @Test
    void aConnectionOfOursComesHomeThoughNoQueueKnowsIt() {
        build(QueueChoice.RANDOM, CLEAN);
        for (int i = 0; i < SHARDS; i++) {
            final Party server = new Party(peer, plan(50_000, 10_000, 0, Ending.HALF_CLOSE), DOWN, UP);
            peer.listen(PEER, PORT + i, TcpConfig.DEFAULT, server);
            final Party client = new Party(stack.shards().get(i), plan(50_000, 10_000, 0, Ending.HALF_CLOSE), UP, DOWN);
            client.connect(LOCAL, 0, PEER, PORT + i, TcpConfig.DEFAULT);
            run(100);
            complete(client, List.of(server));
        }
        assertTrue(sum(StackCounter.IpTakenOver) > 8 * 10, "most packets came to another shard");
        assertEquals(0, sum(StackCounter.TcpOutRsts));
    }

    @Test
    @Rfc(number = 1122, section = "4.2.2.13")
    void aTimeWaitRowIsOpenedAnewWhereverTheSynComes() {
        build(QueueChoice.RANDOM, CLEAN);
        final TcpConfig tcp = TcpConfig.DEFAULT.with().reuseAddress(true).build();
        for (int i = 0; i < 10; i++) {
            final List<Party> servers = IntStream.range(0, SHARDS)
                    .mapToObj(each ->
                            new Party(stack.shards().get(each), plan(3_000, 3_000, 0, Ending.HALF_CLOSE), DOWN, UP))
                    .toList();
            final long[] listeners = stack.listen(LOCAL, PORT, 4, tcp, servers::get);
            assertTrue(listeners[0] > 0, "listening");
            final Party client = new Party(peer, plan(0, 1, 0, Ending.AFTER_PEER), UP, DOWN);
            client.connect(PEER, 5_000, LOCAL, PORT, tcp);
            run(2);
            complete(client, servers);
            stack.closeListeners(listeners);
            assertEquals(1, sum(Shard::timeWaitCount), "one row, on one shard");
            assertEquals(i, sum(StackCounter.TcpExtTWRecycled));
        }
        assertEquals(1, stack.ownerOf(LOCAL, PORT, PEER, 5_000).shard().timeWaitCount());
    }

    @Test
    void aHandshakeThatNobodyCompletesIsOneRowOnItsOwner() {
        build(QueueChoice.RANDOM, CLEAN.with().up(false).build());
        serve(PORT, TcpConfig.DEFAULT, plan(0, 1, 0, Ending.AFTER_PEER));
        peer.shard().connect(PEER, 5_000, LOCAL, PORT, TcpConfig.DEFAULT, null, simulation.nowNs());
        peer.touched();
        run(20);
        assertTrue(peer.shard().counters().get(StackCounter.TcpRetransSegs) > 3, "several SYNs, on several queues");
        assertEquals(1, sum(Shard::halfOpenCount));
        assertEquals(1, stack.ownerOf(LOCAL, PORT, PEER, 5_000).shard().halfOpenCount());
    }

    @Test
    void synCookiesAreTheSameOnEveryShard() {
        build(QueueChoice.AS_KERNEL, CLEAN);
        final TcpConfig tcp =
                TcpConfig.DEFAULT.with().synCookies(SynCookies.ALWAYS).build();
        for (int i = 0; i < 20; i++) {
            final List<Party> servers = serve(PORT + i, tcp, plan(10_000, 10_000, 0, Ending.HALF_CLOSE));
            final Party client = new Party(peer, plan(10_000, 10_000, 0, Ending.HALF_CLOSE), UP, DOWN);
            client.connect(PEER, 0, LOCAL, PORT + i, TcpConfig.DEFAULT);
            run(5);
            complete(client, servers);
        }
        assertEquals(20, sum(StackCounter.TcpExtSyncookiesRecv));
        assertTrue(sum(StackCounter.IpTakenOver) > 0, "some came to another shard");
    }

    @Test
    @Rfc(number = 1191, section = "3")
    void anIcmpErrorReachesTheOwnerOfTheSegmentThatItQuotes() {
        build(QueueChoice.RANDOM, CLEAN.with().mtuBytes(1_300).build());
        for (int i = 0; i < SHARDS; i++) {
            final Party server = new Party(peer, plan(0, 1, 0, Ending.AFTER_PEER), DOWN, UP);
            peer.listen(PEER, PORT + i, TcpConfig.DEFAULT, server);
            final Party client =
                    new Party(stack.shards().get(i), plan(100_000, 100_000, 0, Ending.HALF_CLOSE), UP, DOWN);
            client.connect(LOCAL, 0, PEER, PORT + i, TcpConfig.DEFAULT);
            run(100);
            complete(client, List.of(server));
        }
        assertEquals(0, sum(StackCounter.TcpExtTCPTimeouts), "timeouts: every error was heard at once");
    }

    @Test
    @Rfc(number = 791, section = "3.2")
    void fragmentsMeetOnOneShardAndTheirSegmentGoesToItsOwner() {
        build(QueueChoice.RANDOM, CLEAN);
        stack.cutOneIn(1);
        final List<Party> servers = serve(PORT, TcpConfig.DEFAULT, plan(0, 1, 0, Ending.AFTER_PEER));
        final Party client = new Party(peer, plan(100_000, 100_000, 0, Ending.HALF_CLOSE), UP, DOWN);
        client.connect(PEER, 0, LOCAL, PORT, TcpConfig.DEFAULT);
        run(100);
        complete(client, servers);
        assertTrue(sum(StackCounter.IpReasmOKs) >= 69, "whole segments");
        assertEquals(0, sum(StackCounter.IpReasmFails));
        final long homes = stack.shards().stream()
                .filter(host -> host.shard().counters().get(StackCounter.IpReasmOKs) > 0)
                .count();
        assertEquals(SHARDS, homes, "shards that share the work");
    }

    @Test
    void echoIsAnsweredWhereItComesAndRepliesAreHeardByTheFirstShard() {
        build(QueueChoice.RANDOM, CLEAN);
        final AtomicInteger heard = new AtomicInteger();
        peer.shard().echoListener((hi, lo, id, sequence, length, ttl) -> heard.incrementAndGet());
        final UnsafeBuffer data = new UnsafeBuffer(new byte[8]);
        for (int i = 0; i < 20; i++) {
            peer.shard().ping(LOCAL, 1, i, data, 0, 8);
            run(1);
        }
        assertEquals(20, heard.get());
        assertEquals(0, sum(StackCounter.IpHandedOver));

        stack.shards().get(0).shard().echoListener((hi, lo, id, sequence, length, ttl) -> heard.incrementAndGet());
        for (int i = 0; i < 20; i++) {
            stack.shards().get(3).shard().ping(PEER, 1, i, data, 0, 8);
            run(1);
        }
        assertEquals(40, heard.get());
    }

    @Test
    void aSegmentForNobodyGetsOneReset() {
        build(QueueChoice.RANDOM, CLEAN);
        for (int i = 1; i <= 20; i++) {
            final long connection =
                    peer.shard().connect(PEER, 0, LOCAL, PORT, TcpConfig.DEFAULT, new Ignored(), simulation.nowNs());
            peer.touched();
            run(1);
            assertEquals(Errno.ECONNREFUSED, peer.shard().error(connection));
            assertEquals(i, sum(StackCounter.TcpOutRsts));
        }
    }

    private static final class Ignored implements SimApplication {
        @Override
        public void onReady(final long connection, final int readiness) {}

        @Override
        public void onAcceptable(final long listener) {}
    }

    @Test
    void aListenerIsOnAllShardsOrOnNone() {
        build(QueueChoice.RANDOM, CLEAN);
        final Party server = new Party(peer, plan(0, 1, 0, Ending.AFTER_PEER), DOWN, UP);
        peer.listen(PEER, PORT, TcpConfig.DEFAULT, server);
        final Shard third = stack.shards().get(3).shard();
        final long connection = third.connect(LOCAL, 0, PEER, PORT, null, new Ignored(), simulation.nowNs());
        final int port = third.flow(connection).localPort();

        final TcpConfig exclusive = TcpConfig.DEFAULT.with().reuseAddress(false).build();
        final long[] refused = stack.listen(LOCAL, port, 4, exclusive, each -> new Ignored());
        assertArrayEquals(new long[] {-Errno.EADDRINUSE}, refused);
        for (int i = 0; i < SHARDS; i++) {
            final int expected = i == 3 ? -Errno.EADDRINUSE : 0;
            assertEquals(expected, stack.shards().get(i).shard().mayListen(LOCAL, port, exclusive), "shard " + i);
        }
    }

    @Test
    void aNamedPortOpensOnItsOwnerAlone() {
        build(QueueChoice.RANDOM, CLEAN);
        final SimHost owner = stack.ownerOf(LOCAL, 4_000, PEER, PORT);
        final List<SimHost> opened = new ArrayList<>();
        for (final SimHost host : stack.shards()) {
            final long now = simulation.nowNs();
            final long connection = host.shard().connect(LOCAL, 4_000, PEER, PORT, null, new Ignored(), now);
            if (connection > 0) {
                opened.add(host);
            } else {
                assertEquals(-Errno.EADDRNOTAVAIL, connection);
                assertEquals(
                        "shard " + owner.shard().shardId()
                                + " of 8, which has the connection 10.83.0.3:4000 to 10.83.0.2:80",
                        host.shard().portHolder());
            }
        }
        assertEquals(List.of(owner), opened);
    }

    @Test
    void aFullRingLosesPacketsThatAreCountedAndTcpRepairs() {
        build(QueueChoice.RANDOM, CLEAN);
        stack.refuseOneIn(10);
        final List<Party> servers = serve(PORT, TcpConfig.DEFAULT, plan(0, 1, 0, Ending.AFTER_PEER));
        final Party client = new Party(peer, plan(200_000, 100_000, 0, Ending.HALF_CLOSE), UP, DOWN);
        client.connect(PEER, 0, LOCAL, PORT, TcpConfig.DEFAULT);
        run(300);
        complete(client, servers);
        assertTrue(stack.counters().get(DropReason.HANDOVER_FULL) > 0, "some were lost");
        assertEquals(sum(StackCounter.IpHandedOver), sum(StackCounter.IpTakenOver));
    }
}
