package dev.culvert.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.ProfilerConfig;

class MainTest {
    private static final String OPENS = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED";

    @Test
    void longNamesBecomeJmhsShortOnes() {
        assertEquals(
                List.of("-l", "-h", "Sip.*"),
                Main.jmhArguments(List.of("--list", "--help", "Sip.*")).subList(0, 3));
    }

    @Test
    void aFileForTheFiguresIsWrittenAsJson() {
        assertEquals(
                List.of("-rf", "json", "-rff", "all.json"),
                Main.jmhArguments(List.of("--json", "all.json")).subList(0, 4));
    }

    @Test
    void cpuTimeAndAllocationAreMeasuredUnlessProfilersAreNamed() throws CommandLineOptionException {
        assertEquals(
                List.of(GCProfiler.class.getCanonicalName(), CpuTimeProfiler.class.getCanonicalName()),
                profilers("Sip"));
        assertEquals(List.of("stack"), profilers("Sip", "-prof", "stack"));
    }

    private static List<String> profilers(final String... args) throws CommandLineOptionException {
        return Main.withProfilers(new CommandLineOptions(args)).getProfilers().stream()
                .map(ProfilerConfig::getKlass)
                .toList();
    }

    @Test
    void wrongCommandLinesEndWithTwo() throws IOException {
        assertEquals(2, Main.run(List.of("--no-such-option")));
        assertEquals(2, Main.run(List.of("NoSuchBenchmark")));
    }

    @Test
    void recordsThatCannotBeMeasuredAreRefused() throws IOException {
        assertEquals(2, Main.run(List.of("time-wait-memory", "--records", "999")));
        assertEquals(2, Main.run(List.of("time-wait-memory", "--records", "16000001")));
        assertEquals(2, Main.run(List.of("time-wait-memory", "--ip", "5")));
        assertEquals(2, Main.run(List.of("time-wait-memory", "--ip")));
        assertEquals(2, Main.run(List.of("time-wait-memory", "--hosts", "1")));
    }

    @Test
    void connectionsThatCannotBeMeasuredAreRefused() throws IOException {
        assertEquals(2, Main.run(List.of("idle", "--connections", "999")));
        assertEquals(2, Main.run(List.of("idle", "--ip", "5")));
    }

    @Test
    void forksAlwaysOpenWhatAgronaNeeds() {
        final List<String> jmh = Main.jmhArguments(List.of());

        assertEquals("-jvmArgsPrepend", jmh.get(0));
        assertTrue(jmh.get(1).startsWith(OPENS), jmh::toString);
    }

    @Test
    void theUsersForkOptionsAreKeptBesideOurs() {
        final List<String> jmh = Main.jmhArguments(List.of("-jvmArgsPrepend", "-Xmx1g", "-f", "1"));

        assertEquals(List.of("-f", "1", "-jvmArgsPrepend"), jmh.subList(0, 3));
        assertTrue(jmh.get(3).startsWith(OPENS) && jmh.get(3).endsWith(" -Xmx1g"), jmh::toString);
    }
}
