package dev.culvert.bench;

import dev.culvert.bench.load.AckPattern;
import dev.culvert.bench.load.AckStream;
import dev.culvert.bench.load.Delivery;
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
 * What an ACK costs the sender, with a window of 1,000 segments in flight. One operation is one ACK of two segments and these
 * segments' sending; {@code pattern=AT_ONCE} is the sending alone, so that the difference is the ACK.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class AckArrivalBenchmark {
    @Param
    private AckPattern pattern;

    @Param({"VERIFIED", "SUPER_SEGMENTS"})
    private Delivery delivery;

    private AckStream stream;

    @Setup
    public void open() {
        stream = new AckStream(pattern, delivery);
    }

    /** A window, in order or not. */
    @Benchmark
    @OperationsPerInvocation(AckStream.ACKS)
    public void window() {
        stream.window();
    }

    @TearDown
    public void check() {
        stream.check();
    }
}
