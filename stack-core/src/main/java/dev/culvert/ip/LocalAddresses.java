package dev.culvert.ip;

import dev.culvert.tcp.LocalRouting;
import dev.culvert.wire.IpAddress;
import java.util.List;

/**
 * Our own addresses and the one route that a TUN device offers: everything that is not ours goes out through it. Immutable;
 * any thread.
 */
public final class LocalAddresses implements LocalRouting {
    private static final int LOOPBACK_MTU = 65_535;

    private final IpAddress[] addresses;
    private final long firstHi;
    private final long firstLo;
    private final int mtuBytes;

    /** These addresses, at least one, at a device with this MTU. */
    public LocalAddresses(final List<IpAddress> addresses, final int mtuBytes) {
        this.addresses = addresses.toArray(new IpAddress[0]);
        this.mtuBytes = mtuBytes;
        firstHi = addresses.get(0).hi();
        firstLo = addresses.get(0).lo();
    }

    @Override
    public boolean isLocal(final long hi, final long lo) {
        return lo == firstLo && hi == firstHi || addresses.length > 1 && isOther(hi, lo);
    }

    private boolean isOther(final long hi, final long lo) {
        for (final IpAddress address : addresses) {
            if (address.lo() == lo && address.hi() == hi) {
                return true;
            }
        }
        return false;
    }

    @Override
    public IpAddress sourceFor(final IpAddress remote) {
        if (isLocal(remote.hi(), remote.lo())) {
            return remote;
        }
        for (final IpAddress address : addresses) {
            if (address.isV4() == remote.isV4()) {
                return address;
            }
        }
        return null;
    }

    @Override
    public int mtuTo(final long remoteHi, final long remoteLo) {
        return isLocal(remoteHi, remoteLo) ? LOOPBACK_MTU : mtuBytes;
    }
}
