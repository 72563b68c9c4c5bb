package dev.culvert.tcp.congestion;

/**
 * Decides how much may be in flight, and how fast it leaves. It is told facts and answers a window and a rate; it cannot see
 * the connection. One instance belongs to one connection at a time and is reused for the next one after {@link #onOpen}.
 * Shard's thread only; sizes are bytes, times ns of the shard's clock.
 *
 * <p>A control of a fork needs a public constructor without parameters and a line in
 * {@code META-INF/services/dev.culvert.tcp.congestion.CongestionControl}; {@link WindowBased} has what most have in common.
 */
public interface CongestionControl {
    /** The name under which it is chosen, in lower case. */
    String name();

    /**
     * A connection begins.
     *
     * @param initialWindowBytes what may be in flight at first, at least one segment (RFC 6928 §2)
     */
    void onOpen(int mssBytes, int initialWindowBytes, long nowNs);

    /**
     * The same with the initial window of RFC 6928 §2.
     *
     * @param synLost whether the SYN or SYN-ACK had to be sent again: the window is one segment then (RFC 5681 §3.1)
     */
    default void onOpen(final int mssBytes, final boolean synLost, final long nowNs) {
        onOpen(mssBytes, synLost ? mssBytes : InitialWindow.bytes(InitialWindow.SEGMENTS, mssBytes), nowNs);
    }

    /**
     * It takes over an open connection from another control, as by Linux's TCP_CONGESTION: the window goes on from theirs, and
     * nothing else that they knew is to be had.
     *
     * @param initialWindowBytes what the connection would have begun with
     */
    default void onTakeOver(
            final CongestionControl before, final int mssBytes, final int initialWindowBytes, final long nowNs) {
        onOpen(mssBytes, Math.max(mssBytes, before.windowBytes()), nowNs);
    }

    /** The segment size has changed (path MTU). */
    void onMss(int mssBytes);

    /** {@link AckFacts#countedBytes} is not zero outside fast recovery, and in it too where {@link #ownsRecoveryWindow}. */
    void onAck(AckFacts facts);

    /**
     * An acknowledgement of what was in flight was processed, in recovery or out of it, and loss recovery has judged it: what a model
     * of the path is built from. Comes after {@link #onAck} and all other calls that the same acknowledgement caused.
     */
    default void onDelivery(final AckFacts facts) {}

    /** Loss was found; called once per window of data, on entry to fast recovery. */
    void onLoss(int inFlightBytes, long nowNs);

    /**
     * A router has marked data instead of dropping it; called once per window of data (RFC 3168 §6.1.2: answer as to a loss).
     *
     * @param inFlightBytes bytes in flight before the acknowledgement that said so
     */
    void onCongestionMark(int inFlightBytes, long nowNs);

    /**
     * Fast recovery is over: everything that was outstanding when it began is acknowledged.
     *
     * @param inFlightBytes bytes in flight now; where proportional rate reduction has metered, the threshold that it aims at
     */
    void onRecovered(int inFlightBytes, long nowNs);

    /**
     * The retransmission timer expired.
     *
     * @param first false when it expires again before anything new was acknowledged: ssthresh is then kept (RFC 5681 §3.1)
     */
    void onTimeout(int inFlightBytes, boolean first, long nowNs);

    /**
     * The last reduction was spurious: window and threshold are at least what they were before it (RFC 4015 §3). Told again, it is
     * about the one before that; a control that remembers only the last one does nothing then.
     */
    void onUndo(long nowNs);

    /** Nothing was sent for longer than the retransmission timeout (RFC 5681 §4.1). */
    void onIdle(long nowNs);

    /** The application has left the window unused for five minutes: nothing is known of it any more (RFC 7661 §4.4.3). */
    void onUnvalidated(long nowNs);

    /** Whether it sets its own window during loss recovery, so that proportional rate reduction leaves it alone. */
    default boolean ownsRecoveryWindow() {
        return false;
    }

    /** Congestion window in bytes, at least one segment. */
    int windowBytes();

    /** Slow start threshold in bytes; {@code Integer.MAX_VALUE} before the first loss. */
    int slowStartThresholdBytes();

    /** Bytes per second at which text may leave; 0: it has no opinion. */
    default long pacingBytesPerSecond() {
        return 0;
    }
}
