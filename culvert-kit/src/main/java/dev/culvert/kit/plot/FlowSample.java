package dev.culvert.kit.plot;

import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.congestion.AckFacts;

/**
 * Where the sender of a connection is after an acknowledgement, in the manner of Linux's {@code tcp_probe}.
 *
 * @param timeNs virtual time in ns
 * @param acked bytes acknowledged so far, by SND.UNA
 * @param rightEdge bytes that may be sent at all, by SND.UNA + SND.WND
 * @param cwnd congestion window in bytes
 * @param ssthresh slow start threshold in bytes; {@code Integer.MAX_VALUE}: none yet
 * @param inFlight bytes in flight
 * @param rttNs round trip that this acknowledgement measures; −1: none
 * @param srttNs smoothed round-trip time; 0: none yet
 * @param deliveryRate bytes per second that the path has delivered lately; 0: not measured by this acknowledgement
 * @param pacingRate bytes per second at which text may leave; 0: not paced
 */
public record FlowSample(
        long timeNs,
        long acked,
        long rightEdge,
        int cwnd,
        int ssthresh,
        int inFlight,
        long rttNs,
        long srttNs,
        long deliveryRate,
        long pacingRate) {

    /** The sample of this moment. */
    public static FlowSample of(final Tcb tcb, final AckFacts facts) {
        final long acked = stream(tcb, tcb.snd.una);
        return new FlowSample(
                facts.nowNs,
                acked,
                acked + tcb.snd.wnd,
                tcb.congestion.windowBytes(),
                tcb.congestion.slowStartThresholdBytes(),
                facts.inFlightAfterBytes,
                facts.rttNs,
                facts.srttNs,
                facts.deliveryRateBytesPerSecond,
                tcb.pacingBytesPerSecond());
    }

    /** A sequence number near SND.UNA as the number of a byte of the stream; the first one is 0. */
    static long stream(final Tcb tcb, final int seq) {
        return tcb.counts.bytesAcknowledged - (tcb.active ? 1 : 0) + (seq - tcb.snd.una);
    }
}
