package dev.culvert.bench.peers;

import dev.culvert.bench.ProcessMemory;
import dev.culvert.tun.CulvertStack;
import java.io.IOException;

/**
 * What a server holds, in bytes but for the connections.
 *
 * @param connections that are open
 * @param heap after a collection: control blocks, tables and the application's own
 * @param offHeap of the stack
 * @param process without a file behind it, with the collector's slack
 */
record Held(int connections, long heap, long offHeap, long process) {
    /** What this process holds with its stack. */
    static Held by(final CulvertStack stack) throws IOException {
        final var statistics = stack.statistics();
        return new Held(
                statistics.connections(),
                ProcessMemory.heapInUse(),
                statistics.memoryInUseBytes(),
                ProcessMemory.anonymousBytes());
    }

    /** What has come since. */
    Held since(final Held before) {
        return new Held(
                connections - before.connections,
                heap - before.heap,
                offHeap - before.offHeap,
                process - before.process);
    }

    /** For another process. */
    String words() {
        return connections + " " + heap + " " + offHeap + " " + process;
    }

    /** From another process. */
    static Held parse(final String words) {
        final String[] numbers = words.split(" ", -1);
        return new Held(
                Integer.parseInt(numbers[0]),
                Long.parseLong(numbers[1]),
                Long.parseLong(numbers[2]),
                Long.parseLong(numbers[3]));
    }
}
