package dev.culvert.bench;

import dev.culvert.wire.Checksum;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the Internet checksum costs, and whether it should be taken while bytes are copied: beside the stack's own sum, a copy
 * that is followed by it, and one pass that does both.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChecksumBenchmark {
    private static final long LOW_HALF = 0xffffffffL;
    private static final int UNROLLED = 4 * Long.BYTES;

    @Param({"20", "1460", "65483"})
    private int bytes;

    private UnsafeBuffer source;
    private UnsafeBuffer target;

    @Setup
    public void fill() {
        source = new UnsafeBuffer(BufferUtil.allocateDirectAligned(bytes, 64));
        target = new UnsafeBuffer(BufferUtil.allocateDirectAligned(bytes, 64));
        for (int i = 0; i < bytes; i++) {
            source.putByte(i, (byte) (i * 31));
        }
        if (Checksum.fold(copyWithSum()) != Checksum.fold(sum())) {
            throw new IllegalStateException("one pass gives another sum");
        }
    }

    /** The stack's sum. */
    @Benchmark
    public long sum() {
        return Checksum.sum(source.addressOffset(), bytes);
    }

    /** A copy, then the stack's sum of it. */
    @Benchmark
    public long copyThenSum() {
        UnsafeApi.copyMemory(source.addressOffset(), target.addressOffset(), bytes);
        return Checksum.sum(target.addressOffset(), bytes);
    }

    /** Both in one pass. */
    @Benchmark
    public long copyWithSum() {
        final long from = source.addressOffset();
        final long to = target.addressOffset();
        long a = 0;
        long b = 0;
        long c = 0;
        long d = 0;
        int at = 0;
        for (; at + UNROLLED <= bytes; at += UNROLLED) {
            final long w = UnsafeApi.getLong(from + at);
            final long x = UnsafeApi.getLong(from + at + 8);
            final long y = UnsafeApi.getLong(from + at + 16);
            final long z = UnsafeApi.getLong(from + at + 24);
            UnsafeApi.putLong(to + at, w);
            UnsafeApi.putLong(to + at + 8, x);
            UnsafeApi.putLong(to + at + 16, y);
            UnsafeApi.putLong(to + at + 24, z);
            a += (w & LOW_HALF) + (w >>> 32);
            b += (x & LOW_HALF) + (x >>> 32);
            c += (y & LOW_HALF) + (y >>> 32);
            d += (z & LOW_HALF) + (z >>> 32);
        }
        UnsafeApi.copyMemory(from + at, to + at, bytes - at);
        return a + b + c + d + Checksum.sum(from + at, bytes - at);
    }
}
