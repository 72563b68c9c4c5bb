package dev.culvert.bench;

import dev.culvert.bench.load.Delivery;
import dev.culvert.bench.load.SegmentStream;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a data segment costs that arrives in order on an established connection, from the packet's bytes to the application's
 * buffer: validation, lookup, the numbered steps, both copies, and its share of the batch's ACK. One operation is one packet;
 * with {@code delivery=SUPER_SEGMENTS} that is 45 wire segments. With {@code ring=true} packets pass through the ring between a
 * reader's thread and the stack's, both sides of it on one thread: what a hand-over costs beside what it would hide.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class SegmentArrivalBenchmark {
    @Param
    private Delivery delivery;

    @Param("4")
    private int ip;

    @Param({"false", "true"})
    private boolean ring;

    private SegmentStream stream;

    @Setup
    public void open() {
        stream = new SegmentStream(ip == 4, delivery, ring);
    }

    /** Segments in order. */
    @Benchmark
    @OperationsPerInvocation(SegmentStream.BATCH)
    public void inOrder() {
        stream.batch();
    }

    @TearDown
    public void check() {
        stream.check();
    }
}
