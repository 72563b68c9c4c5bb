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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a whole short connection costs that the server closes, from its SYN to the end of its TIME-WAIT row: five packets in,
 * three out, a request read and a response sent, and one older row expiring. One operation is one connection. So many rows
 * stand all the time: 2 MSL are as long as so many connections take by the load's clock, but at least 2 ms, in which a few
 * hundred are made. What the client's part costs, which counts too, {@link ClientFramesBenchmark} tells.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class TimeWaitChurnBenchmark {
    @Param({"0", "100000", "1000000", "10000000"})
    private int standing;

    @Param("VERIFIED")
    private Delivery delivery;

    @Param("4")
    private int ip;

    private ShortConnections connections;

    @Setup
    public void fill() {
        connections = new ShortConnections(ip == 4, delivery, standing);
        connections.fill();
    }

    /** Whole connections. */
    @Benchmark
    @OperationsPerInvocation(ShortConnections.BATCH)
    public void whole() {
        connections.batch();
    }

    @TearDown
    public void check() {
        connections.check();
    }
}
