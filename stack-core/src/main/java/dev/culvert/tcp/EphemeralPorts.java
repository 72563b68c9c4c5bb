package dev.culvert.tcp;

import dev.culvert.env.Secrets;
import dev.culvert.wire.Flow;
import java.util.BitSet;
import java.util.function.IntPredicate;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Chooses local ports for connections that name none: RFC 6056 §3.3.4, algorithm 4. The search begins at a keyed hash of the
 * pair of hosts plus one of many counters, so that ports are unpredictable from outside and rarely collide. For a destination
 * that uses so many ports that guesses fail, a {@link PortMap} keeps the cost of a choice constant. Only ports with which the
 * connection is this shard's are looked at ({@link FlowOwner}): every n-th one of n shards. Shard's thread only.
 */
public final class EphemeralPorts {
    /** What {@link Verdict} says of a port that can be had. */
    public static final int FREE = 0;

    /** What {@link Verdict} says of a port that is in use until {@link #ended} is called for it. */
    public static final int USED = -1;

    private static final int COUNTERS = 1 << 10;
    private static final int GUESSES = 8;

    /** Destinations with a map at most, 8 KiB each; beyond that all maps are forgotten and learned anew. */
    private static final int MOST_MAPS = 1_024;

    private final Secrets secrets;
    private final FlowOwner owner;
    private final int step;
    private final int[] counters = new int[COUNTERS];
    private final BitSet excluded = new BitSet();
    private final Long2ObjectHashMap<PortMap> crowded = new Long2ObjectHashMap<>();
    private int low;
    private int high;

    /** Whether a port can be had. */
    public interface Verdict {
        /** {@link #FREE}, {@link #USED}, or the number of ms after which it is worth asking again. */
        int of(int port);
    }

    /** Ports of this range, from another one on at each start. */
    public EphemeralPorts(
            final Secrets secrets, final FlowOwner owner, final int low, final int high, final long nowNs) {
        this.secrets = secrets;
        this.owner = owner;
        step = owner.shardCount();
        this.low = low;
        this.high = high;
        for (int i = 0; i < COUNTERS; i++) { // other ones at each start, also when the keys are kept
            counters[i] = (int) secrets.ofMoment(nowNs + i);
        }
    }

    /** Changes the range for ports chosen from now on. */
    public void range(final int first, final int last) {
        if (first < 1 || last > 65_535 || first > last) {
            throw new IllegalArgumentException("port range " + first + " to " + last + " is not within 1 to 65535");
        }
        low = first;
        high = last;
        crowded.clear();
    }

    /** Ports of the range that are never chosen, as Linux's ip_local_reserved_ports. Replaces what was set before. */
    public void exclude(final BitSet ports) {
        excluded.clear();
        excluded.or(ports);
        crowded.clear();
    }

    /** Ports of the range that are never chosen; a copy. */
    public BitSet excluded() {
        return (BitSet) excluded.clone();
    }

    /** First port of the range. */
    public int low() {
        return low;
    }

    /** Last port of the range. */
    public int high() {
        return high;
    }

    private long hash(final Flow flow) {
        return secrets.ofPortSearch(
                flow.localHi(), flow.localLo(), flow.remoteHi(), flow.remoteLo(), flow.remotePort());
    }

    /** One of the ports from {@code first} to the end of the range, {@code every} apart. */
    private int guess(final long hash, final int first, final int every) {
        final int offset = (int) hash + counters[(int) (hash >>> Integer.SIZE) & COUNTERS - 1]++;
        return first + (offset & Integer.MAX_VALUE) % ((high - first) / every + 1) * every;
    }

    /** The first port of the range with which a connection like this is ours, the next is {@link #step} further; 0: none is. */
    public int firstOwn(final Flow flow) {
        final int first = owner.firstPort(flow, low);
        return first <= high ? first : 0;
    }

    /** A port for this pair of hosts and remote port that can be had, or 0 when there is none. */
    public int choose(final Flow flow, final Verdict verdict, final int nowMs) {
        final int first = firstOwn(flow);
        if (first == 0) {
            return 0;
        }
        final long hash = hash(flow);
        for (int i = 0; i < GUESSES; i++) {
            final int port = guess(hash, first, step);
            if (!excluded.get(port) && verdict.of(port) == FREE) {
                return port;
            }
        }
        final PortMap map = mapOf(hash, first);
        map.wake(nowMs);
        final int begin = guess(hash, first, step);
        for (int port = map.next(begin); port != PortMap.NONE; port = map.next(port)) {
            final int waitMs = excluded.get(port) ? USED : verdict.of(port);
            if (waitMs == FREE) {
                return port;
            }
            if (waitMs == USED) {
                map.clear(port);
            } else {
                map.rest(port, nowMs + waitMs);
            }
        }
        return 0;
    }

    private PortMap mapOf(final long hash, final int first) {
        PortMap map = crowded.get(hash);
        if (map == null) {
            if (crowded.size() == MOST_MAPS) {
                crowded.clear();
            }
            map = new PortMap(first, high, step);
            crowded.put(hash, map);
        }
        return map;
    }

    /** A connection, row or handshake with this 4-tuple has ended. */
    public void ended(final Flow flow) {
        if (crowded.isEmpty() || flow.localPort() < low || flow.localPort() > high) {
            return;
        }
        final PortMap map = crowded.get(hash(flow));
        if (map != null) {
            map.set(flow.localPort());
        }
    }

    /** A local port can be had again whoever the peer is, such as after a listener. */
    public void forget() {
        crowded.clear();
    }

    /** A port for a listener that names none and that {@code isFree}, or 0 when the whole range is taken. */
    public int chooseForListener(final Flow local, final IntPredicate isFree) {
        final long hash = hash(local);
        for (int i = low; i <= high; i++) {
            final int port = guess(hash, low, 1);
            if (!excluded.get(port) && isFree.test(port)) {
                return port;
            }
        }
        return 0;
    }
}
