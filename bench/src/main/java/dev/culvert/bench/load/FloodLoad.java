package dev.culvert.bench.load;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Secrets;
import dev.culvert.kit.peer.Flood;
import dev.culvert.kit.peer.LightPeer;
import dev.culvert.shard.Shard;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.Readiness;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketSink;
import dev.culvert.wire.TcpFlyweight;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A stack that serves one honest peer, which uploads without pause, while another peer sends as many packets to do harm. Time is
 * the load's own: a round is a millisecond. One thread.
 */
public final class FloodLoad {
    /** Packets of the honest peer in a round, and of the other one. */
    public static final int BATCH = 32;

    private static final int STACK = 0x0a530002;
    private static final int HONEST = 0x0a530001;
    private static final int OTHER = 0x0a540001;
    private static final int PORT = 7;
    private static final int HONEST_PORT = 20_000;
    private static final int OTHER_PORT = 30_000;
    private static final int OTHER_PORTS = 30_000;
    private static final int STRANGER_PORT = 10_000;
    private static final int STRANGER_PORTS = 8_000;
    private static final int MSS = 1_448;
    private static final int SPAN = 60_000;
    private static final int MIX = 7_919;
    private static final long ROUND_NS = 1_000_000;
    private static final long REST_NS = 7_200_000_000_000L;

    private final LightPeer honest = new LightPeer(HONEST, STACK, MSS);
    private final LightPeer other = new LightPeer(OTHER, STACK, MSS);
    private final LightPeer stranger = new LightPeer(OTHER, STACK, MSS);
    private final Server server = new Server();
    private final Shard shard;
    private final long listener;
    private long nowNs;
    private long delivered;
    private long otherConnection;
    private int step;

    /** A stack with one honest connection. */
    public FloodLoad(final long memoryBytes) {
        final ShardConfig config = ShardConfig.of(IpAddress.v4(STACK)).withMemoryLimit(memoryBytes);
        shard = new Shard(config, new Secrets(DrivenShard.seeds()), new ByPort(), server, token -> {}, Probe.NONE, 0);
        listener = shard.listen(IpAddress.v4(STACK), PORT, 2, null, this);
        open(honest, HONEST_PORT);
    }

    private void open(final LightPeer peer, final int port) {
        peer.begin(port, PORT, step++ * MIX).synWithSack(shard, nowNs);
        endRound();
        peer.ack(shard, nowNs);
        endRound();
    }

    private void endRound() {
        if (shard.nextDeadlineNs() <= nowNs) {
            shard.onTimeout(nowNs);
        }
        shard.endBatch(nowNs);
        nowNs += ROUND_NS;
    }

    /** The other peer opens the connection over which it does harm, if it needs one. */
    public void begin(final Flood flood) {
        if (flood == Flood.NONE || flood == Flood.SYNS) {
            return;
        }
        open(other, OTHER_PORT + step % OTHER_PORTS);
        otherConnection = server.last;
        if (flood == Flood.TINY_WINDOWS || flood == Flood.SACKS) {
            for (int i = 0; i < BATCH; i++) { // the congestion window grows
                shard.send(otherConnection, server.scratch, 0, SPAN);
                endRound();
                other.ack(shard, nowNs);
                endRound();
            }
            shard.send(otherConnection, server.scratch, 0, SPAN);
            endRound();
        }
    }

    /** That connection is reset, whatever it holds. */
    public void end() {
        if (otherConnection > 0) {
            shard.abort(otherConnection, nowNs);
            otherConnection = 0;
            endRound();
        }
    }

    /** Both peers send a batch, packet by packet in turn. */
    public void round(final Flood flood) {
        for (int i = 0; i < BATCH; i++) {
            honest.data(shard, MSS, nowNs);
            harm(flood);
        }
        endRound();
    }

    private void harm(final Flood flood) {
        step++;
        final int at = (step * MIX & Integer.MAX_VALUE) % SPAN;
        switch (flood) {
            case NONE -> {}
            case SYNS ->
                stranger.begin(OTHER_PORT + step % OTHER_PORTS, PORT, step * MIX)
                        .syn(shard, nowNs);
            case SMALL_SEGMENTS -> other.data(shard, 1, nowNs);
            case GAPS -> other.dataAhead(shard, 1 + at, 1, nowNs);
            case BACKWARDS -> other.dataAhead(shard, SPAN - step % SPAN, 1, nowNs);
            case TINY_WINDOWS -> {
                other.window(step % 3);
                other.ack(shard, nowNs);
            }
            case SACKS -> other.sack(shard, MSS + at % (BATCH * MSS), nowNs);
        }
    }

    /** A short connection from connect to close: a request, which is read, and the client's FIN, which is answered. */
    public void shortConnection() {
        open(stranger, STRANGER_PORT + step % STRANGER_PORTS);
        stranger.data(shard, MSS, nowNs);
        stranger.fin(shard, nowNs);
        endRound();
        stranger.ack(shard, nowNs);
        endRound();
    }

    /** Bytes that the application has read of the honest peer's. */
    public long delivered() {
        return delivered;
    }

    /** Off-heap memory in use, in bytes. */
    public long memoryBytes() {
        return shard.memoryInUseBytes();
    }

    /** Connections with a control block. */
    public int connections() {
        return shard.connectionCount();
    }

    /** The value of a counter. */
    public long count(final StackCounter counter) {
        return shard.counters().get(counter);
    }

    /** Resets everything and lets all timers run out; fails when anything is left. */
    public void drain() {
        end();
        shard.abort(server.honest, nowNs);
        shard.closeListener(listener, nowNs);
        for (final long end = nowNs + REST_NS; nowNs < end; ) {
            final long next = Math.min(shard.nextDeadlineNs(), end);
            nowNs = Math.max(nowNs, next);
            shard.onTimeout(nowNs);
            shard.endBatch(nowNs);
        }
        DrivenShard.require("connections left", 0, shard.connectionCount());
        DrivenShard.require("half-open rows left", 0, shard.halfOpenCount());
        DrivenShard.require("buffers left", 0, shard.buffersInUse());
        DrivenShard.require("timers left", 0, shard.timersInUse());
    }

    /** Packets go to the peer whose port they are for. */
    private final class ByPort implements PacketSink {
        private final TcpFlyweight view = new TcpFlyweight();

        @Override
        public boolean transmit(final OutboundPacket packet) {
            view.wrap(packet.header, packet.transportOffset);
            final int port = view.destinationPort();
            final boolean strange = port < STRANGER_PORT + STRANGER_PORTS;
            return (port == HONEST_PORT ? honest : strange ? stranger : other).transmit(packet);
        }
    }

    private final class Server implements ApplicationEvents {
        private final UnsafeBuffer scratch = new UnsafeBuffer(BufferUtil.allocateDirectAligned(1 << 16, 64));
        private long honest;
        private long last;

        @Override
        public void onListener(final long id, final Object attachment) {
            for (long next = shard.accept(id, this); next > 0; next = shard.accept(id, this)) {
                last = next;
                honest = honest == 0 ? next : honest;
            }
        }

        @Override
        public void onConnection(final long id, final Object attachment, final int readiness) {
            if ((readiness & Readiness.READABLE) == 0) {
                return;
            }
            int n = read(id);
            for (; n > 0; n = read(id)) {
                delivered += id == honest ? n : 0;
            }
            if (n == 0) {
                shard.close(id, nowNs);
            }
        }

        private int read(final long id) {
            return shard.receive(id, scratch, 0, scratch.capacity());
        }
    }
}
