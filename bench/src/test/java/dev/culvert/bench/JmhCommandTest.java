package dev.culvert.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.ProfilerConfig;
import picocli.CommandLine;

class JmhCommandTest {
    private static final String OPENS = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED";

    /** What JMH is told. */
    private static List<String> jmh(final String... args) {
        final JmhCommand command = new JmhCommand() {
            @Override
            List<String> jmhWords() {
                return List.of();
            }
        };
        new CommandLine(command).parseArgs(args);
        return command.arguments();
    }

    @Test
    void longNamesBecomeJmhsShortOnes() {
        assertEquals(List.of("-l", "Sip.*"), jmh("Sip.*", "--list").subList(0, 2));
        assertEquals(List.of("-h"), jmh("-h").subList(0, 1));
    }

    @Test
    void aFileForTheFiguresIsWrittenAsJson() {
        assertEquals(
                List.of("-rf", "json", "-rff", "all.json"),
                jmh("--json", "all.json").subList(0, 4));
    }

    @Test
    void whatIsJmhsKeepsItsOrder() {
        final String words = "-wi 2 Sip.* -p key=a,b -prof stack -jvmArgs -Xmx1g TimeWait|Timer";

        assertEquals(words, String.join(" ", jmh(words.split(" ", -1)).subList(0, 10)));
    }

    @Test
    void forksAlwaysOpenWhatAgronaNeeds() {
        final List<String> jmh = jmh();

        assertEquals("-jvmArgsPrepend", jmh.get(0));
        assertTrue(jmh.get(1).startsWith(OPENS), jmh::toString);
    }

    @Test
    void theUsersForkOptionsAreKeptBesideOurs() {
        final List<String> jmh = jmh("-jvmArgsPrepend", "-Xmx1g", "-f", "1");

        assertEquals(List.of("-f", "1", "-jvmArgsPrepend"), jmh.subList(0, 3));
        assertTrue(jmh.get(3).startsWith(OPENS) && jmh.get(3).endsWith(" -Xmx1g"), jmh::toString);
    }

    @Test
    void cpuTimeAndAllocationAreMeasuredUnlessProfilersAreNamed() throws CommandLineOptionException {
        assertEquals(
                List.of(GCProfiler.class.getCanonicalName(), CpuTimeProfiler.class.getCanonicalName()),
                profilers("Sip"));
        assertEquals(List.of("stack"), profilers("Sip", "-prof", "stack"));
    }

    private static List<String> profilers(final String... args) throws CommandLineOptionException {
        return JmhCommand.withProfilers(new CommandLineOptions(args)).getProfilers().stream()
                .map(ProfilerConfig::getKlass)
                .toList();
    }

    @Test
    void benchmarksAreNamedAndNotRun() {
        final String all = BenchCommand.outputOf("--list");

        assertTrue(all.contains("dev.culvert.bench.ChecksumBenchmark."), all);
        final String set = BenchCommand.outputOf("time-wait", "--list");
        assertTrue(set.contains("TimeWaitTableBenchmark.") && !set.contains("ChecksumBenchmark."), set);
    }

    @Test
    void whatJmhDoesNotUnderstandIsRefusedBeforeAnythingIsMeasured() {
        final String complaint = BenchCommand.refuses("--no-such-option");
        assertTrue(complaint.contains("no-such-option is not a recognized option"), complaint);
        BenchCommand.refuses("NoSuchBenchmark");
        BenchCommand.refuses("time-wait", "--no-such-option");
    }

    @Test
    void figuresThatCannotBeWrittenAreNotMeasured(@TempDir final Path directory) {
        final String file = directory.resolve("no/all.json").toString();
        final String complaint = "culvert: bench: cannot write " + file + " (there is no such directory)\n";

        assertEquals(complaint, BenchCommand.complaintOf(1, "--json", file, "Checksum"));
        assertEquals(complaint, BenchCommand.complaintOf(1, "-o", file, "Checksum"));
        assertEquals(complaint, BenchCommand.complaintOf(1, "time-wait", "--json", file));
        assertTrue(Files.notExists(directory.resolve("no")));
    }
}
