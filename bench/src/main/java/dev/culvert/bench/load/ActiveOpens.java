package dev.culvert.bench.load;

import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;

/**
 * Connections opened towards one port of one host that never answers; a share of the ephemeral ports is taken by such that
 * stay. Time stands still. One thread.
 */
public final class ActiveOpens {
    private static final int PORT = 443;
    private static final int PORTS = DrivenShard.EPHEMERAL_HIGH - DrivenShard.EPHEMERAL_LOW + 1;

    private final IpAddress stack = DrivenShard.stackAddress(true);
    private final IpAddress peer = DrivenShard.peerAddress(true);
    private final DrivenShard driven = new DrivenShard(
            stack, Delivery.VERIFIED, TcpConfig.DEFAULT, packet -> true, new NoApplication(), Probe.NONE);
    private final int occupied;

    /** Takes this share of the ports, 0 to below 1. */
    public ActiveOpens(final double share) {
        occupied = (int) (share * PORTS);
        for (int i = 0; i < occupied; i++) {
            open();
        }
    }

    private long open() {
        final long connection = driven.shard.connect(stack, 0, peer, PORT, null, null, driven.nowNs);
        if (connection <= 0) {
            throw new IllegalStateException("connect failed with " + connection);
        }
        driven.shard.endBatch(driven.nowNs);
        return connection;
    }

    /** Opens a connection and aborts it; what abort returns. */
    public int openAndAbort() {
        final int result = driven.shard.abort(open(), driven.nowNs);
        driven.shard.endBatch(driven.nowNs);
        return result;
    }

    /** Fails unless as many ports are taken as in the beginning. */
    public void check() {
        DrivenShard.require("ports taken", occupied, driven.shard.connectionCount());
    }

    private static final class NoApplication implements ApplicationEvents {
        @Override
        public void onConnection(final long connection, final Object attachment, final int readiness) {}

        @Override
        public void onListener(final long listener, final Object attachment) {}
    }
}
