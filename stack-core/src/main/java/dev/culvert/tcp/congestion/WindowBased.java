package dev.culvert.tcp.congestion;

/**
 * What controls have in common that answer losses by a smaller window (RFC 5681): slow start, one reduction per window of data,
 * timeouts, pauses, undo. What is left to say is how the window grows in congestion avoidance and how far it is reduced.
 */
public abstract class WindowBased implements CongestionControl {
    private static final int MAX_WINDOW = 1 << 30;

    private final SlowStart slowStart = new SlowStart();
    private int mss;
    private int cwnd;
    private int ssthresh;
    private int initialWindow;
    /** What was before the last reduction, and before the one before it; 0: there is nothing to take back. */
    private int undoCwnd;

    private int undoSsthresh;
    private int earlierCwnd;
    private int earlierSsthresh;

    // ------------------------------------------------------------------ what a control says

    /** A connection begins: forget the last one. */
    protected abstract void reset();

    /**
     * Congestion avoidance: calls {@link #setWindow} if the window should grow. The window was used in full.
     *
     * @param ackedBytes {@link AckFacts#countedBytes}, less what slow start has taken of them
     */
    protected abstract void avoid(AckFacts facts, int ackedBytes);

    /** How many of so many bytes in flight are bearable after congestion. */
    protected abstract int reduced(int inFlightBytes);

    /** Congestion: the window is about to be reduced. What must come back by an undo is put aside here. */
    protected void beforeReduction(final boolean byTimeout, final long nowNs) {}

    /** The last reduction was spurious; the window is what it was before. Then the one before it may turn out to be so as well. */
    protected void afterUndo() {}

    /** Data was acknowledged above ssthresh while the window was not used in full: it does not grow (RFC 7661). */
    protected void notUsed(final AckFacts facts) {}

    /** The window was made smaller for want of knowledge, not because of congestion. */
    protected void afterPause() {}

    // ------------------------------------------------------------------ facts

    @Override
    public final void onOpen(final int mssBytes, final int initialWindowBytes, final long nowNs) {
        mss = mssBytes;
        initialWindow = initialWindowBytes;
        cwnd = initialWindowBytes;
        ssthresh = Integer.MAX_VALUE;
        undoCwnd = 0;
        undoSsthresh = 0;
        slowStart.open();
        reset();
    }

    /** The threshold goes on as well; a reduction of theirs is not taken back any more. */
    @Override
    public final void onTakeOver(
            final CongestionControl before, final int mssBytes, final int initialWindowBytes, final long nowNs) {
        onOpen(mssBytes, initialWindowBytes, nowNs);
        setWindow(before.windowBytes());
        ssthresh = before.slowStartThresholdBytes();
    }

    @Override
    public final void onMss(final int mssBytes) {
        mss = mssBytes;
        cwnd = Math.max(cwnd, mss);
    }

    @Override
    public final void onAck(final AckFacts facts) {
        int acked = facts.countedBytes();
        if (cwnd < ssthresh) {
            acked -= slowStart(facts);
        }
        if (cwnd < ssthresh) {
            return;
        }
        if (!facts.cwndLimited) {
            notUsed(facts);
        } else if (acked > 0) {
            avoid(facts, acked);
        }
    }

    /** Returns the bytes that are used up by this. */
    private int slowStart(final AckFacts facts) {
        final boolean first = ssthresh == Integer.MAX_VALUE;
        if (first) {
            slowStart.watch(facts);
            if (slowStart.hasFoundTheEnd(facts)) {
                ssthresh = cwnd;
                return 0;
            }
        }
        if (!facts.cwndLimited) {
            return facts.countedBytes();
        }
        final int growth = slowStart.growth(facts, cwnd, first);
        final int step = Math.min(growth, ssthresh - cwnd);
        setWindow(cwnd + step);
        if (cwnd < ssthresh) {
            return facts.countedBytes();
        }
        slowStart.end();
        return facts.countedBytes() - (growth - step);
    }

    @Override
    public final void onLoss(final int inFlightBytes, final long nowNs) {
        reduce(inFlightBytes, false, nowNs);
        cwnd = ssthresh;
    }

    @Override
    public final void onCongestionMark(final int inFlightBytes, final long nowNs) {
        reduce(inFlightBytes, false, nowNs);
        cwnd = Math.min(cwnd, ssthresh);
        undoCwnd = 0; // a mark is never spurious, even if a timeout in the same window is
    }

    @Override
    public final void onTimeout(final int inFlightBytes, final boolean first, final long nowNs) {
        if (first) {
            reduce(inFlightBytes, true, nowNs);
        }
        cwnd = mss; // RFC 5681 §3.1, the loss window
        slowStart.onTimeout();
    }

    private void reduce(final int inFlightBytes, final boolean byTimeout, final long nowNs) {
        earlierCwnd = undoCwnd;
        earlierSsthresh = undoSsthresh;
        undoCwnd = cwnd;
        undoSsthresh = ssthresh;
        beforeReduction(byTimeout, nowNs);
        ssthresh = Math.max(reduced(inFlightBytes), 2 * mss); // RFC 5681 equation (4)
        slowStart.end();
    }

    @Override
    public final void onRecovered(final int inFlightBytes, final long nowNs) {
        cwnd = Math.min(ssthresh, Math.max(inFlightBytes, mss) + mss); // RFC 6582 §3.2, step 3, option 1: no burst
    }

    @Override
    public final void onUndo(final long nowNs) {
        if (undoCwnd > 0) {
            cwnd = Math.max(cwnd, undoCwnd);
            ssthresh = Math.max(ssthresh, undoSsthresh);
            undoCwnd = earlierCwnd;
            undoSsthresh = earlierSsthresh;
            earlierCwnd = 0;
            slowStart.end();
            afterUndo();
        }
    }

    /** Slow start leads back to most of what the path was known to carry (RFC 7661 §4.4.3 has the three quarters). */
    @Override
    public final void onIdle(final long nowNs) {
        pause(Math.min(cwnd, initialWindow));
    }

    @Override
    public final void onUnvalidated(final long nowNs) {
        pause(Math.max(cwnd / 2, Math.min(cwnd, initialWindow)));
    }

    private void pause(final int window) {
        if (window < cwnd && ssthresh != Integer.MAX_VALUE) {
            ssthresh = Math.max(ssthresh, (int) (3L * cwnd / 4));
        }
        cwnd = window;
        afterPause();
    }

    // ------------------------------------------------------------------ answers

    @Override
    public final int windowBytes() {
        return cwnd;
    }

    @Override
    public final int slowStartThresholdBytes() {
        return ssthresh;
    }

    /** Effective send MSS in bytes. */
    protected final int mssBytes() {
        return mss;
    }

    /** Sets the window: at least a segment, at most 1 GiB. */
    protected final void setWindow(final long bytes) {
        cwnd = (int) Math.max(mss, Math.min(bytes, MAX_WINDOW));
    }
}
