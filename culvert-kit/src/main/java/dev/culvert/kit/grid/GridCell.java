package dev.culvert.kit.grid;

import dev.culvert.shard.ShardConfig;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One cell: some flows of one congestion control over one path. Immutable.
 *
 * @param control name of the congestion control
 * @param flows connections that share the path, all from one host to one other, 1 or more
 */
public record GridCell(String control, Path path, Reordering reordering, int flows) {
    /** TCP payload of a packet of 1,500 bytes with timestamps. */
    static final int PAYLOAD = 1_448;

    static final int PACKET = 1_500;
    private static final long SECOND = 1_000_000_000;
    /** Packets that a burst loses on average. */
    private static final int BURST = 4;
    /** A burst lasts so long on average at least where few packets meet it. */
    private static final long LEAST_BURST_NS = 10_000_000;
    /** Bytes of a queue at least, so that a small bandwidth-delay product still takes a burst. */
    private static final long LEAST_QUEUE = 30_000;

    private static final long LEAST_BUFFER = 4 << 20;
    /** A segment that came ahead of others takes a chunk of 4 KiB for itself: memory is not what a cell measures. */
    private static final long MEMORY_PER_BUFFER = 4;

    private static final double MOST_STRETCH = 30;
    /** Slow start from ten segments to the 40,000 of 1 Gbit/s over 450 ms takes 12 round trips, and its end some more. */
    private static final long SLOW_START_ROUNDS = 20;
    /** To the 400,000 of 10 Gbit/s it takes 15; where jitter hides how many arrive, BBR's Startup and Drain take more than 20. */
    private static final long FAST_SLOW_START_ROUNDS = 40;
    /** Several flows have so many round trips for each of their turns to get to equal shares. */
    private static final long SHARING_ROUNDS = 100;

    /**
     * A path without what it does to the order.
     *
     * @param bitsPerSecond rate of the bottleneck
     * @param rttNs round-trip time without queues, in ns
     * @param loss share of the data packets that the path loses, 0 to 1
     * @param bursts whether the losses come four in a row on average (Gilbert-Elliott), else each by itself
     */
    public record Path(long bitsPerSecond, long rttNs, double loss, boolean bursts) {
        /** How long the bottleneck takes for a packet, in ns. */
        long segmentNs() {
            return PACKET * 8 * SECOND / bitsPerSecond;
        }

        private String lossSettings() {
            if (loss == 0) {
                return "";
            }
            return bursts
                    ? String.format(
                            Locale.ROOT,
                            "loss: { enter: %.8f, leave: %.8f, packet: %dns }, ",
                            loss / BURST / (1 - loss),
                            1.0 / BURST,
                            Math.max(segmentNs(), LEAST_BURST_NS / BURST))
                    : String.format(Locale.ROOT, "loss: %.8f, ", loss);
        }
    }

    /** Round-trip time on average with what reordering adds, in ns. */
    long meanRttNs() {
        return path.rttNs + reordering.meanNs();
    }

    /** The same without reordering: what this cell is measured against. */
    GridCell inOrder() {
        final Path mean = new Path(path.bitsPerSecond, meanRttNs(), path.loss, path.bursts);
        return new GridCell(control, mean, Reordering.NONE, flows);
    }

    /** Beyond 1 Gbit/s: a virtual second is a million packets and half a minute of a processor. */
    private boolean fast() {
        return path.bitsPerSecond > 1_000_000_000;
    }

    /** Virtual time that passes before anything counts, in ns: slow start, and the flows' way to equal shares. */
    long warmUpNs() {
        final long rounds = fast() ? FAST_SLOW_START_ROUNDS : SLOW_START_ROUNDS;
        final long alone = Math.max(SECOND, rounds * meanRttNs());
        return flows > 1 ? Math.max(5 * alone, SHARING_ROUNDS * turns() * meanRttNs()) : alone;
    }

    /** Flows that share a path probe one after another: what evens out among eight takes longer than among two. */
    private int turns() {
        return flows > 1 ? Math.max(4, flows) : 1;
    }

    /**
     * Virtual time that counts, in ns: some sawteeth of a slow path, less of a fast one, whose packets cost time, and more where
     * losses make the sawtooth, so that there are enough of them for a mean.
     */
    long measuredNs() {
        final long rounds = fast() ? 20 : 60;
        final long least = fast() ? 1 : path.bitsPerSecond > 10_000_000 ? 3 : 4;
        final double theory = Theory.goodput(this);
        final boolean limits = theory >= 0 && theory < Theory.link(this);
        final double stretch = limits ? Math.min(MOST_STRETCH, 4 * Theory.link(this) / theory) : 1;
        return ((long) (Math.max(least * SECOND, rounds * meanRttNs()) * stretch)) * turns();
    }

    /**
     * Delay by chance that keeps the order, up to a packet time. Without any, several flows over a full queue fall in step with it,
     * and one of them finds it full each time (S. Floyd and V. Jacobson, "On Traffic Phase Effects in Packet-Switched Gateways").
     */
    private long jitterNs() {
        return flows > 1 ? path.segmentNs() : 0;
    }

    /** The scenario that measures this cell. */
    String yaml() {
        final long product = path.bitsPerSecond / 8 * (meanRttNs() / 1_000) / 1_000_000;
        final long buffer = Math.min(1 << 30, Math.max(LEAST_BUFFER, 4 * product));
        final long memory = Math.max(ShardConfig.DEFAULT_MEMORY, MEMORY_PER_BUFFER * buffer);
        final StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                """
                stacks:
                  a: { address: 10.83.0.2, memory: %dB, tcp: { congestion: %s, sendBufferBytes: %d } }
                  b: { address: 10.83.0.3, memory: %dB, tcp: { receiveBufferBytes: %d } }
                links:
                  ab: { between: [a, b], delay: %dns, jitter: %dns, mtu: 1500, forward: { rate: %dbit, queue: %dB, %s%s} }
                end: { when: time, limit: %dns }
                applications:
                """,
                memory,
                control,
                buffer,
                memory,
                buffer,
                path.rttNs / 2,
                jitterNs(),
                path.bitsPerSecond,
                Math.max(LEAST_QUEUE, product),
                path.lossSettings(),
                reordering.settings(path),
                warmUpNs() + measuredNs()));
        for (int i = 0; i < flows; i++) { // one after another, over the first tenth of the warm-up
            text.append(String.format(
                    Locale.ROOT,
                    "  f%d: { kind: bulk, from: a, to: b, bytes: 1000GB, start: %dns }\n",
                    i,
                    warmUpNs() / 10 / flows * i));
        }
        return text.toString();
    }

    /** What this cell is, by the keys and values that select it. */
    public Map<String, String> keys() {
        final Map<String, String> keys = new TreeMap<>();
        keys.put("control", control);
        keys.put("rate", rate());
        keys.put("rtt", rtt());
        keys.put("loss", loss());
        keys.put("reordering", reordering.toString());
        keys.put("flows", String.valueOf(flows));
        return keys;
    }

    String rate() {
        final long megabits = path.bitsPerSecond / 1_000_000;
        return megabits >= 1_000 ? megabits / 1_000 + "gbit" : megabits + "mbit";
    }

    String rtt() {
        final long us = path.rttNs / 1_000;
        return us >= 1_000 ? us / 1_000 + "ms" : us + "us";
    }

    String loss() {
        return (path.loss == 0
                        ? "0"
                        : String.format(Locale.ROOT, "%.2f", path.loss * 100).replaceAll("\\.?0+$", ""))
                + (path.bursts ? "%-bursts" : "%");
    }

    /** For a person: all of it in a line. */
    @Override
    public String toString() {
        return control + ", " + rate() + ", " + rtt() + ", loss " + loss() + ", reordering " + reordering + ", flows "
                + flows;
    }
}
