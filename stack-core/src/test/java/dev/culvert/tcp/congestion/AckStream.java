package dev.culvert.tcp.congestion;

/** Facts of a connection that is acknowledged segment by segment, for tests of congestion controls without a stack. */
final class AckStream {
    static final int MSS = 1_000;
    static final long MS = 1_000_000L;

    final AckFacts facts = new AckFacts();
    private final CongestionControl control;

    AckStream(final CongestionControl control, final int initialWindowSegments) {
        this.control = control;
        control.onOpen(MSS, initialWindowSegments * MSS, 0);
        facts.mssBytes = MSS;
        facts.packetBytes = MSS;
        facts.cwndLimited = true;
        facts.rttNs = -1;
        facts.srttNs = 100 * MS;
        facts.una = 1;
        facts.nxt = 1;
    }

    long nowNs() {
        return facts.nowNs;
    }

    AckStream at(final long nowNs) {
        facts.nowNs = nowNs;
        return this;
    }

    AckStream rtt(final long ns) {
        facts.rttNs = ns;
        facts.srttNs = ns;
        return this;
    }

    AckStream limited(final boolean cwndLimited) {
        facts.cwndLimited = cwndLimited;
        return this;
    }

    /** An ACK that reports so many bytes as held behind a gap. */
    AckStream sack(final int bytes) {
        facts.ackedBytes = 0;
        facts.deliveredBytes = bytes;
        control.onAck(facts);
        return this;
    }

    /** An ACK of so many bytes; what follows is sent at once, as far as the window allows. */
    AckStream ack(final int bytes) {
        facts.ackedBytes = bytes;
        facts.deliveredBytes = bytes;
        facts.una += bytes;
        facts.nxt = Math.max(facts.nxt, facts.una);
        control.onAck(facts);
        facts.nxt = facts.una + control.windowBytes();
        return this;
    }

    /** Acknowledges a window in a round trip, evenly, a segment per ACK. */
    AckStream round(final long rttNs) {
        final int segments = Math.max(1, control.windowBytes() / MSS);
        final long begin = facts.nowNs;
        for (int i = 1; i <= segments; i++) {
            at(begin + rttNs * i / segments).ack(MSS);
        }
        return this;
    }
}
