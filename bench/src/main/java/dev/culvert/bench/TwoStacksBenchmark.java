package dev.culvert.bench;

import dev.culvert.bench.load.Delivery;
import dev.culvert.bench.load.TwoStacks;
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

/** Bulk over one connection between two stacks in memory, ACKs and all: one operation is 64 KiB that the application has read. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TwoStacksBenchmark {
    private static final int PIECES = 64;
    private static final int PIECE = 1 << 16;

    @Param
    private Delivery delivery;

    private TwoStacks stacks;

    @Setup
    public void connect() {
        stacks = new TwoStacks(delivery);
    }

    /** Sent by one stack, received by the other. */
    @Benchmark
    @OperationsPerInvocation(PIECES)
    public void bulk() {
        stacks.take((long) PIECES * PIECE);
    }

    @TearDown
    public void check() {
        stacks.check();
    }
}
