package dev.culvert.bench;

import dev.culvert.bench.load.Delivery;
import dev.culvert.bench.load.ShortConnections;
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
import org.openjdk.jmh.annotations.Warmup;

/** The part of {@link TimeWaitChurnBenchmark} that is not the stack's: a client's five frames are patched and three answers are read. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClientFramesBenchmark {
    @Param("VERIFIED")
    private Delivery delivery;

    private ShortConnections connections;

    @Setup
    public void open() {
        connections = new ShortConnections(true, delivery, 0);
    }

    /** The client's part of one connection. */
    @Benchmark
    @OperationsPerInvocation(ShortConnections.BATCH)
    public void patched() {
        connections.batchWithoutStack();
    }
}
