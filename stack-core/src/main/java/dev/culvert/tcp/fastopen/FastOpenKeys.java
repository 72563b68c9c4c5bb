package dev.culvert.tcp.fastopen;

import dev.culvert.env.Secrets;
import dev.culvert.env.SipHash;
import dev.culvert.tcp.option.FastOpenOption;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;

/**
 * A server's Fast Open cookies: 8 bytes, a keyed hash of both addresses computed exactly as Linux does, so that a farm of
 * servers may share a key (RFC 7413 §4.1.2, §6.2). Nothing is kept per client. The key changes by itself twice a day; the
 * one before is accepted until the next change, and whoever uses it is given a new cookie. Shard's thread only.
 */
public final class FastOpenKeys {
    /** Bytes of a cookie. */
    public static final int COOKIE_LENGTH = 8;

    /** How long a key is given out, in ns: 12 hours. A cookie is good for one to two such times. */
    public static final long GENERATION_NS = 12L * 3_600 * 1_000_000_000;

    /** What a client's cookie is worth. */
    public enum Verdict {
        /** It is none of ours. */
        BAD,
        /** It is good. */
        GOOD,
        /** It is good, and was made with the key before this one. */
        AGEING
    }

    private final Secrets secrets;
    private long generation = Long.MIN_VALUE;
    private SipHash key;
    private SipHash previous;
    private boolean chosen;

    /** Keys that follow from the stack's secrets. */
    public FastOpenKeys(final Secrets secrets) {
        this.secrets = secrets;
    }

    /**
     * Keys that somebody else chooses, as {@code net.ipv4.tcp_fastopen_key}: from now on they change by further calls only.
     *
     * @param k0 and {@code k1}: the key that makes cookies
     * @param old0 and {@code old1}: a key whose cookies are still good; the same again where there is none
     */
    public void choose(final long k0, final long k1, final long old0, final long old1) {
        key = new SipHash(k0, k1);
        previous = k0 == old0 && k1 == old1 ? null : new SipHash(old0, old1);
        chosen = true;
    }

    /** Writes the cookie for a client. */
    public void grant(final Flow client, final boolean experimental, final FastOpenOption target, final long nowNs) {
        renew(nowNs);
        target.set(COOKIE_LENGTH, cookie(key, client), 0, experimental);
    }

    /** Judges a client's cookie. */
    public Verdict judge(final Flow client, final FastOpenOption offered, final long nowNs) {
        renew(nowNs);
        if (offered.length != COOKIE_LENGTH) {
            return Verdict.BAD;
        }
        if (offered.high == cookie(key, client)) {
            return Verdict.GOOD;
        }
        return previous != null && offered.high == cookie(previous, client) ? Verdict.AGEING : Verdict.BAD;
    }

    private void renew(final long nowNs) {
        final long due = Math.floorDiv(nowNs, GENERATION_NS);
        if (!chosen && due != generation) {
            generation = due;
            key = secrets.fastOpenKey(due);
            previous = secrets.fastOpenKey(due - 1);
        }
    }

    /** SipHash of the client's and our address as they stand in the packet, read in little-endian words. */
    private static long cookie(final SipHash key, final Flow client) {
        final long hash = IpAddress.isV4(client.remoteHi(), client.remoteLo())
                ? key.hash(Long.reverseBytes(client.remoteLo() << 32 | client.localLo() & 0xffffffffL))
                : key.hash(
                        Long.reverseBytes(client.remoteHi()),
                        Long.reverseBytes(client.remoteLo()),
                        Long.reverseBytes(client.localHi()),
                        Long.reverseBytes(client.localLo()));
        return Long.reverseBytes(hash);
    }
}
