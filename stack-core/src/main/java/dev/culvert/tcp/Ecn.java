package dev.culvert.tcp;

/** Whether connections use explicit congestion notification (RFC 3168); Linux's tcp_ecn 0, 1 and 2. */
public enum Ecn {
    /** Never. */
    OFF,
    /** Our SYNs ask for it, and it is granted to peers that ask. */
    REQUEST,
    /** It is granted to peers that ask. */
    ACCEPT
}
