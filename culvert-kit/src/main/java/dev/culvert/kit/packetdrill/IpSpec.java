package dev.culvert.kit.packetdrill;

/**
 * What a script says of the IP header.
 *
 * @param tosMask bits of TOS or traffic class that are compared; 0: none
 * @param anyEct whether either of the two ECT code points will do
 * @param flowLabel 0: not set, not compared
 * @param ttl 0: not set, not compared
 */
record IpSpec(int tos, int tosMask, boolean anyEct, int flowLabel, int ttl) {
    static final IpSpec OPEN = new IpSpec(0, 0, false, 0, 0);
}
