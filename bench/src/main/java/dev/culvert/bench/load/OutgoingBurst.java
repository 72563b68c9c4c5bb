package dev.culvert.bench.load;

import dev.culvert.env.Errno;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A burst of short outgoing connections between two stacks under one clock: the client's connects, asks, reads the answer and
 * closes first, so that TIME-WAIT is the client's. What it may do about ports that wait is a setting. One thread.
 */
public final class OutgoingBurst implements AutoCloseable {
    /** Connections side by side. */
    public static final int BATCH = 64;

    private static final int FIRST_PORT = 8_000;
    private static final int REQUEST = 78;
    private static final int RESPONSE = 230;
    private static final long NS_PER_SECOND = 1_000_000_000;

    private final IpAddress clientAddress = DrivenShard.peerAddress(true);
    private final IpAddress serverAddress = DrivenShard.stackAddress(true);
    private final PacketQueue toServer = new PacketQueue();
    private final PacketQueue toClient = new PacketQueue();
    private final UnsafeBuffer text = new UnsafeBuffer(BufferUtil.allocateDirectAligned(RESPONSE, 64), 0, RESPONSE);
    private final DrivenShard client;
    private final DrivenShard server;
    private final int services;
    private final long stepNs;
    private long attempts;
    private long completed;
    private long refused;
    private int mostWaiting;
    private long mostBytes;

    /**
     * A client and a server.
     *
     * @param tcp the client's
     * @param services ports of the server that the connections go to in turn, 1 to 1,000
     * @param perSecond attempts, by the load's clock
     */
    public OutgoingBurst(final TcpConfig tcp, final int services, final int perSecond) {
        this.services = services;
        stepNs = BATCH * NS_PER_SECOND / perSecond;
        client = new DrivenShard(clientAddress, Delivery.VERIFIED, tcp, toServer, new Client(), Probe.NONE);
        server = new DrivenShard(
                serverAddress, Delivery.VERIFIED, TcpConfig.DEFAULT, toClient, new Server(), Probe.NONE);
        for (int i = 0; i < services; i++) {
            server.shard.listen(serverAddress, FIRST_PORT + i, 2 * BATCH, null, this);
        }
    }

    /** Connections from beginning to end, as many side by side; those that find no port are refused. */
    public void batch() {
        for (int i = 0; i < BATCH; i++) {
            final int port = FIRST_PORT + (int) (attempts++ % services);
            final long opened = client.shard.connect(clientAddress, 0, serverAddress, port, null, this, client.nowNs);
            refused += opened == -Errno.EADDRNOTAVAIL ? 1 : 0;
        }
        client.endRound(0);
        while (!toServer.isEmpty() || !toClient.isEmpty()) {
            toServer.deliverTo(server);
            server.endRound(0);
            toClient.deliverTo(client);
            client.endRound(0);
        }
        mostWaiting = Math.max(mostWaiting, client.shard.timeWaitCount());
        mostBytes = Math.max(mostBytes, client.shard.memoryInUseBytes());
        client.endRound(stepNs);
        server.endRound(stepNs);
    }

    /** Connections tried so far. */
    public long attempts() {
        return attempts;
    }

    /** Those whose response came whole and that ended in good order. */
    public long completed() {
        return completed;
    }

    /** Those for which no port was free: EADDRNOTAVAIL. */
    public long refused() {
        return refused;
    }

    /** Records in TIME-WAIT when there were most. */
    public int mostWaiting() {
        return mostWaiting;
    }

    /** What the client's stack had allocated when it was most, in bytes. */
    public long mostBytes() {
        return mostBytes;
    }

    /** How long it has taken by the load's clock, in ns. */
    public long nowNs() {
        return client.nowNs;
    }

    /** Fails unless every attempt was refused or went well, and nothing is left of it but TIME-WAIT. */
    public void check() {
        DrivenShard.require("attempts that came to an end", attempts, completed + refused);
        DrivenShard.require("the client's control blocks left", 0, client.shard.connectionCount());
        DrivenShard.require("the server's control blocks left", 0, server.shard.connectionCount());
        DrivenShard.require("the server's records in TIME-WAIT", 0, server.shard.timeWaitCount());
    }

    @Override
    public void close() {
        client.shard.close();
        server.shard.close();
    }

    private final class Client implements ApplicationEvents {
        @Override
        public void onListener(final long listener, final Object attachment) {}

        @Override
        public void onConnection(final long connection, final Object attachment, final int readiness) {
            if ((readiness & Readiness.CONNECTED) != 0) {
                client.shard.send(connection, text, 0, REQUEST);
            }
            if ((readiness & Readiness.READABLE) != 0
                    && client.shard.receive(connection, text, 0, RESPONSE) == RESPONSE
                    && client.shard.close(connection, client.nowNs) == 0) {
                completed++;
            }
        }
    }

    private final class Server implements ApplicationEvents {
        @Override
        public void onListener(final long listener, final Object attachment) {
            long connection = server.shard.accept(listener, this);
            while (connection > 0) {
                connection = server.shard.accept(listener, this);
            }
        }

        @Override
        public void onConnection(final long connection, final Object attachment, final int readiness) {
            if ((readiness & Readiness.PEER_CLOSED) != 0) {
                server.shard.close(connection, server.nowNs);
            } else if ((readiness & Readiness.READABLE) != 0
                    && server.shard.receive(connection, text, 0, RESPONSE) == REQUEST) {
                server.shard.send(connection, text, 0, RESPONSE);
            }
        }
    }
}
