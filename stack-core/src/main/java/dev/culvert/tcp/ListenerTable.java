package dev.culvert.tcp;

import dev.culvert.wire.IpAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Consumer;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/** The passive OPENs by identifier and by port. An exact address beats a wildcard. Shard's thread only. */
public final class ListenerTable {
    private static final Listener[] NOBODY = {};

    private final Int2ObjectHashMap<Listener[]> byPort = new Int2ObjectHashMap<>();
    private final Long2ObjectHashMap<Listener> byId = new Long2ObjectHashMap<>();
    private long lastId;

    /** Adds a listener to an address and port that it may have. */
    public Listener add(
            final IpAddress local, final int port, final int backlog, final TcpConfig config, final Object attachment) {
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

    /** Everybody who listens on this port, oldest first; not a copy. */
    public Listener[] onPort(final int port) {
        final Listener[] found = byPort.get(port);
        return found == null ? NOBODY : found;
    }

    /** Whether anybody listens on this port, on whatever address. */
    public boolean isPortUsed(final int port) {
        return byPort.containsKey(port);
    }

    /**
     * Who listens for this address and port, or null. Of several that share both (SO_REUSEPORT), the keyed hash of the flow
     * picks one, the same one as long as the group stays as it is.
     */
    public Listener find(final long localHi, final long localLo, final int port, final int hash) {
        final boolean v4 = IpAddress.isV4(localHi, localLo);
        final Listener[] all = onPort(port);
        int exact = 0;
        int wildcards = 0;
        for (final Listener listener : all) {
            if (listener.wildcard) {
                wildcards += listener.v4 == v4 ? 1 : 0;
            } else {
                exact += listener.localHi == localHi && listener.localLo == localLo ? 1 : 0;
            }
        }
        final boolean wildcard = exact == 0;
        final int group = wildcard ? wildcards : exact;
        int pick = group <= 1 ? 0 : (int) (Integer.toUnsignedLong(hash) * group >>> 32);
        for (final Listener listener : all) {
            final boolean member = wildcard
                    ? listener.wildcard && listener.v4 == v4
                    : listener.localHi == localHi && listener.localLo == localLo;
            if (member && pick-- == 0) {
                return listener;
            }
        }
        return null;
    }

    /** Calls {@code action} for every listener, oldest first. */
    public void forEach(final Consumer<Listener> action) {
        byId.values().stream()
                .sorted(Comparator.comparingLong(listener -> listener.id))
                .forEach(action);
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
