package dev.culvert.bench.load;

import dev.culvert.wire.Flow;

/** The 4-tuple of a client that has a number: {@value #PORTS_PER_HOST} ports of a host, then those of the next. */
final class CountedFlow implements Flow {
    private static final int PORTS_PER_HOST = 1 << 15;
    private static final int FIRST_PORT = 1 << 15;

    private final long localHi;
    private final long localLo;
    private final long remoteHi;
    private final long firstRemoteLo;
    private long remoteLo;
    private int remotePort;
    private int localPort;

    CountedFlow(final boolean v4) {
        localHi = DrivenShard.stackAddress(v4).hi();
        localLo = DrivenShard.stackAddress(v4).lo();
        remoteHi = DrivenShard.peerAddress(v4).hi();
        firstRemoteLo = DrivenShard.peerAddress(v4).lo();
    }

    /** Becomes the 4-tuple of this client towards this port of ours. */
    void number(final long number, final int port) {
        remoteLo = firstRemoteLo + (number / PORTS_PER_HOST & 0xffff);
        remotePort = FIRST_PORT + (int) (number % PORTS_PER_HOST);
        localPort = port;
    }

    @Override
    public long localHi() {
        return localHi;
    }

    @Override
    public long localLo() {
        return localLo;
    }

    @Override
    public int localPort() {
        return localPort;
    }

    @Override
    public long remoteHi() {
        return remoteHi;
    }

    @Override
    public long remoteLo() {
        return remoteLo;
    }

    @Override
    public int remotePort() {
        return remotePort;
    }
}
