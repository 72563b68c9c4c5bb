package dev.culvert.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;

/** How long each of many steps took, in CPU time of this thread: time that went by says more about others. One thread. */
final class Pauses {
    private static final long LONG_NS = 1_000_000;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final long[] slower = new long[Long.SIZE];
    private long beganNs;
    private long lastNs;
    private long longestNs;
    private long aboveOneMs;

    /** The first step begins; what was noted before is forgotten. */
    void begin() {
        Arrays.fill(slower, 0);
        longestNs = 0;
        aboveOneMs = 0;
        beganNs = threads.getCurrentThreadCpuTime();
        lastNs = beganNs;
    }

    /** CPU time of all steps together, in ns. */
    long totalNs() {
        return lastNs - beganNs;
    }

    /** A step has ended, and the next one begins. */
    void step() {
        final long nowNs = threads.getCurrentThreadCpuTime();
        final long tookNs = nowNs - lastNs;
        slower[Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, tookNs))]++;
        longestNs = Math.max(longestNs, tookNs);
        aboveOneMs += tookNs > LONG_NS ? 1 : 0;
        lastNs = nowNs;
    }

    /** The longest step in ns. */
    long longestNs() {
        return longestNs;
    }

    /** Steps that took longer than 1 ms. */
    long aboveOneMs() {
        return aboveOneMs;
    }

    void print(final String title) {
        System.out.println(title);
        for (int i = 0; i < slower.length; i++) {
            if (slower[i] > 0) {
                System.out.printf(Locale.ROOT, "  up to %,12d ns %,12d%n", (2L << i) - 1, slower[i]);
            }
        }
    }
}
