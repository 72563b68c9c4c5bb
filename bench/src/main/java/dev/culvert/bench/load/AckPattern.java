package dev.culvert.bench.load;

/** How the peer of an {@link AckStream} acknowledges a window that has arrived whole in the end, but not in order. */
public enum AckPattern {
    /** With one ACK, when everything is there: what sending costs by itself. */
    AT_ONCE,
    /** With an ACK for every second segment. */
    IN_ORDER,
    /** Three segments at the start are late: every ACK brings three SACK blocks, the first of which has grown by two segments. */
    THREE_GAPS,
    /** Every second segment is late: every ACK brings three SACK blocks, the first of which is new. */
    MANY_GAPS
}
