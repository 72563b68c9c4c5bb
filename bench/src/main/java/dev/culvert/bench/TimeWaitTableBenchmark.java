package dev.culvert.bench;

import dev.culvert.bench.load.TimeWaitLoad;
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

/** What the records of TIME-WAIT cost by themselves, with so many standing; the keyed hash of the 4-tuple included. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 7, time = 1)
public class TimeWaitTableBenchmark {
    @Param({"1000", "100000", "1000000", "10000000"})
    private int standing;

    @Param("4")
    private int ip;

    private TimeWaitLoad load;

    @Setup(Level.Trial)
    public void fill() {
        load = new TimeWaitLoad(ip == 4, standing);
        load.fill();
    }

    /** A record enters, and an older one's time is over. */
    @Benchmark
    @OperationsPerInvocation(TimeWaitLoad.BATCH)
    public void enterAndExpire() {
        load.cycles();
    }

    /** A late segment finds its record. */
    @Benchmark
    public int hit() {
        return load.hit();
    }

    /** A segment of a 4-tuple that does not wait finds none. */
    @Benchmark
    public int miss() {
        return load.miss();
    }

    /** A SYN opens a waiting 4-tuple anew, and the connection comes to wait again. */
    @Benchmark
    public int reopening() {
        return load.reopening();
    }

    @TearDown(Level.Trial)
    public void check() {
        load.check();
        load.close();
    }
}
