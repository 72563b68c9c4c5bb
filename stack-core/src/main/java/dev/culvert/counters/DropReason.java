package dev.culvert.counters;

/**
 * Why a packet or a part of one was not used. Every drop has a name and is counted; names follow Linux's
 * {@code skb_drop_reason} where it has one.
 */
public enum DropReason {
    /** What the device says about the packet is impossible: lengths or a checksum outside of it. */
    DEV_HDR,
    /** The device hands over a super-segment of a kind that nobody has asked for, such as UDP. */
    SKB_GSO_SEG,
    /** Shorter than its header, or than its length field says. */
    PKT_TOO_SMALL,
    /** The version nibble is neither 4 nor 6. */
    IP_VERSION,
    /** IPv4 header length or total length is impossible. */
    IP_INHDR,
    /** IPv4 header checksum is wrong. */
    IP_CSUM,
    /** The destination is not one of our addresses. */
    IP_OTHERHOST,
    /** The source address may not be a source: unspecified, multicast, broadcast, loopback (RFC 1122 §3.2.1.3). */
    IP_INVALID_SOURCE,
    /** IPv4 option or IPv6 extension header with an impossible length. */
    IP_OPTIONS,
    /** No protocol behind this number. */
    IP_NOPROTO,
    /** A multicast that we do not take part in, such as IPv6 router solicitations and listener reports. */
    IP_MULTICAST,
    /** A fragment that overlaps another one, runs past 65,535 bytes or has an impossible length. */
    FRAG_INVALID,
    /** A fragment that has nothing new. */
    DUP_FRAG,
    /** Fragments were thrown away because too many or too old ones are waiting. */
    FRAG_REASM_TIMEOUT,
    /** No room for another packet in reassembly. */
    FRAG_LIMIT,
    /** ICMP message with a wrong checksum. */
    ICMP_CSUM,
    /** ICMP message of a type that needs no action, or quoting nothing that we sent. */
    ICMP_IGNORED,
    /** An answer by ICMP was suppressed by the rate limit. */
    ICMP_RATELIMIT,
    /** TCP data offset below 5 or beyond the segment. */
    TCP_HDR,
    /** TCP checksum is wrong. */
    TCP_CSUM,
    /** Segment to a broadcast or multicast address (RFC 9293 §3.9.2.3). */
    TCP_MULTICAST,
    /** No connection and no listener; a RST has answered it where the RFC allows. */
    NO_SOCKET,
    /** Segment outside the receive window. */
    TCP_INVALID_SEQUENCE,
    /** Timestamp older than TS.Recent (RFC 7323 §5.3). */
    TCP_RFC7323_PAWS,
    /** Timestamps were agreed on and the segment has none (RFC 7323 §3.2). */
    TCP_RFC7323_NO_TS,
    /** RST that is not exactly at RCV.NXT, or otherwise unacceptable (RFC 5961 §3.2). */
    TCP_INVALID_RST,
    /** SYN on a synchronized connection (RFC 5961 §4.2). */
    TCP_INVALID_SYN,
    /** ACK for something that was never sent (RFC 9293 §3.10.7.4). */
    TCP_ACK_UNSENT_DATA,
    /** ACK too far in the past (RFC 5961 §5.2). */
    TCP_TOO_OLD_ACK,
    /** No ACK bit where one is required. */
    TCP_FLAGS,
    /** Data that was received already. */
    TCP_OLD_DATA,
    /** Data beyond the window or after the peer's FIN. */
    TCP_OVERWINDOW,
    /** No room to keep an out-of-order segment. */
    TCP_OFO_QUEUE_PRUNE,
    /** Data for a connection whose application has gone. */
    TCP_ABORT_ON_DATA,
    /** The SYN queue or the accept queue is full. */
    TCP_LISTEN_OVERFLOW,
    /** RST that arrived in TIME-WAIT (RFC 1337). */
    TCP_TIMEWAIT_RST,
    /** Segment in TIME-WAIT that changes nothing. */
    TCP_TIMEWAIT,
    /** The device had no room for an outgoing packet. */
    DEV_FULL,
    /** Packet between our own addresses and the loopback queue is full. */
    LOOPBACK_FULL,
    /** Packet for another shard, and the ring to it is full. */
    HANDOVER_FULL,
    /** The memory limit is reached. */
    NOMEM
}
