package dev.culvert.tcp.congestion;

/**
 * How fast the path delivers, measured on every acknowledgement (draft-ietf-ccwg-bbr, section "Delivery Rate Samples"; first
 * described in draft-cheng-iccrg-delivery-rate-estimation). Each segment remembers what had been delivered when it was sent;
 * when it is acknowledged, what was delivered since, over the longer of the time that sending and the time that acknowledging
 * took, is a sample. The longer one: neither a burst of ours nor ACKs that come in a bunch may look like a fast path.
 *
 * <p>One per connection. Bytes are bytes of sequence space, times ns. Shard's thread only.
 */
public final class DeliveryRate {
    private static final long SECOND = 1_000_000_000L;
    private static final long EXACT = 1L << 53;

    private long delivered;
    private long deliveredNs;
    private long firstSentNs;
    /** Samples of segments sent before this much was delivered say what the application did, not the path; 0: none. */
    private long appLimitedUntil;

    private long latestRate;
    private boolean latestAppLimited;

    /** A connection begins. */
    public void open() {
        delivered = 0;
        deliveredNs = 0;
        firstSentNs = 0;
        appLimitedUntil = 0;
        latestRate = 0;
        latestAppLimited = false;
    }

    // ------------------------------------------------------------------ sending

    /** A segment is sent while nothing is in flight: silence before it is not the path's. */
    public void onFirstInFlight(final long nowNs) {
        firstSentNs = nowNs;
        deliveredNs = nowNs;
    }

    /** Bytes delivered so far. */
    public long deliveredBytes() {
        return delivered;
    }

    /** When the latest of them was acknowledged, in ns. */
    public long deliveredNs() {
        return deliveredNs;
    }

    /** When the first segment of the sample was sent that is being measured now, in ns. */
    public long firstSentNs() {
        return firstSentNs;
    }

    /** Whether what is sent now is sent while the application leaves the window unused. */
    public boolean isAppLimited() {
        return appLimitedUntil != 0;
    }

    /** The application has nothing more to send although the window has room. */
    public void onAppLimited(final int inFlightBytes) {
        appLimitedUntil = Math.max(1, delivered + inFlightBytes);
    }

    // ------------------------------------------------------------------ acknowledgements

    /**
     * A segment, or its first bytes, has been delivered.
     *
     * @param sample what the acknowledgement of the moment tells
     * @param sentNs when it was last sent
     * @param atSendDelivered {@link #deliveredBytes} at that time
     * @param atSendDeliveredNs {@link #deliveredNs} at that time
     * @param atSendFirstSentNs {@link #firstSentNs} at that time
     * @param atSendAppLimited {@link #isAppLimited} at that time
     */
    public void onDelivered(
            final RateSample sample,
            final int bytes,
            final long sentNs,
            final long atSendDelivered,
            final long atSendDeliveredNs,
            final long atSendFirstSentNs,
            final boolean atSendAppLimited,
            final long nowNs) {
        delivered += bytes;
        deliveredNs = nowNs;
        if (sample.taken && sentNs - sample.sentNs < 0) {
            return; // the newest segment makes the sample
        }
        sample.taken = true;
        sample.sentNs = sentNs;
        sample.priorDelivered = atSendDelivered;
        sample.priorNs = atSendDeliveredNs;
        sample.sendElapsedNs = sentNs - atSendFirstSentNs;
        sample.appLimited = atSendAppLimited;
        firstSentNs = sentNs;
    }

    /** The acknowledgement has been processed: puts the sample into its facts. */
    public void endAck(final RateSample sample, final AckFacts facts, final long minRttNs) {
        facts.deliveryRateBytesPerSecond = 0;
        facts.rateDeliveredBytes = 0;
        facts.rateIntervalNs = 0;
        facts.rateAppLimited = false;
        if (appLimitedUntil != 0 && delivered > appLimitedUntil) {
            appLimitedUntil = 0;
        }
        if (!sample.taken) {
            return;
        }
        final long intervalNs = Math.max(sample.sendElapsedNs, deliveredNs - sample.priorNs);
        if (intervalNs <= 0 || minRttNs != Long.MAX_VALUE && intervalNs < minRttNs) {
            return; // shorter than any round trip: a repaired segment whose original has arrived after all
        }
        facts.rateDeliveredBytes = delivered - sample.priorDelivered;
        facts.rateIntervalNs = intervalNs;
        facts.rateAppLimited = sample.appLimited;
        facts.deliveryRateBytesPerSecond = perSecond(facts.rateDeliveredBytes, intervalNs);
        if (!sample.appLimited || facts.deliveryRateBytesPerSecond >= latestRate) {
            latestRate = facts.deliveryRateBytesPerSecond;
            latestAppLimited = sample.appLimited;
        }
    }

    /**
     * Up to 9 GB between two acknowledgements without overflow, beyond that in coarser steps. As long as a double holds the product
     * exactly its division is the same, rounded down, and takes a fraction of the time.
     */
    static long perSecond(final long bytes, final long intervalNs) {
        if (bytes < EXACT / SECOND) {
            return (long) ((double) (bytes * SECOND) / intervalNs);
        }
        return bytes < Long.MAX_VALUE / SECOND ? bytes * SECOND / intervalNs : bytes / intervalNs * SECOND;
    }

    // ------------------------------------------------------------------ what STATUS tells

    /** The latest sample in bytes per second, or a higher one that came before samples that the application limited; 0: none. */
    public long latestBytesPerSecond() {
        return latestRate;
    }

    /** Whether the application limited that sample. */
    public boolean isLatestAppLimited() {
        return latestAppLimited;
    }
}
