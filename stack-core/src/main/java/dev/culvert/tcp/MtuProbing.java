package dev.culvert.tcp;

/** When packet sizes are found out by trying (RFC 4821); Linux's tcp_mtu_probing 0, 1 and 2. */
public enum MtuProbing {
    /** Never: ICMP alone tells. */
    OFF,
    /** Once timeouts in a row suggest a path that drops large packets and says nothing. */
    BLACK_HOLE,
    /** From the beginning, which is then a small packet. */
    ALWAYS
}
