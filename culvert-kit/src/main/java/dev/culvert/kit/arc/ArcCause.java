package dev.culvert.kit.arc;

/** What kind of event moved a connection. */
public enum ArcCause {
    /** The application called. */
    CALL,
    /** A segment with neither SYN nor RST arrived. */
    SEGMENT,
    /** A segment with SYN arrived. */
    SYN,
    /** A segment with RST arrived. */
    RST,
    /** An ICMP error arrived. */
    ICMP,
    /** A timer expired. */
    TIMEOUT
}
