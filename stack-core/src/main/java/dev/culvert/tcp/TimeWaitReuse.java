package dev.culvert.tcp;

/**
 * Where our own active OPEN may take a 4-tuple that is in TIME-WAIT here, by timestamp; as Linux's tcp_tw_reuse. Not to be
 * confused with {@link Reopening}, which is about a peer's SYN.
 */
public enum TimeWaitReuse {
    /** Nowhere: RFC 9293 §3.6.1, MUST-13, to the letter. */
    OFF,
    /** Towards our own addresses; towards others only a port that the application has named, as on Linux. */
    LOOPBACK,
    /** Everywhere. */
    ON
}
