package dev.culvert.timer;

/** The timers that a connection may run (RFC 9293 §3.10.8 and the RFCs behind it). */
public enum TimerKind {
    /** Retransmission timeout (RFC 6298). */
    RETRANSMIT,
    /** Tail loss probe (RFC 8985 §7.2, PTO). */
    LOSS_PROBE,
    /** What may only be late counts as lost from now on (RFC 8985 §6.2 step 5). */
    REORDERING,
    /** Zero-window probe (RFC 9293 §3.8.6.1). */
    PERSIST,
    /** Delayed acknowledgement (RFC 9293 §3.8.6.3). */
    DELAYED_ACK,
    /** Override of the sender's silly-window avoidance (RFC 9293 §3.8.6.2.1). */
    SWS_OVERRIDE,
    /** Text waits for its time to leave, because the connection is paced. */
    PACE,
    /** Keepalive probe (RFC 9293 §3.8.4). */
    KEEPALIVE,
    /** The application has gone: FIN-WAIT-2 or a lingering close may not last for ever. */
    ORPHAN;

    /** How many there are. */
    public static final int COUNT = values().length;
}
