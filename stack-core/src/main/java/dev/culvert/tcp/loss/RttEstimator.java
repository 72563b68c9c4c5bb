package dev.culvert.tcp.loss;

/** Round-trip time and retransmission timeout of one connection (RFC 6298). Times in ns. */
public final class RttEstimator {
    private static final long MS = 1_000_000L;

    private long srttNs;
    private long rttVarNs;
    private long rtoNs;
    private int minRtoMs;
    private int maxRtoMs;
    private int backoff;
    private long minRttNs;

    /** A connection begins; bounds in ms (§2.1, §2.4, §2.5). */
    public void open(final int initialRtoMs, final int leastRtoMs, final int mostRtoMs) {
        srttNs = 0;
        rttVarNs = 0;
        minRttNs = Long.MAX_VALUE;
        rtoNs = initialRtoMs * MS;
        minRtoMs = leastRtoMs;
        maxRtoMs = mostRtoMs;
        backoff = 0;
    }

    /** A round trip was measured on a segment that was sent once (§2.2, §2.3, §3); ends the back-off. */
    public void onSample(final long rttNs) {
        onSample(rttNs, 1);
    }

    /**
     * The same where each round trip gives more than one sample: each counts so much less that together they count like one
     * (RFC 7323 appendix G).
     *
     * @param samplesPerRtt samples expected per round trip, at least 1
     */
    public void onSample(final long rttNs, final int samplesPerRtt) {
        final long sample = Math.max(rttNs, 1);
        minRttNs = Math.min(minRttNs, sample);
        if (srttNs == 0) {
            srttNs = sample;
            rttVarNs = sample / 2;
        } else {
            rttVarNs += share(Math.abs(srttNs - sample) - rttVarNs, 4, samplesPerRtt);
            srttNs += share(sample - srttNs, 8, samplesPerRtt);
        }
        backoff = 0;
        // As Linux does, the minimum bounds the variance term: a very steady path still gets its slack.
        rtoNs = Math.min(srttNs + Math.max(minRtoMs * MS, 4 * rttVarNs), maxRtoMs * MS);
    }

    /** A short connection divides by its few constants only, which are shifts: a division takes as long as tens of additions. */
    private static long share(final long difference, final int parts, final int samplesPerRtt) {
        return samplesPerRtt == 1 ? difference / parts : difference / ((long) parts * samplesPerRtt);
    }

    /** The handshake's timer had expired: data starts with 3 s unless a sample says otherwise (§5.7). */
    public void onHandshakeTimedOut() {
        backoff = 0;
        if (srttNs == 0) {
            rtoNs = Math.max(rtoNs, 3_000 * MS);
        }
    }

    /** The timer expired: double it (§5.5). */
    public void onTimeout() {
        backoff++;
    }

    /** Retransmission timeout, back-off included. */
    public long rtoNs() {
        return Math.min(rtoNs << Math.min(backoff, 24), maxRtoMs * MS);
    }

    /** Retransmission timeout after so many doublings, for timers that count on their own. */
    public long rtoNs(final int doublings) {
        return Math.min(rtoNs << Math.min(doublings, 24), maxRtoMs * MS);
    }

    /** Smoothed round-trip time; 0 before the first sample. */
    public long srttNs() {
        return srttNs;
    }

    /** Round-trip time variation; 0 before the first sample. */
    public long rttVarNs() {
        return rttVarNs;
    }

    /** Smallest round trip measured; {@code Long.MAX_VALUE} before the first sample. */
    public long minRttNs() {
        return minRttNs;
    }
}
