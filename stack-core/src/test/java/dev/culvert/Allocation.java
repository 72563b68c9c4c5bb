package dev.culvert;

import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts the bytes that a thread allocates: code on the data path must not allocate once it is warm. */
public final class Allocation {
    private static final int ROUNDS = 20;

    private Allocation() {}

    /**
     * Fails unless a run of {@code work} allocates nothing. The compiler may still be at work in early runs, and moving an
     * object from a register to the heap is its right until it is done; code that allocates by itself does so in every run.
     */
    public static void assertNone(final Runnable work) {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = -1;
        for (int round = 0; round < ROUNDS && allocated != 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            work.run();
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        if (allocated != 0) {
            fail("allocated " + allocated + " bytes in the last of " + ROUNDS + " runs, expected 0");
        }
    }
}
