package dev.culvert.tcp;

import dev.culvert.wire.Flow;

/** The 4-tuple that somebody asks about; filled in anew for each question. Shard's thread only. */
public final class WantedFlow implements Flow {
    private long localHi;
    private long localLo;
    private int localPort;
    private long remoteHi;
    private long remoteLo;
    private int remotePort;

    /** From this address of ours to that port of the peer's; the local port is still open. */
    public void set(
            final long sourceHi, final long sourceLo, final long peerHi, final long peerLo, final int peerPort) {
        localHi = sourceHi;
        localLo = sourceLo;
        localPort = 0;
        remoteHi = peerHi;
        remoteLo = peerLo;
        remotePort = peerPort;
    }

    /** Fills in the local port. */
    public void localPort(final int port) {
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
