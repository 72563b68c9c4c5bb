package dev.culvert.env;

/**
 * The keys of one stack, shared by all its shards. Everything that a peer must not predict is a keyed hash of public facts,
 * never a draw: the same 4-tuple gives the same timestamp offset in every incarnation (RFC 7323 §5.4, RFC 6191), and the
 * initial sequence number moves with the clock alone (RFC 6528 §3). Immutable; any thread.
 */
public final class Secrets {
    private final SipHash connection;
    private final SipHash port;
    private final SipHash table;
    private final SipHash cookie;
    private final SipHash timedCookie;
    private final SipHash fastOpen;
    private final SipHash moment;
    private final SipHash owner;

    /** Draws the keys, always in this order: the entropy may be a kept one. */
    public Secrets(final Entropy entropy) {
        connection = new SipHash(entropy.nextLong(), entropy.nextLong());
        port = new SipHash(entropy.nextLong(), entropy.nextLong());
        table = new SipHash(entropy.nextLong(), entropy.nextLong());
        cookie = new SipHash(entropy.nextLong(), entropy.nextLong());
        timedCookie = new SipHash(entropy.nextLong(), entropy.nextLong());
        fastOpen = new SipHash(entropy.nextLong(), entropy.nextLong());
        moment = new SipHash(entropy.nextLong(), entropy.nextLong());
        owner = new SipHash(entropy.nextLong(), entropy.nextLong());
    }

    /**
     * F(local, remote, ports) of RFC 6528: the upper half is the ISN's offset, the lower half the timestamp's. Addresses are
     * 128 bits in two words, IPv4 in its mapped form.
     */
    public long ofConnection(
            final long localHi, final long localLo, final long remoteHi, final long remoteLo, final int ports) {
        return connection.hash(localHi, localLo, remoteHi, remoteLo, ports);
    }

    /** F and G of RFC 6056 §3.3.4: where the search for a free port begins for this pair of hosts and remote port. */
    public long ofPortSearch(
            final long localHi, final long localLo, final long remoteHi, final long remoteLo, final int remotePort) {
        return port.hash(localHi, localLo, remoteHi, remoteLo, remotePort);
    }

    /** Position in a connection table, for IPv6; peers cannot aim at one bucket. */
    public long ofTable(final long localLo, final long remoteHi, final long remoteLo, final int ports) {
        return table.tableHash(remoteHi, remoteLo, localLo ^ ((long) ports << 32 | ports & 0xffffffffL));
    }

    /** Position in a connection table, for IPv4. */
    public long ofTable(final int local, final int remote, final int ports) {
        return table.tableHash((long) local << Integer.SIZE | remote & 0xffffffffL, ports);
    }

    /** Which shard has connections between these addresses with this remote port; the local port is added to it. */
    public long ofOwner(final long localLo, final long remoteHi, final long remoteLo, final int remotePort) {
        return owner.tableHash(remoteHi, remoteLo, localLo ^ (long) remotePort << 48);
    }

    /** Which shard puts the fragments of one packet together. */
    public long ofFragment(final long srcHi, final long srcLo, final long dstLo, final int identification) {
        return owner.hash(srcHi, srcLo, dstLo, identification);
    }

    /** The part of a SYN cookie that does not change with time (RFC 4987 appendix A). */
    public long ofCookie(
            final long localHi, final long localLo, final long remoteHi, final long remoteLo, final long ports) {
        return cookie.hash(localHi, localLo, remoteHi, remoteLo, ports);
    }

    /**
     * The part of a SYN cookie that changes every minute, and with the peer's number; {@code minuteAndIrs} holds the minute in its
     * upper half.
     */
    public long ofTimedCookie(
            final long localLo, final long remoteHi, final long remoteLo, final long ports, final long minuteAndIrs) {
        return timedCookie.hash(localLo, remoteHi, remoteLo, ports, minuteAndIrs);
    }

    /** The key of Fast Open cookies (RFC 7413 §4.1.2) while this generation of keys lasts: the same on every shard. */
    public SipHash fastOpenKey(final long generation) {
        return new SipHash(fastOpen.hash(2 * generation), fastOpen.hash(2 * generation + 1));
    }

    /** A number that nobody else can tell, another one at each moment: for limits that must not be guessed. */
    public long ofMoment(final long nowNs) {
        return moment.hash(nowNs, 0, 0);
    }
}
