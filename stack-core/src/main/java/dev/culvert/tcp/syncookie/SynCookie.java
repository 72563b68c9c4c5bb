package dev.culvert.tcp.syncookie;

import dev.culvert.env.Secrets;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;

/**
 * A SYN cookie: the initial sequence number of a SYN-ACK for which nothing is kept (RFC 4987 §3.6, appendix A), in Linux's
 * form. The upper eight bits tell the minute, modulo 256; the lower 24 hold an index into a table of MSS values; both are
 * covered by keyed hashes of the 4-tuple, and the peer's sequence number is added. A cookie is good for two minutes.
 * Shard's thread only.
 *
 * <pre>cookie = F(4-tuple) + IRS + (minute &lt;&lt; 24) + (G(4-tuple, minute) + index &amp; 0xffffff)</pre>
 */
public final class SynCookie {
    /** How long a cookie is accepted, and how long after the last one was sent any is looked at, in ns. */
    public static final long VALID_NS = 120_000_000_000L;

    private static final long MINUTE_NS = 60_000_000_000L;
    private static final int MINUTES_VALID = 2;
    private static final int MINUTE_SHIFT = 24;
    private static final int DATA_MASK = (1 << MINUTE_SHIFT) - 1;

    /** Linux's tables: the values that peers really announce. Ascending. */
    private static final int[] MSS_V4 = {536, 1_300, 1_440, 1_460};

    /** Linux has 1,420 in place of the first, and sends 1,220 to those that take less. */
    private static final int[] MSS_V6 = {536, 1_220, 1_440, 8_940};

    private final Secrets secrets;

    /** Cookies under these keys. */
    public SynCookie(final Secrets secrets) {
        this.secrets = secrets;
    }

    /** Whether a cookie has room for this MSS: it remembers no smaller one, and more than the peer takes must not be sent. */
    public static boolean holds(final Flow flow, final int mss) {
        return mss >= table(flow)[0];
    }

    /**
     * The initial sequence number that answers a SYN.
     *
     * @param irs the SYN's sequence number
     * @param mss the peer's MSS in bytes, one that it {@link #holds}; the cookie remembers the largest table value that is not above it
     */
    public int make(final Flow flow, final int irs, final int mss, final long nowNs) {
        final int minute = minute(nowNs);
        return base(flow, irs)
                + (minute << MINUTE_SHIFT)
                + (timed(flow, irs, minute) + index(table(flow), mss) & DATA_MASK);
    }

    /**
     * What a cookie that came back says.
     *
     * @param irs the peer's initial sequence number, one below that of its ACK
     * @return the peer's MSS in bytes; −1: the cookie is forged or older than two minutes
     */
    public int mssOf(final Flow flow, final int irs, final int cookie, final long nowNs) {
        final int inner = cookie - base(flow, irs);
        final int now = minute(nowNs);
        final int age = now - (inner >>> MINUTE_SHIFT) & 0xff;
        if (age >= MINUTES_VALID) {
            return -1;
        }
        final int index = inner - timed(flow, irs, now - age) & DATA_MASK;
        final int[] table = table(flow);
        return index < table.length ? table[index] : -1;
    }

    private static int minute(final long nowNs) {
        return (int) Math.floorDiv(nowNs, MINUTE_NS);
    }

    private int base(final Flow flow, final int irs) {
        return (int) secrets.ofCookie(flow.localHi(), flow.localLo(), flow.remoteHi(), flow.remoteLo(), ports(flow))
                + irs;
    }

    /** Unlike Linux's it depends on the peer's number as well: both numbers moved by the same make no cookie. */
    private int timed(final Flow flow, final int irs, final int minute) {
        final long minuteAndIrs = (long) minute << 32 | irs & 0xffffffffL;
        return (int) secrets.ofTimedCookie(flow.localLo(), flow.remoteHi(), flow.remoteLo(), ports(flow), minuteAndIrs);
    }

    private static long ports(final Flow flow) {
        return flow.localPort() << 16 & 0xffff0000L | flow.remotePort();
    }

    private static int[] table(final Flow flow) {
        return IpAddress.isV4(flow.remoteHi(), flow.remoteLo()) ? MSS_V4 : MSS_V6;
    }

    private static int index(final int[] table, final int mss) {
        int index = table.length - 1;
        while (index > 0 && table[index] > mss) {
            index--;
        }
        return index;
    }
}
