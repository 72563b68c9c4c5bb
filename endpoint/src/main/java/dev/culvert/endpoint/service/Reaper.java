package dev.culvert.endpoint.service;

import dev.culvert.tun.Connection;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Ends connections that have had their time: services enlist what may become idle, and somebody calls {@link #sweep} now and
 * then. Stack's thread only.
 */
public final class Reaper {
    /** How often {@link #sweep} should be called. */
    public static final long INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

    /** How long a peer may take to close after us. */
    static final long LINGER_NS = TimeUnit.SECONDS.toNanos(5);

    /** Something with a time limit. */
    @FunctionalInterface
    public interface Candidate {
        /** Ends what is over its time; false when there is nothing left to look after. */
        boolean stillAlive(long nowNs);
    }

    private final Set<Candidate> candidates = new LinkedHashSet<>();
    private long lastSweepNs;

    /** Nobody is enlisted; the time is in ns. */
    public Reaper(final long nowNs) {
        lastSweepNs = nowNs;
    }

    /** Looks after this one from now on. */
    public void enlist(final Candidate candidate) {
        candidates.add(candidate);
    }

    /** Forgets this one. */
    public void dismiss(final Candidate candidate) {
        candidates.remove(candidate);
    }

    /** Time of the last sweep in ns: near enough for limits of seconds. */
    public long nowNs() {
        return lastSweepNs;
    }

    /**
     * Sends a FIN after what was written and throws away what still comes. A peer that has everything and does not close
     * within a few seconds is reset; one that takes its time to read is left alone.
     */
    public void linger(final Connection connection) {
        Drain.INSTANCE.takeOver(connection);
        enlist(new Lingering(connection));
    }

    /** Looks at everybody. */
    public void sweep(final long nowNs) {
        lastSweepNs = nowNs;
        final List<Candidate> over = new ArrayList<>();
        for (final Candidate candidate : List.copyOf(candidates)) {
            if (!candidate.stillAlive(nowNs)) {
                over.add(candidate);
            }
        }
        over.forEach(candidates::remove);
    }

    /** A connection that we have closed and the peer has not. */
    private static final class Lingering implements Candidate {
        private final Connection connection;
        private long deliveredNs;
        private boolean delivered;

        Lingering(final Connection connection) {
            this.connection = connection;
        }

        @Override
        public boolean stillAlive(final long nowNs) {
            if (!connection.isOpen()) {
                return false;
            }
            if (!delivered && Drain.isDelivered(connection)) {
                delivered = true;
                deliveredNs = nowNs;
            }
            if (delivered && nowNs - deliveredNs >= LINGER_NS) {
                connection.abort();
            }
            return connection.isOpen();
        }
    }
}
