package dev.culvert.bench.path;

/** What the near kernel talks to across the path: it accepts one connection and sends, or takes, all it can. */
interface FarEnd extends AutoCloseable {
    /** Bytes that its application has received so far. Any thread. */
    long received();

    /** Segments that it has retransmitted so far. Any thread. */
    long retransmitted();

    /** Packets that the path has lost so far on their way to the near kernel, or away from it. */
    long lost(boolean toNear);

    @Override
    void close();
}
