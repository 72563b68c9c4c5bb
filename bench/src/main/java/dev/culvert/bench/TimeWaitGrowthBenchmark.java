package dev.culvert.bench;

import dev.culvert.bench.load.TimeWaitLoad;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * What a record of TIME-WAIT costs while the table grows from none to so many, which is what the first 2 MSL of a server are:
 * memory that the system has to find, and the index moving into larger arrays. Then an empty table takes its place.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 7, time = 1)
public class TimeWaitGrowthBenchmark {
    @Param({"100000", "1000000", "10000000"})
    private int records;

    @Param("4")
    private int ip;

    private TimeWaitLoad load;

    @Setup(Level.Trial)
    public void begin() {
        load = new TimeWaitLoad(ip == 4, records);
    }

    /** A record enters a table that has had no more than there are now. */
    @Benchmark
    public void enter() {
        if (load.isFilled()) {
            load.close();
            begin();
        }
        load.enter();
    }

    @TearDown(Level.Trial)
    public void end() {
        load.close();
    }
}
