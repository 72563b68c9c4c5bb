package dev.culvert.bench;

import dev.culvert.bench.load.IdleConnections;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * The command {@code culvert bench idle}: what an established connection takes that has been served and says nothing, all
 * included: control block, tables and pools on the heap after a collection, and memory outside it; beside that what the process
 * took from the machine, which has the slack of the collector in it.
 */
final class IdleMemory {
    private static final int MOST_CONNECTIONS = 4_000_000;
    private static final int WARM_UP = 5_000;

    private static final String USAGE = "usage: culvert bench idle [--connections 1000..4000000] [--ip 4|6]";

    private final int connections;
    private final int ip;

    private IdleMemory(final int connections, final int ip) {
        this.connections = connections;
        this.ip = ip;
    }

    /** As the arguments say; they are wrong when it throws {@code IllegalArgumentException}. */
    static IdleMemory of(final List<String> args) {
        final BenchArguments arguments = new BenchArguments(args, USAGE, "--connections", "--ip");
        final int ip = arguments.number("--ip", 4, 4, 6);
        if (ip == 5) {
            throw new IllegalArgumentException("there is no IP version 5; " + USAGE);
        }
        return new IdleMemory(arguments.number("--connections", 100_000, 1_000, MOST_CONNECTIONS), ip);
    }

    /** Measures and prints; the last line is for scripts. */
    void run() throws IOException {
        fill(WARM_UP);
        final long heapBefore = ProcessMemory.heapInUse();
        final long processBefore = ProcessMemory.anonymousBytes();
        final IdleConnections idle = fill(connections);
        final long heapBytes = ProcessMemory.heapInUse() - heapBefore;
        final long processBytes = ProcessMemory.anonymousBytes() - processBefore;
        idle.check(); // and keeps them alive until here
        print(heapBytes, idle.offHeapBytes(), processBytes);
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
