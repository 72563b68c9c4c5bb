package dev.culvert.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * How busy the machine was, and with what (proc(5), /proc/stat and /proc/PID/stat).
 *
 * @param totalTicks time of all processors
 * @param busyTicks the part in which some process ran, or another machine had the processor
 * @param ownTicks what this program and its children ran
 */
record Machine(long totalTicks, long busyTicks, long ownTicks) {
    /** Beyond this share of all processors for others no figure of a run says much. */
    static final double QUIET = 0.05;

    private static final int FIRST_AFTER_NAME = 3;
    private static final int USER = 14;

    /** Until now. */
    static Machine now() throws IOException {
        final String[] cpu = Files.readAllLines(Path.of("/proc/stat")).get(0).split(" +", -1);
        long total = 0;
        for (int i = 1; i <= 8; i++) {
            total += Long.parseLong(cpu[i]);
        }
        final long userNiceSystem = Long.parseLong(cpu[1]) + Long.parseLong(cpu[2]) + Long.parseLong(cpu[3]);
        final long stolen = Long.parseLong(cpu[8]);
        final ProcessHandle self = ProcessHandle.current();
        final long own = Stream.concat(Stream.of(self), self.descendants())
                .mapToLong(process -> ticks(process.pid()))
                .sum();
        return new Machine(total, userNiceSystem + stolen, own);
    }

    /** The processor's name (proc(5), /proc/cpuinfo), and how many there are. */
    static String processor() throws IOException {
        final String name = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
        return Runtime.getRuntime().availableProcessors() + " processors, " + name;
    }

    /** What a process, its children that have ended included, has used; 0 when it has gone. In ticks of 10 ms. */
    static long ticks(final long pid) {
        try {
            final String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long sum = 0;
            for (int i = 0; i < 4; i++) { // utime, stime, cutime, cstime
                sum += Long.parseLong(fields[USER - FIRST_AFTER_NAME + i]);
            }
            return sum;
        } catch (final IOException gone) {
            return 0;
        }
    }

    /** The share of all processors that others have had since then, 0 to 1. */
    double othersSince(final Machine before) {
        final long others = busyTicks - before.busyTicks - (ownTicks - before.ownTicks);
        return Math.max(0, others) / (double) Math.max(1, totalTicks - before.totalTicks);
    }
}
