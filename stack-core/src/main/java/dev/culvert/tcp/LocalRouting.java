package dev.culvert.tcp;

import dev.culvert.wire.IpAddress;

/** What TCP asks of IP (RFC 9293 §3.9.1.1, §3.9.2). Implemented by the ip package. */
public interface LocalRouting {
    /** Whether this is one of our own addresses. */
    boolean isLocal(long hi, long lo);

    /** Our address for packets to this one (MUST-44), or null when there is no way to its family. */
    IpAddress sourceFor(IpAddress remote);

    /** Largest packet to this address, in bytes, IP header included. */
    int mtuTo(long remoteHi, long remoteLo);
}
