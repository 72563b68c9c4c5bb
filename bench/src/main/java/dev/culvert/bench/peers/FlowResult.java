package dev.culvert.bench.peers;

import dev.culvert.bench.churn.Usage;

/**
 * How {@link Flows} went.
 *
 * @param units round trips, or bytes
 * @param tookNs how long they took
 * @param p50Ns half of the round trips took no longer; 0 for bytes
 * @param p999Ns all but a thousandth of the round trips took no longer; 0 for bytes
 * @param client what the client's thread used
 */
record FlowResult(long units, long tookNs, long p50Ns, long p999Ns, Usage client) {
    double perSecond() {
        return units * 1e9 / tookNs;
    }

    /** For another process. */
    String words() {
        return units + " " + tookNs + " " + p50Ns + " " + p999Ns + " " + client.words();
    }

    /** From another process. */
    static FlowResult parse(final String words) {
        final String[] w = words.split(" ", 5);
        return new FlowResult(
                Long.parseLong(w[0]),
                Long.parseLong(w[1]),
                Long.parseLong(w[2]),
                Long.parseLong(w[3]),
                Usage.parse(w[4]));
    }
}
