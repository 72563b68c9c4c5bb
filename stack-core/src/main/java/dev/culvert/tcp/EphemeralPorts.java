package dev.culvert.tcp;

import dev.culvert.env.Secrets;
import java.util.function.IntPredicate;

/**
 * Chooses local ports for connections that name none: RFC 6056 §3.3.3, algorithm 3. The search begins at a keyed hash of the
 * pair of hosts plus a counter, so ports are unpredictable from outside and rarely collide. Shard's thread only.
 */
public final class EphemeralPorts {
    private final Secrets secrets;
    private int low;
    private int high;
    private int counter;

    EphemeralPorts(final Secrets secrets, final int low, final int high, final long nowNs) {
        this.secrets = secrets;
        counter = (int) secrets.ofMoment(nowNs); // another one at each start, also when the keys are kept
        this.low = low;
        this.high = high;
    }

    /** Changes the range for ports chosen from now on. */
    public void range(final int first, final int last) {
        if (first < 1 || last > 65_535 || first > last) {
            throw new IllegalArgumentException("port range " + first + " to " + last + " is not within 1 to 65535");
        }
        low = first;
        high = last;
    }

    /** First port of the range. */
    public int low() {
        return low;
    }

    /** Last port of the range. */
    public int high() {
        return high;
    }

    /** A port that {@code isFree}, or 0 when the whole range is taken. */
    public int choose(final long localLo, final long remoteLo, final int remotePort, final IntPredicate isFree) {
        final int count = high - low + 1;
        final long offset = secrets.ofPortSearch(localLo, remoteLo, remotePort) & Integer.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            final int port = low + (int) ((offset + counter++ & Integer.MAX_VALUE) % count);
            if (isFree.test(port)) {
                return port;
            }
        }
        return 0;
    }
}
