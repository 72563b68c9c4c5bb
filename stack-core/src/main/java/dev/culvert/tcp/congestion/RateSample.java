package dev.culvert.tcp.congestion;

/**
 * The sample that one acknowledgement gives {@link DeliveryRate}: what the newest segment that it delivers remembers. Needed
 * only while an ACK is processed, so that one serves all connections of a shard.
 */
public final class RateSample {
    boolean taken;
    long sentNs;
    long priorDelivered;
    long priorNs;
    long sendElapsedNs;
    boolean appLimited;

    /** An acknowledgement is about to be processed. */
    public void begin() {
        taken = false;
    }
}
