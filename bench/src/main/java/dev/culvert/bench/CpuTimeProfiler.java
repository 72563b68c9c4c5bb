package dev.culvert.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * CPU time per operation of the threads that run the benchmark: on a machine that does other work too this says more than the
 * time that went by. The JVM's own threads, compiler and collector, do not count. JMH loads it by name ({@code -prof}).
 */
public final class CpuTimeProfiler implements InternalProfiler {
    /** The result's name. */
    public static final String NORM = "cpu.time.norm";

    private static final String WORKER = "jmh-worker";

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long beforeNs;

    @Override
    public String getDescription() {
        return "CPU time of the benchmark's threads per operation";
    }

    @Override
    public void beforeIteration(final BenchmarkParams benchmark, final IterationParams iteration) {
        beforeNs = workersNs();
    }

    @Override
    public Collection<ScalarResult> afterIteration(
            final BenchmarkParams benchmark, final IterationParams iteration, final IterationResult result) {
        final long usedNs = workersNs() - beforeNs;
        final long operations = Math.max(1, result.getMetadata().getAllOps());
        return List.of(new ScalarResult(NORM, (double) usedNs / operations, "ns/op", AggregationPolicy.AVG));
    }

    /** CPU time of JMH's workers so far: the same threads run every iteration of a fork. */
    private long workersNs() {
        long sum = 0;
        for (final ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().contains(WORKER)) {
                sum += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return sum;
    }
}
