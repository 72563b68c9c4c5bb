package dev.culvert.bench;

import dev.culvert.bench.load.FloodLoad;
import dev.culvert.kit.peer.Flood;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command {@code culvert bench soak}: an upload that never pauses, short connections, and every kind of flood in turn, for as
 * long as asked for. Fails when memory grows, when the upload stands still, or when anything is left at the end. In memory.
 */
@Command(
        name = "soak",
        description = {
            "Goes on under load and floods, and fails if memory grows.",
            "An upload, short connections and every kind of flood in turn, in memory. Fails also when the upload stands"
                    + " still or anything is left at the end."
        })
final class SoakCommand implements Runnable {
    private static final int ROUNDS = 200;
    private static final int SHORT = 200;
    private static final int SAMPLES = 60;
    private static final long MEMORY = 64L << 20;
    private static final long TOLERANCE = 1L << 20;
    private static final int KIB = 1_024;

    @Option(
            names = "--minutes",
            paramLabel = "1..10000",
            description = "How long, in minutes. Default: ${DEFAULT-VALUE}.")
    private int minutes = 60;

    private FloodLoad load;
    private long cycles;

    /** Runs, prints sixty samples and a last line for scripts. */
    @Override
    public void run() {
        load = new FloodLoad(MEMORY);
        final long sampleNs = TimeUnit.MINUTES.toNanos(minutes) / SAMPLES;
        long firstHeap = 0;
        long firstOffHeap = 0;
        for (int sample = 1; sample <= SAMPLES; sample++) {
            final long before = load.delivered();
            final long end = System.nanoTime() + sampleNs;
            while (System.nanoTime() - end < 0) {
                cycle();
            }
            if (load.delivered() == before) {
                throw new IllegalStateException("the upload stands still");
            }
            print(sample);
            if (sample == SAMPLES / 4) { // tables and pools have their size by then
                firstHeap = heapInUse();
                firstOffHeap = load.memoryBytes();
            }
        }
        final long heapGrowth = heapInUse() - firstHeap;
        final long offHeapGrowth = load.memoryBytes() - firstOffHeap;
        load.drain();
        System.out.printf(
                Locale.ROOT,
                "RESULT benchmark=soak minutes=%d cycles=%d delivered=%d heapGrowthBytes=%d offHeapGrowthBytes=%d jdk=%s%n",
                minutes,
                cycles,
                load.delivered(),
                heapGrowth,
                offHeapGrowth,
                System.getProperty("java.version"));
        if (heapGrowth > TOLERANCE || offHeapGrowth > TOLERANCE) {
            throw new IllegalStateException("memory has grown since the first quarter");
        }
    }

    private void cycle() {
        for (final Flood flood : Flood.values()) {
            load.begin(flood);
            for (int i = 0; i < ROUNDS; i++) {
                load.round(flood);
            }
            load.end();
            for (int i = 0; i < SHORT; i++) {
                load.shortConnection();
            }
        }
        cycles++;
    }

    private static long heapInUse() {
        System.gc();
        final Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void print(final int sample) {
        System.out.printf(
                Locale.ROOT,
                "soak %d/%d: %d cycles, %d connections, heap %d KiB, off-heap %d KiB%n",
                sample,
                SAMPLES,
                cycles,
                load.connections(),
                heapInUse() / KIB,
                load.memoryBytes() / KIB);
    }
}
