package dev.culvert.kit.plot;

/**
 * Where the sender of a connection is after an acknowledgement, in the manner of Linux's {@code tcp_probe}.
 *
 * @param timeNs ns since the stacks began
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
        long pacingRate) {}
