package dev.culvert.tcp.loss;

import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.tcp.congestion.CongestionControl;
import dev.culvert.timer.TimerNode;

/**
 * Decides which of the outstanding segments are lost, marks them in {@link SentSegments}, and tells congestion control. What
 * is marked is sent again as the window allows. One instance per connection, reused after {@link #open}. Shard's thread.
 *
 * <p>What is about time or about answers more precise than a cumulative acknowledgement has defaults: a recovery without them
 * runs on acknowledgements and on the retransmission timeout alone.
 */
public interface LossRecovery {
    /** A connection begins. */
    void open(SentSegments sent, CongestionControl congestion, int iss);

    /** From now on another control decides about the window; what was begun goes on. */
    void onControl(CongestionControl next);

    /** An ACK was processed; {@link SentSegments#acknowledge} and {@link SentSegments#sack} have run already. */
    void onAck(AckFacts facts);

    /** The retransmission timer expired (RFC 6298 §5.4). */
    void onTimeout(int una, int nxt, long nowNs);

    /** Bytes in flight: outstanding, less what is lost or known to have left the network. */
    int inFlightBytes();

    /** How many bytes may be in flight now: congestion control's window, or that of the recovery. */
    int windowBytes();

    /** What is believed about the path. */
    LossPhase phase();

    /** How often the congestion window was reduced, for whatever reason; each reduction is announced by CWR (RFC 3168 §6.1.2). */
    int reductions();

    /** Whether new acknowledgements belong to a loss that is being repaired. */
    boolean isRecovering();

    /** Whether it looks at what the peer says it holds; {@link SentSegments#sack} then has to be told. */
    default boolean wantsSack() {
        return false;
    }

    /** Text or a FIN was sent, for the first time or again. */
    default void onSent(final int bytes) {}

    /**
     * A segment that counted as lost was sent again from {@code from} on. {@link #onSent} has been called.
     *
     * @param sentNs when it was sent before, in ns; {@link TimerNode#NEVER}: more than once
     * @param stampNs when its timestamp says that it was sent now
     */
    default void onRetransmitted(final int from, final int bytes, final long sentNs, final long stampNs) {}

    /** Whether new data is to go before what counts as lost (RFC 5682 §3.1 step 2 b). */
    default boolean wantsNewData() {
        return false;
    }

    /** New data was wanted; {@code nxt} says whether any has gone. */
    default void onNewDataTried(final int nxt) {}

    /** When a segment that may only be late counts as lost (RFC 8985 §6.2 step 5); {@link TimerNode#NEVER}: none is waited for. */
    default long reorderingDeadlineNs() {
        return TimerNode.NEVER;
    }

    /** That time has come. */
    default void onReorderingTimeout(final int una, final int nxt, final long nowNs) {}

    /** Whether a loss probe may be sent when acknowledgements stay out (RFC 8985 §7.2). */
    default boolean mayProbe() {
        return false;
    }

    /** A loss probe was sent: {@code againBytes} of the last segment again, or, when that is 0, new data (RFC 8985 §7.3). */
    default void onProbeSent(final int nxt, final int againBytes) {}
}
