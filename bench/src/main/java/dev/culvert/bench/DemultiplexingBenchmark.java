package dev.culvert.bench;

import dev.culvert.bench.load.IdleConnections;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * What a segment costs that finds its connection among many: an ACK that brings nothing new, each for another connection, so that
 * from some number on neither the table nor the control blocks are in a cache.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DemultiplexingBenchmark {
    private static final int BATCH = 64;

    @Param({"1000", "100000", "1000000"})
    private int connections;

    private IdleConnections idle;

    @Setup(Level.Trial)
    public void open() {
        idle = new IdleConnections(true, connections);
        for (int i = 0; i < connections; i++) {
            idle.open();
        }
    }

    /** A segment of some connection. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void segment() {
        idle.segments(BATCH);
    }

    @TearDown(Level.Trial)
    public void check() {
        idle.check();
    }
}
