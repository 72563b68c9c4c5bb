package dev.culvert.tcp;

import static dev.culvert.env.RefusedValueException.checkRange;

import dev.culvert.env.RefusedValueException;
import dev.culvert.tcp.congestion.CongestionControls;

/**
 * Everything about TCP that can be set, as one immutable snapshot. A stack has one, a listener may have its own, and a
 * connection keeps the one that it was opened with; {@link #with()} makes a changed copy. Any thread.
 *
 * @param mslMs maximum segment lifetime in ms, 1 to 600,000; TIME-WAIT lasts twice as long (RFC 9293 §3.4.2)
 * @param sendBufferBytes bytes that may wait in a connection's send buffer, 4,096 to 1 GiB
 * @param sendBufferStartBytes where a send buffer begins; it grows to twice the congestion window as long as the application
 *     waits for room (1 to 1 GiB; from {@code sendBufferBytes} on: it has its full size at once)
 * @param receiveBufferBytes largest receive window in bytes, 1,024 to 1 GiB
 * @param receiveBufferStartBytes where a receive window begins; it grows with what the application takes in a round trip, as
 *     with tcp_moderate_rcvbuf (1 to 1 GiB; from {@code receiveBufferBytes} on: it has its full size at once)
 * @param windowShift window scale that is offered, 0 to 14; −1: the smallest that can express the receive buffer
 * @param windowClampBytes largest receive window ever advertised in bytes, as TCP_WINDOW_CLAMP; 0: whatever the buffer allows
 * @param maxMssBytes cap on the MSS that is advertised and used, as TCP_MAXSEG; 0: whatever the MTU allows
 * @param congestion name of the congestion control, as {@link CongestionControls} knows it
 * @param initialWindowSegments segments that may be in flight at first (RFC 6928 §2), 1 to 1,000
 * @param slowStartAfterIdle whether a window that was not used for a retransmission timeout starts again from the initial one
 *     (RFC 5681 §4.1), as tcp_slow_start_after_idle
 * @param pacing whether text leaves evenly over the round trip where the congestion control does not say how fast it may leave;
 *     one that says so is always paced
 * @param maxPacingBytesPerSecond text leaves no faster than this, as SO_MAX_PACING_RATE; 0: as fast as it may
 * @param timestamps whether to offer and accept RFC 7323 timestamps
 * @param windowScaling whether to offer and accept RFC 7323 window scaling
 * @param sack whether to offer SACK-permitted and to send SACK blocks (RFC 2018)
 * @param dsack whether SACK blocks also report what came twice (RFC 2883)
 * @param recovery how lost segments are found when the peer sends SACK, as tcp_recovery
 * @param tailLossProbe whether the last segment, or a new one, is sent when ACKs stay out, long before the retransmission timeout
 *     (RFC 8985 §7), as tcp_early_retrans; only with {@link RecoveryAlgorithm#RACK}
 * @param nagle whether small segments wait for outstanding data (RFC 9293 §3.7.4); false is TCP_NODELAY
 * @param notSentLowWaterBytes bytes in the send buffer that were never sent at which it counts as full, as TCP_NOTSENT_LOWAT
 * @param delayedAckMs longest delay of an ACK in ms, 0 to 499 (RFC 9293 §3.8.6.3)
 * @param quickAcks data segments at the start of a connection that are acknowledged without delay, as Linux does
 * @param minRtoMs lower bound of the retransmission timeout in ms (RFC 6298 §2.4 asks for 1,000; Linux and we use 200)
 * @param initialRtoMs retransmission timeout before the first sample in ms (RFC 6298 §2.1)
 * @param maxRtoMs upper bound of the retransmission timeout in ms, at least 60,000 (RFC 6298 §2.5)
 * @param synRetries retransmissions of a SYN before giving up; 7 keeps trying for over 3 minutes (RFC 9293 §3.8.3)
 * @param synAckRetries retransmissions of a SYN-ACK before the half-open row is dropped
 * @param deferAcceptTimeouts SYN-ACK timeouts during which the ACK that completes a handshake is not enough and the first text is waited
 *     for, as TCP_DEFER_ACCEPT; 0: it is enough
 * @param synCookies when SYNs are answered without keeping anything (RFC 4987 §3.6), as Linux's tcp_syncookies
 * @param abortOnOverflow whether a third ACK that finds the accept queue full is reset instead of ignored, as
 *     tcp_abort_on_overflow
 * @param fastOpenClient whether an active OPEN with data asks for TCP Fast Open cookies and uses them (RFC 7413)
 * @param fastOpenCookieless whether Fast Open goes without cookies, as RFC 7413 §4.1.3 leaves to networks that one trusts: a
 *     listener takes the text of any SYN, an active OPEN puts text on its SYN at once
 * @param fastOpenPending Fast Open connections that a listener may have before their handshakes are complete (RFC 7413 §5.1),
 *     0 to 65,535; 0: it does no Fast Open
 * @param retries1 retransmissions after which the application hears of the trouble (R1, RFC 9293 §3.8.3)
 * @param retries2 retransmissions after which the connection is given up (R2, RFC 9293 §3.8.3)
 * @param orphanRetries the same for a connection whose application has gone, as Linux's tcp_orphan_retries
 * @param userTimeoutMs gives up when data stays unacknowledged or probes unanswered for so long, in ms, in place of {@code retries2}
 *     and {@code keepAliveProbes} (RFC 5482), as TCP_USER_TIMEOUT; 0: by these
 * @param userTimeoutOptionMs user timeout that is announced to peers (RFC 5482 §3), in ms, sent in whole seconds or minutes; the
 *     one that a peer announces is then adopted, unless {@code userTimeoutMs} is set; 0: neither
 * @param userTimeoutLeastMs L_LIMIT of RFC 5482 §3.1: no peer makes the user timeout shorter, in ms, at least 100,000
 * @param userTimeoutMostMs U_LIMIT of RFC 5482 §3.1: no peer makes the user timeout longer, in ms
 * @param keepAlive whether to probe idle connections (RFC 9293 §3.8.4: off by default)
 * @param keepAliveIdleMs silence before the first probe in ms
 * @param keepAliveIntervalMs time between probes in ms
 * @param keepAliveProbes unanswered probes after which the connection is dead
 * @param finWait2Ms how long FIN-WAIT-2 lasts after the application has gone, in ms
 * @param lingerMs −1: close returns at once and data is delivered in the background; 0: close resets; above: as −1, but a
 *     close that has not ended after so many ms resets
 * @param reuseAddress SO_REUSEADDR: whether a listener may take a port that connections and TIME-WAIT still use, if they were
 *     opened with it too
 * @param reusePort SO_REUSEPORT: whether several listeners that all say so may share address and port; connections are spread
 *     over them by their 4-tuple
 * @param urgentInline SO_OOBINLINE: whether the last byte of urgent data stays in the stream (RFC 6093 §6 asks for that);
 *     otherwise it is taken out of it and read on its own
 * @param rfc1337 whether RST segments are ignored in TIME-WAIT (RFC 1337)
 * @param lenientResets whether a RST also counts when its number is that of the peer's FIN, or the end of the newest text
 *     that is held out of order, as on Linux; RFC 5961 §3.2 wants RCV.NXT
 * @param synLinearTimeouts how many SYN segments are repeated after the first timeout again, before it is doubled each time, as
 *     tcp_syn_linear_timeouts; they come on top of {@code synRetries} (0 to 255)
 * @param softErrorsEndOpening whether an ICMP error that may pass ends an active open all the same (RFC 5461 §4.2), as on Linux;
 *     RFC 9293 §3.9.2.2 wants it only told to the application
 * @param timestampsRequired whether segments without timestamps are dropped once they were agreed on (RFC 7323 §3.2); Linux
 *     takes them
 * @param pushSegments the last of so many full segments in a row carries PSH, as Linux does with what it hands down in one
 *     piece (0 to 64; 0: only where nothing else waits to be sent)
 * @param reopening which SYNs of a peer open a 4-tuple anew that is in TIME-WAIT
 * @param timeWaitReuse where an active OPEN may take a 4-tuple that is in TIME-WAIT, as tcp_tw_reuse
 * @param timeWaitReuseDelayMs how long after its last segment, in ms, 1 to 600,000: a tick of our timestamps is 1 ms (Linux: 1,000)
 * @param challengeAckPerSecond challenge ACKs that all connections of a shard together send per second, on average at most
 *     (RFC 5961 §7), as tcp_challenge_ack_limit; {@code Integer.MAX_VALUE}: no limit beside the one of each connection
 * @param invalidRateLimitMs shortest time between two challenge ACKs of one connection, and between two ACKs that answer
 *     unacceptable segments, as tcp_invalid_ratelimit
 * @param ttl TTL or hop limit of outgoing packets, 1 to 255 (RFC 9293 §3.9.2)
 * @param tos type of service or traffic class of outgoing packets: DSCP in the upper six bits, ECN bits zero
 * @param ecn whether connections use explicit congestion notification (RFC 3168), as tcp_ecn
 * @param pathMtuDiscovery whether IPv4 packets carry DF and ICMP lowers the segment size (RFC 1191)
 * @param mtuProbing when packet sizes are found out by trying (RFC 4821), as tcp_mtu_probing
 * @param pathMtuExpiryMs how long a path that was found to be smaller is believed to be so, in ms, at least 300,000 (RFC 8201
 *     §4); then a larger packet is tried
 */
public record TcpConfig(
        int mslMs,
        int sendBufferBytes,
        int sendBufferStartBytes,
        int receiveBufferBytes,
        int receiveBufferStartBytes,
        int windowShift,
        int windowClampBytes,
        int maxMssBytes,
        String congestion,
        int initialWindowSegments,
        boolean slowStartAfterIdle,
        boolean pacing,
        long maxPacingBytesPerSecond,
        boolean timestamps,
        boolean windowScaling,
        boolean sack,
        boolean dsack,
        RecoveryAlgorithm recovery,
        boolean tailLossProbe,
        boolean nagle,
        int notSentLowWaterBytes,
        int delayedAckMs,
        int quickAcks,
        int minRtoMs,
        int initialRtoMs,
        int maxRtoMs,
        int synRetries,
        int synAckRetries,
        int deferAcceptTimeouts,
        SynCookies synCookies,
        boolean abortOnOverflow,
        boolean fastOpenClient,
        boolean fastOpenCookieless,
        int fastOpenPending,
        int retries1,
        int retries2,
        int orphanRetries,
        int userTimeoutMs,
        int userTimeoutOptionMs,
        int userTimeoutLeastMs,
        int userTimeoutMostMs,
        boolean keepAlive,
        int keepAliveIdleMs,
        int keepAliveIntervalMs,
        int keepAliveProbes,
        int finWait2Ms,
        int lingerMs,
        boolean reuseAddress,
        boolean reusePort,
        boolean urgentInline,
        boolean rfc1337,
        Reopening reopening,
        TimeWaitReuse timeWaitReuse,
        int timeWaitReuseDelayMs,
        int challengeAckPerSecond,
        boolean lenientResets,
        int synLinearTimeouts,
        boolean softErrorsEndOpening,
        boolean timestampsRequired,
        int pushSegments,
        int invalidRateLimitMs,
        int ttl,
        int tos,
        Ecn ecn,
        boolean pathMtuDiscovery,
        MtuProbing mtuProbing,
        int pathMtuExpiryMs) {

    /** What Culvert uses unless told otherwise. */
    public static final TcpConfig DEFAULT = new TcpConfigBuilder().build();

    /** Refuses values out of range; the message names the field, the value and the range. */
    public TcpConfig {
        checkRange("mslMs", mslMs, 1, 600_000);
        checkRange("sendBufferBytes", sendBufferBytes, 4_096, 1 << 30);
        checkRange("sendBufferStartBytes", sendBufferStartBytes, 1, 1 << 30);
        checkRange("receiveBufferStartBytes", receiveBufferStartBytes, 1, 1 << 30);
        checkRange("receiveBufferBytes", receiveBufferBytes, 1_024, 1 << 30);
        checkRange("windowShift", windowShift, -1, 14);
        checkRange("windowClampBytes", windowClampBytes, 0, Integer.MAX_VALUE);
        checkRange("maxMssBytes", maxMssBytes, 0, 65_495);
        checkRange("initialWindowSegments", initialWindowSegments, 1, 1_000);
        checkRange("notSentLowWaterBytes", notSentLowWaterBytes, 1, Integer.MAX_VALUE);
        checkRange("delayedAckMs", delayedAckMs, 0, 499);
        checkRange("quickAcks", quickAcks, 0, 1_000_000);
        checkRange("minRtoMs", minRtoMs, 1, 60_000);
        checkRange("initialRtoMs", initialRtoMs, 1, 60_000);
        checkRange("maxRtoMs", maxRtoMs, 60_000, 3_600_000);
        checkRange("synRetries", synRetries, 0, 127);
        checkRange("synAckRetries", synAckRetries, 0, 127);
        checkRange("deferAcceptTimeouts", deferAcceptTimeouts, 0, 127);
        checkRange("fastOpenPending", fastOpenPending, 0, 65_535);
        checkRange("retries1", retries1, 1, 127);
        checkRange("retries2", retries2, 1, 127);
        checkRange("orphanRetries", orphanRetries, 0, 127);
        checkRange("userTimeoutMs", userTimeoutMs, 0, Integer.MAX_VALUE);
        checkRange("keepAliveIdleMs", keepAliveIdleMs, 1, Integer.MAX_VALUE);
        checkRange("keepAliveIntervalMs", keepAliveIntervalMs, 1, Integer.MAX_VALUE);
        checkRange("keepAliveProbes", keepAliveProbes, 1, 127);
        checkRange("finWait2Ms", finWait2Ms, 1, 3_600_000);
        checkRange("lingerMs", lingerMs, -1, Integer.MAX_VALUE);
        checkRange("timeWaitReuseDelayMs", timeWaitReuseDelayMs, 1, 600_000);
        checkRange("challengeAckPerSecond", challengeAckPerSecond, 1, Integer.MAX_VALUE);
        checkRange("synLinearTimeouts", synLinearTimeouts, 0, 255);
        checkRange("pushSegments", pushSegments, 0, 64);
        checkRange("invalidRateLimitMs", invalidRateLimitMs, 0, 60_000);
        checkRange("ttl", ttl, 1, 255);
        checkRange("tos", tos, 0, 255);
        checkRange("userTimeoutMostMs", userTimeoutMostMs, userTimeoutLeastMs, Integer.MAX_VALUE);
        checkRange("userTimeoutLeastMs", userTimeoutLeastMs, 100_000, Integer.MAX_VALUE);
        checkRange("userTimeoutOptionMs", userTimeoutOptionMs, 0, 32_767 * 60_000);
        checkRange("pathMtuExpiryMs", pathMtuExpiryMs, 300_000, Integer.MAX_VALUE);
        if (maxPacingBytesPerSecond < 0) {
            throw new RefusedValueException("maxPacingBytesPerSecond", maxPacingBytesPerSecond, "is below 0");
        }
        if (!CongestionControls.exists(congestion)) {
            throw new IllegalArgumentException(CongestionControls.complaint(congestion));
        }
        if ((tos & 3) != 0) {
            throw new RefusedValueException("tos", tos, "sets ECN bits; they belong to the stack");
        }
    }

    /** How long TIME-WAIT lasts, in ms. */
    public int timeWaitMs() {
        return 2 * mslMs;
    }

    /** A builder that starts from this configuration. */
    public TcpConfigBuilder with() {
        return new TcpConfigBuilder(this);
    }
}
