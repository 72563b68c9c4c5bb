package dev.culvert.tcp;

import dev.culvert.wire.IpAddress;
import java.util.Arrays;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/** The passive OPENs by identifier and by port. An exact address beats a wildcard. Shard's thread only. */
public final class ListenerTable {
    private static final Listener[] NOBODY = {};

    private final Int2ObjectHashMap<Listener[]> byPort = new Int2ObjectHashMap<>();
    private final Long2ObjectHashMap<Listener> byId = new Long2ObjectHashMap<>();
    private long lastId;

    /** Adds a listener; null when address and port are taken. */
    public Listener add(
            final IpAddress local, final int port, final int backlog, final TcpConfig config, final Object attachment) {
        final Listener[] others = onPort(port);
        for (final Listener other : others) {
            final boolean sameAddress = other.localHi == local.hi() && other.localLo == local.lo();
            if (other.v4 == local.isV4() && (other.wildcard || local.isAny() || sameAddress)) {
                return null;
            }
        }
        final Listener listener = new Listener(
                ++lastId, local.hi(), local.lo(), local.isAny(), local.isV4(), port, backlog, config, attachment);
        restore(listener);
        return listener;
    }

    /** Lets a listener listen that does not, or not any more. */
    public void restore(final Listener listener) {
        final Listener[] others = onPort(listener.port);
        final Listener[] all = Arrays.copyOf(others, others.length + 1);
        all[others.length] = listener;
        byPort.put(listener.port, all);
        byId.put(listener.id, listener);
    }

    private Listener[] onPort(final int port) {
        final Listener[] found = byPort.get(port);
        return found == null ? NOBODY : found;
    }

    /** Whether anybody listens on this port, on whatever address. */
    public boolean isPortUsed(final int port) {
        return byPort.containsKey(port);
    }

    /** Who listens for this address and port, or null. */
    public Listener find(final long localHi, final long localLo, final int port) {
        final boolean v4 = IpAddress.isV4(localHi, localLo);
        Listener wildcard = null;
        for (final Listener listener : onPort(port)) {
            if (listener.v4 == v4 && listener.wildcard) {
                wildcard = listener;
            } else if (listener.localHi == localHi && listener.localLo == localLo) {
                return listener;
            }
        }
        return wildcard;
    }

    /** The listener with this identifier, or null. */
    public Listener get(final long id) {
        return byId.get(id);
    }

    /** Stops listening. */
    public void remove(final Listener listener) {
        byId.remove(listener.id);
        final Listener[] all = onPort(listener.port);
        if (all.length <= 1) {
            byPort.remove(listener.port);
            return;
        }
        final Listener[] rest = new Listener[all.length - 1];
        int kept = 0;
        for (final Listener other : all) {
            if (other != listener) {
                rest[kept++] = other;
            }
        }
        byPort.put(listener.port, rest);
    }
}
