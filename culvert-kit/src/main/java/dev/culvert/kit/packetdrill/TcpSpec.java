package dev.culvert.kit.packetdrill;

import java.util.List;

/**
 * A TCP segment as a script writes it: relative sequence numbers, except in a SYN.
 *
 * @param flags control bits of {@link Wire}
 * @param ace value of the ACE field, or −1 where ECE, CWR and AE are written as letters
 * @param win the window field; −1: not compared
 * @param options null: not compared
 * @param sourcePort 0: the connection's own
 * @param destinationPort 0: the connection's own
 */
record TcpSpec(
        int flags,
        int ace,
        int seq,
        int length,
        int ack,
        int win,
        int urgent,
        List<TcpOption> options,
        int sourcePort,
        int destinationPort) {

    boolean has(final int flag) {
        return (flags & flag) != 0;
    }
}
