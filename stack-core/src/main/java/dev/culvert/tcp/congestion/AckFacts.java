package dev.culvert.tcp.congestion;

/**
 * What one acknowledgement told us: the facts that loss recovery and congestion control decide on. One object per shard,
 * filled anew for every ACK; nobody keeps it.
 */
public final class AckFacts {
    /** The shard's time in ns. */
    public long nowNs;
    /** SND.UNA after this ACK. */
    public int una;
    /** SND.NXT. */
    public int nxt;
    /** Bytes of sequence space that this ACK newly covers. */
    public int ackedBytes;
    /** Bytes beyond that which it newly reports as held (RFC 2018 §3). */
    public int sackedBytes;
    /** Bytes newly acknowledged or newly reported as held, each byte of the stream once. */
    public int deliveredBytes;
    /** Bytes that loss recovery has newly found lost, by this ACK or by a timer since the one before. */
    public int lostBytes;
    /** Whether it reports that something came twice (RFC 2883 §4). */
    public boolean dsack;
    /** Left edge of that; meaningful with {@link #dsack}. */
    public int dsackLeft;
    /** Right edge of that. */
    public int dsackRight;
    /** Until when the segment can have been sent whose timestamp it echoes, in ns; {@code Long.MAX_VALUE}: it echoes none. */
    public long echoedNs;
    /** Smoothed round-trip time, this ACK included, in ns; 0: never measured. */
    public long srttNs;
    /** Smallest round trip measured, this ACK included, in ns; {@code Long.MAX_VALUE}: none. */
    public long minRttNs;
    /**
     * How much later than segments that were sent after them others have come lately, in ns; 0: all come in order, or it is not
     * known. A queue keeps the order: what this adds to round trips is none.
     */
    public long reorderingNs;
    /** Whether there is new text, and the peer's window has room for it. */
    public boolean canSendNew;
    /** Whether it is a duplicate acknowledgement by all five conditions of RFC 5681 §2. */
    public boolean duplicate;
    /** Whether an ACK that was sent later has come earlier, as far as the peer's timestamps tell. */
    public boolean overtaken;
    /** Whether the peer says that data of ours was marked on the path (ECN echo, RFC 3168 §6.1.2). */
    public boolean congestionEchoed;
    /** Round trip of the newest segment that was acknowledged and never retransmitted, in ns; −1: no sample (Karn). */
    public long rttNs;
    /**
     * Bytes in flight before this ACK and those that came with it in one batch: nothing is sent in answer before all of them are
     * looked at, so that the first ones would make the flight look smaller than what the path was carrying.
     */
    public int inFlightBytes;
    /**
     * FlightSize (RFC 5681 §2), bytes sent and not cumulatively acknowledged, at that same time, and what the congestion window has
     * grown by since then: had each of these ACKs been answered at once, so much more would be in flight by now.
     */
    public int flightBytes;
    /** What was in flight at that time and the peer was not known to hold. */
    public int undeliveredBytes;
    /** Effective send MSS in bytes. */
    public int mssBytes;
    /** Whether the congestion window, not the application or the peer, held sending back (RFC 7661). */
    public boolean cwndLimited;
    /** Whether text leaves at a pace, rather than as soon as the window allows. */
    public boolean paced;
    /**
     * Text that one packet of ours may carry, in bytes: a segment, or with segmentation offload many. Acknowledgements come back
     * in the same portions, so that this is what "one segment" means to a limit per ACK.
     */
    public int packetBytes;
    /** Bytes in flight after this ACK and whatever loss recovery made of it. */
    public int inFlightAfterBytes;
    /** Bytes per second that the path has delivered lately ({@link DeliveryRate}); 0: this ACK measures nothing. */
    public long deliveryRateBytesPerSecond;
    /** Bytes that were delivered in the sample. */
    public long rateDeliveredBytes;
    /** How long the sample took, in ns. */
    public long rateIntervalNs;
    /** The sample may say what the application had to send, rather than what the path can carry. */
    public boolean rateAppLimited;

    /**
     * Bytes by which this ACK may let a window grow: those that it covers, and where segments overtake each other those that it
     * delivers, as on Linux. SND.UNA moves seldom and far there, further than any limit per ACK (RFC 3465) follows.
     */
    public int countedBytes() {
        return reorderingNs > 0 ? deliveredBytes : ackedBytes;
    }
}
