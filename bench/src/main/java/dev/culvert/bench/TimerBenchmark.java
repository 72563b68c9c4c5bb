package dev.culvert.bench;

import dev.culvert.bench.load.TimerLoad;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a timer costs that fires and is started again, with a million of them running. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TimerBenchmark {
    private TimerLoad mixed;
    private TimerLoad together;

    @Setup
    public void start() {
        mixed = new TimerLoad(true);
        together = new TimerLoad(false);
    }

    /** Deadlines from 1 ms to 60 s away. */
    @Benchmark
    @OperationsPerInvocation(TimerLoad.BATCH)
    public void mixed() {
        mixed.fireBatch();
    }

    /** A million timers with one deadline. */
    @Benchmark
    @OperationsPerInvocation(TimerLoad.TIMERS)
    public void sameDeadline() {
        together.fireAll();
    }
}
