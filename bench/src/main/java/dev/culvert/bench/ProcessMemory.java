package dev.culvert.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.ObjectName;

/** What this process takes of the machine's memory, as the kernel counts it ({@code proc(5)}, smaps_rollup). */
public final class ProcessMemory {
    private static final Path ROLLUP = Path.of("/proc/self/smaps_rollup");
    private static final String ANONYMOUS = "Anonymous:";
    private static final int BYTES_PER_KB = 1_024;

    private ProcessMemory() {}

    /**
     * Bytes of all objects that live, after a collection. What the collectors say counts gaps and whole regions: 2 MB come and go.
     * Asked twice, since the first question brings objects of its own.
     */
    public static long heapInUse() {
        liveBytes();
        return liveBytes();
    }

    /** The last number of the histogram that {@code jcmd PID GC.class_histogram} prints. */
    private static long liveBytes() {
        try {
            final Object histogram = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {null},
                            new String[] {String[].class.getName()});
            final String text = histogram.toString().strip();
            return Long.parseLong(text.substring(text.lastIndexOf(' ') + 1));
        } catch (final JMException e) {
            throw new IllegalStateException("this JVM has no class histogram", e);
        }
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
