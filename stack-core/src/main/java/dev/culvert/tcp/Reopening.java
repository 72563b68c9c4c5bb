package dev.culvert.tcp;

/** Which SYNs of a peer open a 4-tuple anew that is in TIME-WAIT here. Not to be confused with {@link TimeWaitReuse}. */
public enum Reopening {
    /** None: the peer waits until TIME-WAIT is over, as RFC 9293 §3.6.1 has it without its MAYs. */
    OFF,
    /** Those whose sequence number is above all of the old connection (RFC 1122 §4.2.2.13). */
    SEQUENCE,
    /** Those whose timestamp is above the old connection's (RFC 6191). */
    TIMESTAMP,
    /** By timestamp where both connections have them, otherwise by sequence number. */
    BOTH
}
