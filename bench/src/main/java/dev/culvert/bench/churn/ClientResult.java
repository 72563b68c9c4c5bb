package dev.culvert.bench.churn;

/**
 * How a {@link ChurnLoad} went.
 *
 * @param completed connections with the whole response and a clean end
 * @param failed those with an error, or a response cut short
 * @param unfinished those that were open when the time was over
 * @param tookNs until the last one completed
 * @param client what the client's thread used
 */
public record ClientResult(int completed, int failed, int unfinished, long tookNs, Usage client) {
    public double perSecond() {
        return completed * 1e9 / tookNs;
    }

    /** For another process. */
    String words() {
        return completed + " " + failed + " " + unfinished + " " + tookNs + " " + client.words();
    }

    /** From another process. */
    public static ClientResult parse(final String words) {
        final String[] w = words.split(" ", 5);
        return new ClientResult(
                Integer.parseInt(w[0]),
                Integer.parseInt(w[1]),
                Integer.parseInt(w[2]),
                Long.parseLong(w[3]),
                Usage.parse(w[4]));
    }
}
