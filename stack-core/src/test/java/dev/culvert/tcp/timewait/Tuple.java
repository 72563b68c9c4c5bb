package dev.culvert.tcp.timewait;

import dev.culvert.env.SipHash;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;

/** A 4-tuple for tests: the host behind {@code number} and one of our ports. */
record Tuple(boolean v4, int number, int localPort) implements Flow {
    private static final IpAddress LOCAL_V4 = IpAddress.parse("10.83.0.2");
    private static final IpAddress LOCAL_V6 = IpAddress.parse("fd83::2");
    private static final IpAddress REMOTE_V4 = IpAddress.parse("11.0.0.0");
    private static final IpAddress REMOTE_V6 = IpAddress.parse("fd84::");
    private static final SipHash HASH = new SipHash(1, 2);

    static int hash(
            final long localLo, final long remoteHi, final long remoteLo, final int localPort, final int remotePort) {
        return (int) HASH.hash(remoteHi, remoteLo ^ localLo, localPort << 16 | remotePort);
    }

    int hash() {
        return hash(localLo(), remoteHi(), remoteLo(), localPort(), remotePort());
    }

    @Override
    public long localHi() {
        return v4 ? LOCAL_V4.hi() : LOCAL_V6.hi();
    }

    @Override
    public long localLo() {
        return v4 ? LOCAL_V4.lo() : LOCAL_V6.lo();
    }

    @Override
    public long remoteHi() {
        return v4 ? REMOTE_V4.hi() : REMOTE_V6.hi();
    }

    @Override
    public long remoteLo() {
        return (v4 ? REMOTE_V4.lo() : REMOTE_V6.lo()) + (number >>> 12);
    }

    @Override
    public int remotePort() {
        return 0x8000 | number & 0xfff;
    }
}
