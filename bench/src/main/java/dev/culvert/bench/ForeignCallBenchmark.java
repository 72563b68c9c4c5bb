package dev.culvert.bench;

import dev.culvert.shim.LibC;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.IgnoreError;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.SaveError;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to call C: with numbers only, with errno kept, with a buffer as argument, and a system call that does nothing. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ForeignCallBenchmark {
    /** Functions that do next to nothing; public because the generated class lives in another class loader. */
    public interface Functions {
        /** abs(3). */
        @IgnoreError
        int abs(int number);

        /** labs(3). */
        @SaveError
        long labs(long number);

        /** strnlen(3). */
        @IgnoreError
        long strnlen(@In ByteBuffer text, long most);
    }

    private final Functions c = LibraryLoader.create(Functions.class).load("c");
    private final ByteBuffer text = ByteBuffer.allocateDirect(8);
    private int number;

    /** Anything but a constant. */
    @Setup
    public void number() {
        number = -7;
    }

    /** Numbers in and out. */
    @Benchmark
    public int numbers() {
        return c.abs(number);
    }

    /** The same, and errno is kept. */
    @Benchmark
    public long numbersAndErrno() {
        return c.labs(number);
    }

    /** A buffer goes in. */
    @Benchmark
    public long buffer() {
        return c.strnlen(text, 1);
    }

    /** Through the stack's own face of the C library: a system call that fails at once. */
    @Benchmark
    public int systemCall() {
        return LibC.close(-1);
    }
}
