package dev.culvert.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process takes of the machine's memory, as the kernel counts it ({@code proc(5)}, smaps_rollup). */
public final class ProcessMemory {
    private static final Path ROLLUP = Path.of("/proc/self/smaps_rollup");
    private static final String ANONYMOUS = "Anonymous:";
    private static final int BYTES_PER_KB = 1_024;

    /**
     * The serial collector closes small gaps only every fourth time (MarkSweepAlwaysCompactCount), and which of these that is depends
     * on how many there were before.
     */
    private static final int COLLECTIONS = 4;

    private ProcessMemory() {}

    /** Bytes on the heap after a collection that left no gaps. */
    public static long heapInUse() {
        final Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /** Bytes of memory without a file behind it: heap, off-heap blocks, the JVM's own. */
    public static long anonymousBytes() throws IOException {
        for (final String line : Files.readAllLines(ROLLUP)) {
            if (line.startsWith(ANONYMOUS)) {
                return Long.parseLong(line.replaceAll("\\D", "")) * BYTES_PER_KB;
            }
        }
        throw new IOException(ROLLUP + " has no line '" + ANONYMOUS + "'");
    }
}
