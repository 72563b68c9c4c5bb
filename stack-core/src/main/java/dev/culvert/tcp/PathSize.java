package dev.culvert.tcp;

/**
 * What one connection learns about packet sizes on a path that carries less than the first hop, or on which they are found out by
 * trying. Most connections never need it and share {@link #NOTHING}. Shard's thread only.
 */
final class PathSize {
    /** Nothing is learnt; must not be written to. */
    static final PathSize NOTHING = new PathSize();

    /** When a larger packet may be tried, in ns; 0: the path has not been found smaller than the first hop. */
    long untilNs;
    /** The largest packet that is known to reach the peer, in bytes, when sizes are found out by trying; 0: they are not. */
    int low;
    /** The largest packet that may reach it (RFC 4821 §7.3). */
    int high;
    /** This search has begun, as it should, with the largest. */
    boolean triedHighest;
    /** When larger packets may be tried again, in ns. */
    long againNs;
    /** Size of the probe in flight, in bytes; 0: none. */
    int probeMtu;
    /** Sequence number behind that probe. */
    int probeEnd;

    /** One that may be written to. */
    PathSize own() {
        return this == NOTHING ? new PathSize() : this;
    }

    /** A connection begins. */
    PathSize forgotten() {
        if (this != NOTHING) {
            untilNs = 0;
            low = 0;
            high = 0;
            triedHighest = false;
            againNs = 0;
            probeMtu = 0;
        }
        return this;
    }
}
