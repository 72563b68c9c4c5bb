package dev.culvert.bench;

import java.util.Locale;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** One benchmark's figures on one line that a script can read: {@code RESULT key=value ...}. */
final class ResultLine {
    private static final String OWN_PACKAGE = ResultLine.class.getPackageName() + '.';
    /** What JMH calls the bytes allocated for an operation. */
    static final String ALLOCATION = "gc.alloc.rate.norm";

    private ResultLine() {}

    /** The line for one combination of benchmark and parameters. */
    static String of(final RunResult result) {
        final BenchmarkParams params = result.getParams();
        final StringBuilder line = new StringBuilder("RESULT benchmark=").append(name(params.getBenchmark()));
        for (final String key : params.getParamsKeys()) {
            line.append(' ').append(key).append('=').append(params.getParam(key));
        }
        final Result<?> primary = result.getPrimaryResult();
        append(line, primary.getScoreUnit().replace("/", "_per_"), primary.getScore());
        append(line, "error", primary.getScoreError());
        append(line, "cpu_ns_per_op", result, CpuTimeProfiler.NORM);
        append(line, "alloc_bytes_per_op", result, ALLOCATION);
        return line.append(" jdk=").append(params.getJdkVersion()).toString();
    }

    /** {@code dev.culvert.bench.SegmentArrivalBenchmark.inOrder} is SegmentArrival.inOrder to people. */
    static String name(final String benchmark) {
        final String local = benchmark.startsWith(OWN_PACKAGE) ? benchmark.substring(OWN_PACKAGE.length()) : benchmark;
        return local.replace("Benchmark.", ".");
    }

    private static void append(final StringBuilder line, final String key, final RunResult result, final String label) {
        final Result<?> secondary = result.getSecondaryResults().get(label);
        if (secondary != null) {
            append(line, key, secondary.getScore());
        }
    }

    private static void append(final StringBuilder line, final String key, final double value) {
        line.append(' ').append(key).append('=').append(String.format(Locale.ROOT, "%.3f", value));
    }
}
