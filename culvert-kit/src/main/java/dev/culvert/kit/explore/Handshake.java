package dev.culvert.kit.explore;

import dev.culvert.kit.packet.Segment;

/** The initial sequence numbers of a host's latest handshake, as its segments show them: they name a connection. */
final class Handshake {
    private int iss;
    private int irs;

    /** The host has sent a segment. */
    void sent(final Segment segment) {
        if (segment.has(Segment.SYN)) {
            iss = segment.seq;
            if (segment.has(Segment.ACK)) {
                irs = segment.ack - 1;
            }
        }
    }

    /** A segment is about to reach the host. */
    void got(final Segment segment) {
        if (segment.has(Segment.SYN) && segment.has(Segment.ACK) && segment.ack == iss + 1) {
            irs = segment.seq;
        }
    }

    /** The host's own one. */
    int iss() {
        return iss;
    }

    /** The peer's, when the handshake is complete. */
    int irs() {
        return irs;
    }

    /** A hash. */
    long key() {
        return Mix.of(iss, irs);
    }
}
