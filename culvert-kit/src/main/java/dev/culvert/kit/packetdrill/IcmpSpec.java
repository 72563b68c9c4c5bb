package dev.culvert.kit.packetdrill;

/**
 * An ICMP message as a script writes it.
 *
 * @param mtu next-hop MTU; −1: none
 * @param echoId identifier of an echo
 * @param quotes whether it quotes a TCP segment
 * @param seq relative sequence number of the quoted segment
 * @param length bytes of text of the quoted segment, or of the message where nothing is quoted
 */
record IcmpSpec(int type, int code, long mtu, int echoId, boolean quotes, int seq, int length) {}
