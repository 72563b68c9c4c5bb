package dev.culvert.tcp;

import dev.culvert.env.Secrets;
import dev.culvert.wire.Flow;

/**
 * Initial sequence numbers and timestamp offsets of RFC 6528 and RFC 7323: both are keyed hashes of the 4-tuple, to which
 * the clock is added. The same tuple therefore never steps back, whichever incarnation asks. Shard's thread only.
 */
public final class IsnGenerator {
    private static final long TICK_NS = 4_000; // RFC 9293 §3.4.1: about 4 µs

    private final Secrets secrets;

    IsnGenerator(final Secrets secrets) {
        this.secrets = secrets;
    }

    /** The hash that both halves come from; compute it once per connection. */
    public long hash(final Flow flow) {
        return secrets.ofConnection(
                flow.localHi(),
                flow.localLo(),
                flow.remoteHi(),
                flow.remoteLo(),
                flow.localPort() << 16 | flow.remotePort());
    }

    /** ISN = M + F(local address, local port, remote address, remote port, secret) (RFC 6528 §3). */
    public int isn(final long hash, final long nowNs) {
        return (int) (hash >>> 32) + (int) (nowNs / TICK_NS);
    }

    /** What is added to the millisecond clock to make TSval (RFC 7323 §5.4). */
    public int tsOffset(final long hash) {
        return (int) hash;
    }
}
