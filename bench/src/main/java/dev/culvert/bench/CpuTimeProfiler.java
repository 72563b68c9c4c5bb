package dev.culvert.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * CPU time per operation, of all threads of the fork: on a machine that does other work too this says more than the time that
 * went by. JMH loads it by name ({@code -prof}).
 */
public final class CpuTimeProfiler implements InternalProfiler {
    /** The result's name. */
    public static final String NORM = "cpu.time.norm";

    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private long beforeNs;

    @Override
    public String getDescription() {
        return "CPU time of the process per operation";
    }

    @Override
    public void beforeIteration(final BenchmarkParams benchmark, final IterationParams iteration) {
        beforeNs = process.getProcessCpuTime();
    }

    @Override
    public Collection<ScalarResult> afterIteration(
            final BenchmarkParams benchmark, final IterationParams iteration, final IterationResult result) {
        final long usedNs = process.getProcessCpuTime() - beforeNs;
        final long operations = Math.max(1, result.getMetadata().getAllOps());
        return List.of(new ScalarResult(NORM, (double) usedNs / operations, "ns/op", AggregationPolicy.AVG));
    }
}
