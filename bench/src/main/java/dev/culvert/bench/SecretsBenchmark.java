package dev.culvert.bench;

import dev.culvert.env.Secrets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the keyed hashes cost that stand behind each new connection: its ISN and timestamp offset, its place in a table. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SecretsBenchmark {
    private static final long MAPPED = 0xffffL << 32;

    private long seed = 1;
    private final Secrets secrets = new Secrets(() -> seed++);
    private int ports;

    /** Initial sequence number and timestamp offset of one 4-tuple, IPv4. */
    @Benchmark
    public long ofConnection() {
        return secrets.ofConnection(0, MAPPED | 0x0a530002L, 0, MAPPED | 0x0a530001L, ports++);
    }

    /** Bucket of one 4-tuple, IPv4. */
    @Benchmark
    public long ofTable() {
        return secrets.ofTable(0x0a530002, 0x0a530001, ports++);
    }
}
