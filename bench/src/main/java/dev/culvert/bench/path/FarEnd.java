package dev.culvert.bench.path;

import java.util.concurrent.TimeUnit;

/** What the near kernel talks to across the path: it accepts one connection and sends, or takes, all it can. */
interface FarEnd extends AutoCloseable {
    /**
     * How long the thread that carries the path sleeps at most. A virtual processor that sleeps for longer wakes up to a millisecond late,
     * and all packets under way with it. Between two kernels it has another queue to look at, too.
     */
    long NAP_NS = TimeUnit.MICROSECONDS.toNanos(50);

    /** Bytes that its application has received so far. Any thread. */
    long received();

    /** Segments that it has retransmitted so far. Any thread. */
    long retransmitted();

    /** Packets that the path has lost so far on their way to the near kernel, or away from it. */
    long lost(boolean toNear);

    @Override
    void close();
}
