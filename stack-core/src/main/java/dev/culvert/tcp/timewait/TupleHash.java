package dev.culvert.tcp.timewait;

/** The keyed hash of a 4-tuple, from its fields: rows have these at hand, a {@link dev.culvert.wire.Flow} would be a detour. */
@FunctionalInterface
public interface TupleHash {
    /** The hash; addresses are 128 bits, IPv4 in its mapped form. */
    int of(long localLo, long remoteHi, long remoteLo, int localPort, int remotePort);
}
