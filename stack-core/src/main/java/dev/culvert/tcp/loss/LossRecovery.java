package dev.culvert.tcp.loss;

import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.tcp.congestion.CongestionControl;

/**
 * Decides which of the outstanding segments are lost, marks them in {@link SentSegments}, and tells congestion control. What
 * is marked is sent again as the window allows. One instance per connection, reused after {@link #open}. Shard's thread.
 */
public interface LossRecovery {
    /** A connection begins. */
    void open(SentSegments sent, CongestionControl congestion, int iss);

    /** An ACK was processed; {@link SentSegments#acknowledge} has run already. */
    void onAck(AckFacts facts);

    /** The retransmission timer expired (RFC 6298 §5.4). */
    void onTimeout(int una, int nxt, long nowNs);

    /** Bytes in flight: outstanding, less what is lost or known to have left the network. */
    int inFlightBytes();

    /** What is believed about the path. */
    LossPhase phase();

    /** How often the congestion window was reduced, for whatever reason; each reduction is announced by CWR (RFC 3168 §6.1.2). */
    int reductions();

    /** Whether new acknowledgements belong to a loss that is being repaired. */
    boolean isRecovering();
}
