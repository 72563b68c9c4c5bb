package dev.culvert.wire;

/** The 4-tuple of a connection as a shard sees it; IPv4 addresses are in mapped form (see {@code IpAddress}). */
public interface Flow {
    /** Upper word of the local address. */
    long localHi();

    /** Lower word of the local address. */
    long localLo();

    /** Local port, 0 to 65,535. */
    int localPort();

    /** Upper word of the remote address. */
    long remoteHi();

    /** Lower word of the remote address. */
    long remoteLo();

    /** Remote port, 0 to 65,535. */
    int remotePort();
}
