package dev.culvert.bench.churn;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;

/**
 * CPU time of one thread so far, in ns: not that of the JVM's other threads, whose compiler is at work in a short run.
 *
 * @param cpuNs all of it
 * @param userNs the part outside the kernel, which the kernel counts in ticks of its clock
 */
public record Usage(long cpuNs, long userNs) {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** That of a thread of this process. */
    public static Usage of(final Thread thread) {
        return new Usage(THREADS.getThreadCpuTime(thread.getId()), THREADS.getThreadUserTime(thread.getId()));
    }

    /** That of several threads of this process together. */
    public static Usage of(final List<Thread> threads) {
        Usage sum = new Usage(0, 0);
        for (final Thread thread : threads) {
            final Usage each = of(thread);
            sum = new Usage(sum.cpuNs + each.cpuNs, sum.userNs + each.userNs);
        }
        return sum;
    }

    /** What has come since. */
    public Usage since(final Usage before) {
        return new Usage(cpuNs - before.cpuNs, userNs - before.userNs);
    }

    /** For another process. */
    public String words() {
        return cpuNs + " " + userNs;
    }

    /** From another process. */
    public static Usage parse(final String words) {
        final String[] numbers = words.split(" ", -1);
        return new Usage(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }
}
