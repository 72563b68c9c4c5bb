package dev.culvert.tcp.congestion;

/**
 * Slow start and congestion avoidance of RFC 5681 with the initial window of RFC 6928. The window grows by the bytes that
 * were acknowledged, not by the number of ACKs (RFC 3465), so that one ACK for a batch counts like many.
 */
public final class NewReno implements CongestionControl {
    /** The name under which it is chosen. */
    public static final String NAME = "newreno";

    private static final int MAX_WINDOW = 1 << 30;

    private int mss;
    private int cwnd;
    private int ssthresh;
    private int avoided;
    private int cwndBefore;
    private int ssthreshBefore;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void onOpen(final int mssBytes, final boolean synLost, final long nowNs) {
        mss = mssBytes;
        cwnd = synLost ? mss : initialWindow();
        ssthresh = Integer.MAX_VALUE;
        avoided = 0;
        remember();
    }

    /** RFC 6928 §2. */
    private int initialWindow() {
        return Math.min(10 * mss, Math.max(2 * mss, 14_600));
    }

    @Override
    public void onMss(final int mssBytes) {
        mss = mssBytes;
        cwnd = Math.max(cwnd, mss);
    }

    @Override
    public void onAck(final AckFacts facts) {
        if (!facts.cwndLimited) {
            return;
        }
        int acked = facts.ackedBytes;
        if (cwnd < ssthresh) {
            final int step = Math.min(acked, ssthresh - cwnd);
            cwnd = Math.min(cwnd + step, MAX_WINDOW);
            acked -= step;
        }
        avoided += acked;
        if (avoided >= cwnd) { // RFC 5681 §3.1: one segment per window of acknowledged bytes
            avoided -= cwnd;
            cwnd = Math.min(cwnd + mss, MAX_WINDOW);
        }
    }

    @Override
    public void onLoss(final int inFlightBytes, final long nowNs) {
        remember();
        ssthresh = Math.max(inFlightBytes / 2, 2 * mss); // RFC 5681 equation (4)
        cwnd = ssthresh;
        avoided = 0;
    }

    @Override
    public void onCongestionMark(final int inFlightBytes, final long nowNs) {
        remember();
        ssthresh = Math.max(inFlightBytes / 2, 2 * mss);
        cwnd = Math.min(cwnd, ssthresh);
        avoided = 0;
    }

    @Override
    public void onRecovered(final int inFlightBytes, final long nowNs) {
        cwnd = Math.min(ssthresh, Math.max(inFlightBytes, mss) + mss); // RFC 6582 §3.2, step 3, option 1: no burst
    }

    @Override
    public void onTimeout(final int inFlightBytes, final boolean first, final long nowNs) {
        if (first) {
            remember();
            ssthresh = Math.max(inFlightBytes / 2, 2 * mss);
        }
        cwnd = mss;
        avoided = 0;
    }

    private void remember() {
        cwndBefore = cwnd;
        ssthreshBefore = ssthresh;
    }

    @Override
    public void onUndo(final long nowNs) {
        cwnd = Math.max(cwnd, cwndBefore);
        ssthresh = Math.max(ssthresh, ssthreshBefore);
        avoided = 0;
    }

    @Override
    public void onIdle(final long nowNs) {
        cwnd = Math.min(cwnd, initialWindow());
    }

    @Override
    public int windowBytes() {
        return cwnd;
    }

    @Override
    public int slowStartThresholdBytes() {
        return ssthresh;
    }
}
