package dev.culvert.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkPageTest {
    @TempDir
    private Path directory;

    @Test
    void figuresOfTwoJdksBecomeATableAndAPlotWithALineEach() throws IOException {
        final Path one = file("17.json", result("17.0.1", 1_000, 250.0) + "," + result("17.0.1", 1_000_000, 300.5));
        final Path other = file("25.json", result("25", 1_000_000, 280.0) + "," + result("25", 1_000, 200.0));

        assertEquals(0, Main.run(List.of("page", directory.toString(), one.toString(), other.toString())));

        final String page = Files.readString(directory.resolve("README.md"));
        assertTrue(page.contains("## TimeWaitTable.hit\n"), page);
        assertTrue(page.contains("| 17.0.1 | ip=4, standing=1000000 | 300.5 | 0.25 |\n"), page);
        final String plot = Files.readString(directory.resolve("timewaittable-hit.svg"));
        assertTrue(plot.contains("JDK 17.0.1 4") && plot.contains("JDK 25 4") && plot.contains(">standing<"), plot);
    }

    @Test
    void aBenchmarkWithoutParametersHasNoPlot() throws IOException {
        final Path one = file(
                "one.json",
                result("17", 1, 7)
                        .replace("\"params\":{\"ip\":\"4\",\"standing\":\"1\"},", "")
                        .replace("cpu.time.norm", "other"));

        assertEquals(0, Main.run(List.of("page", directory.toString(), one.toString())));

        assertTrue(Files.readString(directory.resolve("README.md")).contains("| 17 |  | 999.0 | 0.25 |\n"));
        assertFalse(Files.exists(directory.resolve("timewaittable-hit.svg")));
    }

    @Test
    void benchmarksOfAClassThatHaveNoAxisShareAPictureOfBars() throws IOException {
        final Path one = file(
                "one.json",
                result("17", 1, 250.0) + "," + result("17", 1, 125.0).replace("Benchmark.hit", "Benchmark.miss"));

        assertEquals(0, Main.run(List.of("page", directory.toString(), one.toString())));

        assertTrue(Files.readString(directory.resolve("README.md"))
                .contains("\n## TimeWaitTable\n\n![TimeWaitTable](timewaittable.svg)\n\n## TimeWaitTable.hit\n"));
        final String bars = Files.readString(directory.resolve("timewaittable.svg"));
        assertTrue(bars.contains(">hit JDK 17 4 1<") && bars.contains(">miss JDK 17 4 1<"), bars);
        assertTrue(bars.contains(">250<") && bars.contains(">125<"), bars);
    }

    @Test
    void whatIsNoJsonOfJmhIsRefused() throws IOException {
        final String into = directory.toString();
        assertEquals(2, Main.run(List.of("page")));
        assertEquals(
                2, Main.run(List.of("page", into, directory.resolve("none.json").toString())));
        assertEquals(
                2, Main.run(List.of("page", into, file("a.json", "\"text\"").toString())));
        assertEquals(2, Main.run(List.of("page", into, file("b.json", "{").toString())));
    }

    @Test
    void whatCannotBeReadOrWrittenIsNamed() throws IOException {
        final String json = file("one.json", result("17", 1, 7)).toString();

        assertEquals(
                "culvert: bench: cannot write " + json + " (there is a file of that name)\n",
                BenchCommand.complaintOf(1, "page", json, json));
        assertEquals(
                "culvert: bench: cannot read " + directory + " (Is a directory)\n",
                BenchCommand.complaintOf(1, "page", directory.toString(), directory.toString()));
        Files.createDirectory(directory.resolve("README.md"));
        assertEquals(
                "culvert: bench: cannot write " + directory + "/README.md (Is a directory)\n",
                BenchCommand.complaintOf(1, "page", directory.toString(), json));
    }

    private Path file(final String name, final String results) throws IOException {
        return Files.writeString(directory.resolve(name), "[" + results + "]");
    }

    private static String result(final String jdk, final int standing, final double cpuNs) {
        return """
                {"benchmark":"dev.culvert.bench.TimeWaitTableBenchmark.hit","jdkVersion":"%s",
                "params":{"ip":"4","standing":"%d"},"primaryMetric":{"score":999.0},
                "secondaryMetrics":{"cpu.time.norm":{"score":%s},"gc.alloc.rate.norm":{"score":0.25}}}""".formatted(jdk, standing, cpuNs).replace("},\n\"primary", "},\"primary");
    }
}
