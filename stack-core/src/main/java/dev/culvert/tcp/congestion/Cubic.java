package dev.culvert.tcp.congestion;

/**
 * CUBIC (RFC 9438): the window follows a cubic function of the time since the last congestion, flat around the window at which
 * that happened, and is never smaller than Reno's would be. Windows are bytes here where the RFC has segments; C is scaled
 * accordingly.
 */
public final class Cubic extends WindowBased {
    /** The name under which it is chosen. */
    public static final String NAME = "cubic";

    /** RFC 9438 §5: in segments per cubed second. */
    private static final double C = 0.4;
    /** RFC 9438 §4.6, as a fraction of ten. */
    private static final int BETA_TENTHS = 7;

    private static final double BETA = BETA_TENTHS / 10.0;
    /** RFC 9438 §4.3: with this increase Reno with such a β has the mean window of Reno with a half. */
    private static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);
    /** RFC 9438 §4.2: the target is at most so many times the window away. */
    private static final double MOST_AHEAD = 1.5;

    private static final double SECOND = 1e9;

    /** Null until slow start is over for the first time: most connections end before that. */
    private Curve now;

    /** All that a spurious congestion event must give back (RFC 9438 §4.9). */
    private static final class Curve {
        /** The window when congestion was met last, or less by fast convergence; 0: never. */
        private double wMax;
        /** The window just before that. */
        private double cwndPrior;
        /** The window in full precision. */
        private double cwnd;
        /** What Reno's window would be. */
        private double wEst;
        /** Seconds from the beginning of the epoch to W_max. */
        private double k;
        /** A stage of congestion avoidance is going on since {@link #epochNs}. */
        private boolean running;

        private long epochNs;
        private long latestAckNs;
        /** What was before the last reduction, and there what was before the one before it. */
        private Curve before;
        /** The next stage follows a reduction, not a timeout or a slow start without loss. */
        private boolean afterReduction;

        private void copy(final Curve from) {
            wMax = from.wMax;
            cwndPrior = from.cwndPrior;
            cwnd = from.cwnd;
            wEst = from.wEst;
            k = from.k;
            running = from.running;
            epochNs = from.epochNs;
            afterReduction = from.afterReduction;
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    protected void reset() {
        if (now != null) {
            now.wMax = 0;
            now.cwndPrior = 0;
            now.running = false;
            now.afterReduction = false;
        }
    }

    private void begin() {
        if (now == null) {
            now = new Curve();
            now.before = new Curve();
            now.before.before = new Curve();
        }
    }

    @Override
    protected void avoid(final AckFacts facts, final int ackedBytes) {
        begin();
        if (!now.running) {
            beginEpoch(facts.nowNs);
        } else if ((int) now.cwnd != windowBytes()) { // somebody else has set it, or the segment size has changed
            now.cwnd = windowBytes();
        }
        now.latestAckNs = facts.nowNs;
        final double t = (facts.nowNs - now.epochNs) / SECOND;
        now.wEst += (now.wEst >= now.cwndPrior ? 1 : ALPHA) * mssBytes() * ackedBytes / now.cwnd; // §4.3
        if (cubic(t) < now.wEst) {
            now.cwnd = Math.max(now.cwnd, now.wEst); // §4.3, the Reno-friendly region
        } else { // §4.4 and §4.5, the concave and the convex region
            final double ahead = cubic(t + facts.srttNs / SECOND);
            final double target = Math.max(now.cwnd, Math.min(ahead, MOST_AHEAD * now.cwnd));
            now.cwnd += (target - now.cwnd) / now.cwnd * ackedBytes;
        }
        setWindow((long) now.cwnd);
    }

    /** RFC 9438 §4.2, figure 2: K, from where the window is to where it was. */
    private void beginEpoch(final long nowNs) {
        now.running = true;
        now.epochNs = nowNs;
        now.cwnd = windowBytes();
        now.wEst = now.cwnd;
        if (now.afterReduction && now.wMax > now.cwnd) {
            now.k = StrictMath.cbrt((now.wMax - now.cwnd) / (C * mssBytes()));
        } else {
            now.k = 0;
            now.wMax = now.cwnd;
        }
        if (!now.afterReduction) { // §4.8 after a timeout, §4.10 after a slow start that ended without loss
            now.cwndPrior = now.cwnd;
        }
    }

    /** RFC 9438 §4.2, figure 1: W_cubic at so many seconds after the beginning of the epoch. */
    private double cubic(final double t) {
        final double d = t - now.k;
        return C * mssBytes() * d * d * d + now.wMax;
    }

    /** RFC 9438 §4.2: the time during which the application left the window unused does not count. */
    @Override
    protected void notUsed(final AckFacts facts) {
        if (now != null && now.running) {
            now.epochNs += facts.nowNs - now.latestAckNs;
            now.latestAckNs = facts.nowNs;
        }
    }

    @Override
    protected int reduced(final int inFlightBytes) {
        return (int) ((long) inFlightBytes * BETA_TENTHS / 10); // §4.6
    }

    @Override
    protected void beforeReduction(final boolean byTimeout, final long nowNs) {
        begin();
        now.before.before.copy(now.before);
        now.before.copy(now);
        final double cwnd = windowBytes();
        now.wMax = cwnd < now.wMax ? cwnd * (1 + BETA) / 2 : cwnd; // §4.7, fast convergence: room for a new flow
        now.cwndPrior = cwnd;
        now.running = false;
        now.afterReduction = !byTimeout;
    }

    @Override
    protected void afterUndo() {
        now.copy(now.before);
        now.before.copy(now.before.before);
    }

    @Override
    protected void afterPause() {
        if (now != null) {
            now.running = false;
        }
    }
}
