package dev.culvert.tcp;

import dev.culvert.tcp.loss.LossPhase;

/**
 * What STATUS tells of a connection (RFC 9293 §3.10.6), as a snapshot in an object that the caller brings: what Linux's
 * {@code TCP_INFO} has, under our names. Bytes are bytes, segments are counted by the effective MSS, times are ns.
 */
public final class ConnectionInfo {
    private static final int V4_HEADERS = 40;
    private static final int V6_HEADERS = 60;

    /** RFC 9293 §3.3.2. */
    public TcpState state;
    /** What the sender believes about the path. */
    public LossPhase phase;
    /** Timestamps were agreed on. */
    public boolean timestamps;
    /** SACK was agreed on. */
    public boolean sack;
    /** ECN was agreed on. */
    public boolean ecn;
    /** The peer has sent text as ECN-capable. */
    public boolean ectSeen;
    /** Window scaling was agreed on. */
    public boolean windowScaling;
    /** What the peer's windows are shifted by. */
    public int sendShift;
    /** What our windows are shifted by. */
    public int receiveShift;
    /** Expiries of the retransmission or persist timer in a row. */
    public int timeouts;
    /** Keepalive probes without an answer. */
    public int keepAliveProbes;
    /** Retransmission timeout, back-off included. */
    public long rtoNs;
    /** Smoothed round-trip time; 0: never measured. */
    public long srttNs;
    /** Its variation. */
    public long rttVarNs;
    /** Smallest round trip measured; {@code Long.MAX_VALUE}: none. */
    public long minRttNs;
    /** Longest delay of an ACK. */
    public long delayedAckNs;
    /** Text per segment that we send. */
    public int sendMssBytes;
    /** Text per segment that the peer seems to send. */
    public int receiveMssBytes;
    /** The MSS that we advertise. */
    public int advertisedMssBytes;
    /** Largest packet on the path. */
    public int pathMtuBytes;
    /** Segments in flight. */
    public int inFlightSegments;
    /** Segments that duplicate or selective acknowledgements say have arrived. */
    public int sackedSegments;
    /** Segments that count as lost, sent again or not. */
    public int lostSegments;
    /** Segments that are in flight again. */
    public int retransmittedSegments;
    /** Congestion window. */
    public int congestionWindowBytes;
    /** Slow start threshold. */
    public int slowStartThresholdBytes;
    /** Bytes per second at which text may leave; 0: it is not paced. */
    public long pacingBytesPerSecond;
    /** Bytes per second that the path has delivered lately; 0: not measured. */
    public long deliveryRateBytesPerSecond;
    /** That may be what the application had to send, not what the path can carry. */
    public boolean deliveryRateAppLimited;
    /** SND.WND. */
    public int sendWindowBytes;
    /** RCV.WND as far as the peer knows it. */
    public int receiveWindowBytes;
    /** Room for text in the receive buffer. */
    public int receiveSpaceBytes;
    /** In the send buffer and not acknowledged. */
    public int sendQueueBytes;
    /** What the send buffer may hold. */
    public int sendLimitBytes;
    /** Of that never sent. */
    public int notSentBytes;
    /** In order and not read. */
    public int receiveQueueBytes;
    /** Whether our FIN has been sent, and not acknowledged. */
    public boolean finInFlight;
    /** Time since text was sent; since the connection began when none was. */
    public long sinceTextSentNs;
    /** Time since text came. */
    public long sinceTextReceivedNs;
    /** Time since an acknowledgement came. */
    public long sinceAckReceivedNs;
    /** The latest soft error, or 0. */
    public int softError;
    /** What was counted; the connection's own object, valid until it is closed. */
    public ConnectionCounts counts;

    /** Takes the snapshot. */
    public void fill(final Tcb tcb, final long nowNs) {
        state = tcb.state;
        softError = tcb.softError;
        counts = tcb.counts;
        timeouts = tcb.snd.retries;
        keepAliveProbes = tcb.keepAliveProbes;
        delayedAckNs = tcb.config.delayedAckMs() * 1_000_000L;
        agreed(tcb);
        roundTrips(tcb);
        sending(tcb);
        receiving(tcb);
        sinceTextSentNs = since(nowNs, counts.lastTextSentNs, tcb.establishedNs);
        sinceTextReceivedNs = since(nowNs, counts.lastTextReceivedNs, tcb.establishedNs);
        sinceAckReceivedNs = since(nowNs, tcb.lastReceivedNs, tcb.establishedNs);
    }

    private static long since(final long nowNs, final long thenNs, final long otherwiseNs) {
        return nowNs - (thenNs == 0 ? otherwiseNs : thenNs);
    }

    private void agreed(final Tcb tcb) {
        timestamps = tcb.rcv.timestamps;
        sack = tcb.rcv.sack;
        ecn = tcb.rcv.ecn;
        ectSeen = tcb.rcv.ectSeen;
        sendShift = tcb.snd.shift;
        receiveShift = tcb.rcv.shift;
        windowScaling = sendShift > 0 || receiveShift > 0;
    }

    private void roundTrips(final Tcb tcb) {
        rtoNs = tcb.rtt.rtoNs();
        srttNs = tcb.rtt.srttNs();
        rttVarNs = tcb.rtt.rttVarNs();
        minRttNs = tcb.rtt.minRttNs();
    }

    private void sending(final Tcb tcb) {
        final int mss = Math.max(1, tcb.snd.mss);
        phase = tcb.recovery.phase();
        sendMssBytes = tcb.snd.mss;
        pathMtuBytes = tcb.snd.pathMtu;
        inFlightSegments = tcb.sent.segments(mss);
        lostSegments = tcb.sent.lostSegments(mss);
        retransmittedSegments = tcb.sent.retransmittedSegments(mss);
        final int departed = tcb.sent.pipeBytes() - tcb.recovery.inFlightBytes();
        sackedSegments = tcb.sent.sackedSegments() + Math.max(0, departed) / mss;
        congestionWindowBytes = tcb.recovery.windowBytes();
        slowStartThresholdBytes = tcb.congestion.slowStartThresholdBytes();
        pacingBytesPerSecond = tcb.pacingBytesPerSecond();
        deliveryRateBytesPerSecond = tcb.sent.rate.latestBytesPerSecond();
        deliveryRateAppLimited = tcb.sent.rate.isLatestAppLimited();
        sendWindowBytes = tcb.snd.wnd;
        sendQueueBytes = tcb.snd.buffer.size();
        sendLimitBytes = tcb.snd.limit;
        notSentBytes = tcb.snd.unsentBytes();
        finInFlight = tcb.snd.finSent && !tcb.snd.finAcked();
    }

    private void receiving(final Tcb tcb) {
        receiveMssBytes = tcb.rcv.mss;
        final int mss = tcb.snd.pathMtu - (tcb.isV4() ? V4_HEADERS : V6_HEADERS);
        advertisedMssBytes = tcb.config.maxMssBytes() == 0 ? mss : Math.min(mss, tcb.config.maxMssBytes());
        receiveWindowBytes = tcb.rcv.wnd;
        receiveQueueBytes = tcb.rcv.buffer.size();
        receiveSpaceBytes = Math.max(0, tcb.rcv.limit - receiveQueueBytes);
    }
}
