package dev.culvert.tcp;

import dev.culvert.tcp.timewait.TimeWaitTable;
import dev.culvert.wire.Flow;
import org.agrona.collections.LongHashSet;

/**
 * Which local port an active OPEN may have, TIME-WAIT included (RFC 9293 §3.6.1). A 4-tuple that waits may be had again by
 * {@link TimeWaitReuse} once our timestamp clock has moved on from the last TSval that was sent from it, so that the peer takes
 * all of the new connection for newer than the old one. That the peer is newer too is for its SYN-ACK to show; the row stays
 * as a shadow until then. Towards a destination where it was not, the clock is given a second. Shard's thread only.
 */
public final class LocalPorts {
    /** Time after which Linux reuses, whose clock for this counts seconds. */
    private static final int CAUTIOUS_MS = 1_000;

    /** Destinations remembered as such at most; beyond that they are forgotten. */
    private static final int MOST_CAUTIOUS = 4_096;

    private final TcpContext context;
    private final LongHashSet cautious = new LongHashSet();
    private final WantedFlow wanted = new WantedFlow();
    private final EphemeralPorts.Verdict verdict = this::verdict;
    private TcpConfig config;
    private boolean named;
    private long nowNs;

    LocalPorts(final TcpContext context) {
        this.context = context;
    }

    /** A port for a connection like {@code flow}, whose own local port does not count; 0: there is none. */
    public int choose(final Flow flow, final TcpConfig newcomer, final long now) {
        about(flow, newcomer, false, now);
        return context.ports.choose(wanted, verdict, Timestamps.value(now, 0));
    }

    /** Whether the application may have the port that it has named in {@code flow}; as {@link EphemeralPorts.Verdict}. */
    public int verdictOnNamed(final Flow flow, final TcpConfig newcomer, final long now) {
        about(flow, newcomer, true, now);
        return verdict(flow.localPort());
    }

    private void about(final Flow flow, final TcpConfig newcomer, final boolean byName, final long now) {
        wanted.set(flow.localHi(), flow.localLo(), flow.remoteHi(), flow.remoteLo(), flow.remotePort());
        config = newcomer;
        named = byName;
        nowNs = now;
    }

    private int verdict(final int port) {
        if (!named && context.listeners.isPortUsed(port)) {
            return EphemeralPorts.USED;
        }
        wanted.localPort(port);
        final int hash = context.connections.hash(wanted);
        if (context.connections.find(hash, wanted) != null || context.halfOpen.rows.find(hash, wanted) >= 0) {
            return EphemeralPorts.USED;
        }
        final int row = context.timeWait.find(hash, wanted);
        return row < 0 || context.timeWait.isOver(row, nowNs) ? EphemeralPorts.FREE : reuse(row);
    }

    private int reuse(final int row) {
        final boolean allowed =
                switch (config.timeWaitReuse()) {
                    case OFF -> false;
                    case LOOPBACK -> named || context.routing.isLocal(wanted.remoteHi(), wanted.remoteLo());
                    case ON -> true;
                };
        if (!allowed || !config.timestamps() || !context.timeWait.has(row, TimeWaitTable.TS_RECENT_VALID)) {
            return EphemeralPorts.USED;
        }
        final int restMs =
                named ? 1 : cautious.contains(key(wanted)) ? CAUTIOUS_MS : config.timeWaitReuseDelayMs();
        final int restedMs = Timestamps.value(nowNs, 0) - context.timeWait.lastSentMs(row);
        return restedMs >= restMs ? EphemeralPorts.FREE : restMs - restedMs;
    }

    private long key(final Flow flow) {
        return context.secrets.ofPortSearch(
                flow.localHi(), flow.localLo(), flow.remoteHi(), flow.remoteLo(), flow.remotePort());
    }

    /** The peer was not newer than the shadow: from now on reuse waits for a second towards it. */
    public void beCautious(final Flow flow) {
        if (cautious.size() == MOST_CAUTIOUS) {
            cautious.clear();
        }
        cautious.add(key(flow));
    }
}
