package dev.culvert.bench;

import dev.culvert.bench.load.IdleConnections;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * The command {@code culvert bench idle}: what an established connection takes that has been served and says nothing, all
 * included: control block, tables and pools on the heap after a collection, and memory outside it; beside that what the process
 * took from the machine, which has the slack of the collector in it.
 */
@Command(
        name = "idle",
        description = {
            "Measures the memory that a silent connection takes.",
            "One that is established and has been served, all included, without a device."
        })
final class IdleMemory implements Callable<Integer> {
    private static final int WARM_UP = 5_000;

    @Option(
            names = "--connections",
            paramLabel = "1000..4000000",
            description = "Connections that stand. Default: ${DEFAULT-VALUE}.")
    private int connections = 100_000;

    @Option(
            names = "--ip",
            paramLabel = "VERSION",
            completionCandidates = IpVersions.class,
            description = "Version of IP: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private int ip = 4;

    /** Measures and prints; the last line is for scripts. */
    @Override
    public Integer call() throws IOException {
        fill(WARM_UP);
        final long heapBefore = ProcessMemory.heapInUse();
        final long processBefore = ProcessMemory.anonymousBytes();
        final IdleConnections idle = fill(connections);
        final long heapBytes = ProcessMemory.heapInUse() - heapBefore;
        final long processBytes = ProcessMemory.anonymousBytes() - processBefore;
        idle.check(); // and keeps them alive until here
        print(heapBytes, idle.offHeapBytes(), processBytes);
        return ExitCode.OK;
    }

    private IdleConnections fill(final int count) {
        final IdleConnections idle = new IdleConnections(ip == 4);
        for (int i = 0; i < count; i++) {
            idle.open();
        }
        idle.rest();
        idle.check();
        return idle;
    }

    private void print(final long heapBytes, final long offHeapBytes, final long processBytes) {
        System.out.printf(
                Locale.ROOT,
                "RESULT benchmark=idle connections=%d ip=%d bytesPerConnection=%.1f heapBytesPerConnection=%.1f"
                        + " offHeapBytesPerConnection=%.1f processBytesPerConnection=%.1f jdk=%s%n",
                connections,
                ip,
                (double) (heapBytes + offHeapBytes) / connections,
                (double) heapBytes / connections,
                (double) offHeapBytes / connections,
                (double) processBytes / connections,
                System.getProperty("java.version"));
    }
}
