package dev.culvert.bench.churn;

/**
 * Short connections that a client is to make: from these source addresses and ports in turn, so many side by side.
 *
 * @param server address of the server
 * @param port its port, which says who closes first
 * @param firstSource first source address
 * @param sources how many there are
 * @param ports source ports on each, from {@value #FIRST_PORT} upwards; when all were used they come again
 * @param connections to make
 * @param sideBySide connections that are open at a time
 * @param limitMs what is not done by then counts as unfinished
 */
public record ChurnLoad(
        int server, int port, int firstSource, int sources, int ports, int connections, int sideBySide, int limitMs) {
    /** Connections side by side, unless a case says otherwise. */
    public static final int SIDE_BY_SIDE = 64;

    public static final int FIRST_PORT = 1_024;
    /** Source ports on one address at most. */
    public static final int MOST_PORTS = 64_000;

    int source(final int connection) {
        return firstSource + connection % sources;
    }

    int sourcePort(final int connection) {
        return FIRST_PORT + connection / sources % ports;
    }

    /** For another process. */
    public String words() {
        return server + " " + port + " " + firstSource + " " + sources + " " + ports + " " + connections + " "
                + sideBySide + " " + limitMs;
    }

    /** From another process. */
    static ChurnLoad parse(final String words) {
        final String[] w = words.split(" ", -1);
        return new ChurnLoad(
                Integer.parseInt(w[0]),
                Integer.parseInt(w[1]),
                Integer.parseInt(w[2]),
                Integer.parseInt(w[3]),
                Integer.parseInt(w[4]),
                Integer.parseInt(w[5]),
                Integer.parseInt(w[6]),
                Integer.parseInt(w[7]));
    }
}
