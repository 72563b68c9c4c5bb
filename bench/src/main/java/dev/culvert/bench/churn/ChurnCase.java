package dev.culvert.bench.churn;

import java.util.Iterator;
import java.util.List;

/**
 * A kind of load.
 *
 * @param name one word
 * @param meaning for people
 * @param port who closes first, and whether 4-tuples are reopened
 * @param sources source addresses
 * @param ports source ports on each before they come again
 * @param limitMs how long it may take
 * @param perWait connections a second that ports and 2 MSL alone would allow; 0: they do not limit
 */
record ChurnCase(String name, String meaning, int port, int sources, int ports, int limitMs, int perWait) {
    private static final int FEW = 1_000;
    private static final int MANY = 64;
    private static final int PATIENCE_MS = 30_000;
    private static final int SHORT_MS = 2_000;

    /** In the order of the table. */
    static final List<ChurnCase> ALL = List.of(
            of("server-closes", "server closes first, 1 source address", Exchange.SERVER_CLOSES, 1),
            of("client-closes", "client closes first, 1 source address", Exchange.CLIENT_CLOSES, 1),
            of("server-closes-64", "server closes first, 64 source addresses", Exchange.SERVER_CLOSES, MANY),
            of("client-closes-64", "client closes first, 64 source addresses", Exchange.CLIENT_CLOSES, MANY),
            new ChurnCase(
                    "lb-churn",
                    "server closes first, 1,000 4-tuples again and again",
                    Exchange.SERVER_CLOSES,
                    1,
                    FEW,
                    PATIENCE_MS,
                    0),
            new ChurnCase(
                    "lb-churn-off",
                    "the same with reopening off, 2 MSL of 250 ms",
                    Exchange.NEVER_REOPENS,
                    1,
                    FEW,
                    SHORT_MS,
                    FEW * 1_000 / CulvertServer.SHORT_WAIT_MS));

    private static ChurnCase of(final String name, final String meaning, final int port, final int sources) {
        return new ChurnCase(name, meaning, port, sources, ChurnLoad.MOST_PORTS, PATIENCE_MS, 0);
    }

    /** Whether the kernel can be asked for it. */
    boolean forKernel() {
        return port != Exchange.NEVER_REOPENS;
    }

    /** The load, from source addresses of its own. */
    ChurnLoad load(final String server, final int firstSource, final int connections) {
        return new ChurnLoad(
                KernelSocket.number(server),
                port,
                firstSource,
                sources,
                ports,
                connections,
                ChurnLoad.SIDE_BY_SIDE,
                limitMs);
    }

    /** All names, for the command line. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ALL.stream().map(ChurnCase::name).iterator();
        }
    }

    /** Those of these names; all where there is no name. */
    static List<ChurnCase> named(final List<String> names) {
        return names.isEmpty()
                ? ALL
                : names.stream()
                        .flatMap(name -> ALL.stream().filter(c -> c.name.equals(name)))
                        .toList();
    }
}
