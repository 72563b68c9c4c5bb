package dev.culvert.bench;

import dev.culvert.bench.load.ActiveOpens;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What an active OPEN costs that leaves the port to the stack, towards a destination to which so many percent of the range's
 * ports are in use: the choice of a port, the SYN, and the abort after it, which frees the port.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EphemeralPortBenchmark {
    @Param({"0", "50", "99", "99.9"})
    private double percent;

    private ActiveOpens opens;

    @Setup
    public void occupy() {
        opens = new ActiveOpens(percent / 100);
    }

    /** One connection opened and aborted. */
    @Benchmark
    public int openAndAbort() {
        return opens.openAndAbort();
    }

    @TearDown
    public void check() {
        opens.check();
    }
}
