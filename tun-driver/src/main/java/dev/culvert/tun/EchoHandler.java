package dev.culvert.tun;

import dev.culvert.wire.IpAddress;

/** Hears of ICMP and ICMPv6 echo replies, on the stack's thread. */
@FunctionalInterface
public interface EchoHandler {
    /** A reply from {@code source} with {@code length} bytes of payload, and the TTL or hop limit that it arrived with. */
    void onEchoReply(IpAddress source, int identifier, int sequence, int length, int ttl);
}
