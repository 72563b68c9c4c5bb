package dev.culvert.bench.churn;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What the JVM's compilers take from the processors that are being measured (proc(5), /proc/PID/task). A server of Culvert's is
 * compiled for 5 to 10 s of processor time, and where it has one processor its data path waits for that meanwhile: a run that
 * begins before they are done measures the compiler.
 */
public final class Compilers {
    /** The longest that anybody waits for them, in seconds. */
    public static final int MOST_SECONDS = 90;

    private static final long NS_PER_SECOND = 1_000_000_000L;
    /** Below this share of one processor they are done, but for stragglers. */
    private static final double DONE = 0.03;

    private static final long NS_PER_TICK = 10_000_000L;
    private static final int UTIME = 11;

    private Compilers() {}

    /**
     * Repeats a load until the compilers of this process and of those that it has started have hardly anything to do any more,
     * for 90 s at most, and says how that went.
     */
    public static void warmUp(final Runnable load) {
        warmUp(load, MOST_SECONDS);
    }

    /** The same for so many seconds at most. */
    public static void warmUp(final Runnable load, final int mostSeconds) {
        final long beginNs = System.nanoTime();
        double share = 1;
        int rounds = 0;
        for (; share > DONE && System.nanoTime() - beginNs < mostSeconds * NS_PER_SECOND; rounds++) {
            final long before = ticks();
            final long startNs = System.nanoTime();
            load.run();
            share = (double) (ticks() - before) * NS_PER_TICK / (System.nanoTime() - startNs);
        }
        System.out.printf(
                Locale.ROOT,
                "Warmed up in %d rounds; in the last one the compilers had %.0f %% of a processor.%n",
                rounds,
                100 * share);
    }

    /** Processor time of all compiler threads that are alive in this process and those that it has started, in ticks of 10 ms. */
    public static long ticks() {
        final ProcessHandle self = ProcessHandle.current();
        return Stream.concat(Stream.of(self), self.descendants())
                .mapToLong(process -> ticks(process.pid()))
                .sum();
    }

    private static long ticks(final long pid) {
        long sum = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (final Path thread : threads) {
                sum += ticks(thread);
            }
        } catch (final IOException gone) {
            return 0;
        }
        return sum;
    }

    /** Those of HotSpot are called "C1 CompilerThread0" and "C2 CompilerThread0", of which the kernel keeps 15 characters. */
    private static long ticks(final Path thread) {
        try {
            final String stat = Files.readString(thread.resolve("stat"));
            final int name = stat.lastIndexOf(')');
            if (!stat.substring(0, name).matches("\\d+ \\(C[12] Compiler.*")) {
                return 0;
            }
            final String[] fields = stat.substring(name + 2).split(" ", -1);
            return Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1]);
        } catch (final IOException gone) {
            return 0;
        }
    }
}
