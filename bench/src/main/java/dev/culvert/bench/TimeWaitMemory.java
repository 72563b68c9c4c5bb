package dev.culvert.bench;

import dev.culvert.bench.load.TimeWaitLoad;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The command {@code culvert bench time-wait-memory}: what a TIME-WAIT record takes by the process's own memory, beside what
 * the table counts, and what is left when all have gone; and how long a record took to enter while the table grew, in CPU
 * time, since on a busy machine the time that went by says more about others.
 */
final class TimeWaitMemory {
    private static final int MOST_RECORDS = 16_000_000;
    private static final int WARM_UP = 20_000;
    private static final long PAUSE_NS = 1_000_000;
    private static final String USAGE = "usage: culvert bench time-wait-memory [--records 1000..16000000] [--ip 4|6]";

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final int records;
    private final int ip;
    private final long[] slower = new long[Long.SIZE];
    private long longestNs;
    private long pauses;
    private long inTable;

    private TimeWaitMemory(final int records, final int ip) {
        this.records = records;
        this.ip = ip;
    }

    /** As the arguments say; they are wrong when it throws {@code IllegalArgumentException}. */
    static TimeWaitMemory of(final List<String> args) {
        int records = 1_000_000;
        int ip = 4;
        for (int i = 0; i < args.size(); i += 2) {
            final String value = i + 1 < args.size() ? args.get(i + 1) : "";
            switch (args.get(i)) {
                case "--records" -> records = number(value, 1_000, MOST_RECORDS);
                case "--ip" -> ip = number(value, 4, 6);
                default -> throw new IllegalArgumentException("unknown option " + args.get(i) + "; " + USAGE);
            }
        }
        if (ip == 5) {
            throw new IllegalArgumentException("there is no IP version 5; " + USAGE);
        }
        return new TimeWaitMemory(records, ip);
    }

    private static int number(final String text, final int least, final int most) {
        if (text.matches("\\d{1,8}")) {
            final int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not between " + least + " and " + most + "; " + USAGE);
    }

    /** Measures and prints; the last line is for scripts. */
    void run() throws IOException {
        warmUp();
        final long beforeBytes = settled();
        final long fullBytes;
        try (TimeWaitLoad load = new TimeWaitLoad(ip == 4, records)) {
            grow(load);
            inTable = load.bytes();
            fullBytes = settled();
            load.drain();
        }
        print(fullBytes - beforeBytes, settled() - beforeBytes);
    }

    /** What the JVM compiles and allocates on the way is in use before the count begins. */
    private void warmUp() throws IOException {
        for (int i = 0; i < 60; i++) {
            try (TimeWaitLoad load = new TimeWaitLoad(ip == 4, WARM_UP)) {
                grow(load);
                load.drain();
            }
        }
        settled();
        Arrays.fill(slower, 0);
        longestNs = 0;
        pauses = 0;
    }

    private static long settled() throws IOException {
        System.gc();
        return ProcessMemory.anonymousBytes();
    }

    private void grow(final TimeWaitLoad load) {
        long lastNs = threads.getCurrentThreadCpuTime();
        while (!load.isFilled()) {
            load.enter();
            final long nowNs = threads.getCurrentThreadCpuTime();
            note(nowNs - lastNs);
            lastNs = nowNs;
        }
    }

    private void note(final long tookNs) {
        slower[Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, tookNs))]++;
        longestNs = Math.max(longestNs, tookNs);
        pauses += tookNs > PAUSE_NS ? 1 : 0;
    }

    private void print(final long usedBytes, final long leftBytes) {
        System.out.println("CPU time for a record to enter while the table grew (the clock itself takes part of it):");
        for (int i = 0; i < slower.length; i++) {
            if (slower[i] > 0) {
                System.out.printf(Locale.ROOT, "  up to %,12d ns %,12d%n", (2L << i) - 1, slower[i]);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "RESULT benchmark=time-wait-memory records=%d ip=%d bytesPerRecord=%.1f tableBytesPerRecord=%.1f"
                        + " bytesPerRecordAfterwards=%.1f longestInsertNs=%d insertsAbove1Ms=%d jdk=%s%n",
                records,
                ip,
                (double) usedBytes / records,
                (double) inTable / records,
                (double) leftBytes / records,
                longestNs,
                pauses,
                System.getProperty("java.version"));
    }
}
