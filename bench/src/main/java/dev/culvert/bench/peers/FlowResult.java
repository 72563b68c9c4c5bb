package dev.culvert.bench.peers;

import dev.culvert.bench.churn.Usage;

/**
 * How {@link Flows} went.
 *
 * @param units round trips, segments that came back, or bytes
 * @param tookNs how long they took
 * @param p50Ns half of the round trips took no longer; 0 for bytes
 * @param p999Ns all but a thousandth of the round trips took no longer; 0 for bytes
 * @param packets that the client's interfaces took in and let out; a super-segment is one
 * @param client what the client's thread used
 */
record FlowResult(long units, long tookNs, long p50Ns, long p999Ns, long packets, Usage client) {
    double perSecond() {
        return units * 1e9 / tookNs;
    }

    /** For another process. */
    String words() {
        return units + " " + tookNs + " " + p50Ns + " " + p999Ns + " " + packets + " " + client.words();
    }

    /** From another process. */
    static FlowResult parse(final String words) {
        final String[] w = words.split(" ", 6);
        return new FlowResult(
                Long.parseLong(w[0]),
                Long.parseLong(w[1]),
                Long.parseLong(w[2]),
                Long.parseLong(w[3]),
                Long.parseLong(w[4]),
                Usage.parse(w[5]));
    }
}
