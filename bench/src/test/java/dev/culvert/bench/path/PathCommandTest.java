package dev.culvert.bench.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.bench.BenchCommand;
import dev.culvert.tun.device.Impairment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathCommandTest {
    @Test
    @Tag("e2e")
    void bothStacksDeliverInBothDirections(@TempDir final Path plots) throws IOException {
        final String output =
                BenchCommand.outputOf("path", "--seconds", "1", "--plot", plots.toString(), "10mbit", "10ms", "clean");

        for (final String way : List.of("download", "upload")) {
            final String row = output.lines()
                    .filter(line -> line.startsWith("RESULT ") && line.contains(" way=" + way + " "))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(output));
            for (final String stack : List.of("culvertMbit", "kernelMbit")) {
                final double mbit = Double.parseDouble(row.replaceFirst(".* " + stack + "=([0-9.]+) .*", "$1"));
                assertTrue(mbit > 0 && mbit < 10, row);
            }
            final String name = "10mbit-10ms-clean-" + way + "-culvert-0";
            final String picture = Files.readString(plots.resolve(name + ".svg"));
            assertTrue(picture.contains("10 Mbit/s, 10 ms, clean, " + way) && picture.endsWith("</svg>\n"), picture);
            assertTrue(Files.readString(plots.resolve(name + ".csv")).startsWith("time,stack,"));
        }
    }

    @Test
    void wrongArgumentsAreRefused() throws IOException {
        BenchCommand.refuses("path", "--seconds", "0");
        BenchCommand.refuses("path", "--capture");
        BenchCommand.refuses("path", "--plot");
        BenchCommand.refuses("path", "10mbit", "--table");
        BenchCommand.refuses("path", "--parallel", "2");
        BenchCommand.refuses("path", "0mbit");
        BenchCommand.refuses("path", "loss=101%");
        BenchCommand.refuses("path", "sideways");
    }

    @Test
    void whatCannotBeWrittenIsSaidAtOnce(@TempDir final Path directory) throws IOException {
        final Path file = Files.createFile(directory.resolve("file"));
        for (final List<String> arguments : List.of(
                List.of("--table", file.resolve("table.md").toString()),
                List.of("--table", directory.resolve("no/table.md").toString()),
                List.of("--capture", file.toString()),
                List.of("--plot", file.resolve("plots").toString()))) {
            final List<String> all = new ArrayList<>(List.of("path", "--seconds", "1", "10mbit"));
            all.addAll(arguments);
            final String complaint = BenchCommand.complaintOf(1, all.toArray(new String[0]));
            assertEquals(
                    "culvert: bench: cannot write " + arguments.get(1),
                    complaint.replaceFirst(" \\([^\\n]*\\)\n$", ""));
        }
    }

    @Test
    void theRoundTripIsSharedByBothWays() {
        final Impairment out = new PathCase(100, 10, "reorder=1%").plan(7).out();

        assertEquals(
                Impairment.NONE
                        .withReorder(0.01)
                        .withRateBitsPerSecond(100_000_000)
                        .withDelayNs(5_000_000)
                        .withQueuePackets(124)
                        .withSeed(7),
                out);
        assertEquals(out, new PathCase(100, 10, "reorder=1%").plan(7).in());
    }

    @Test
    void aShortPathHasRoomForAHundredPackets() {
        assertEquals(100, new PathCase(10, 1, PathCase.CLEAN).plan(1).in().queuePackets());
    }

    @Test
    void theMedianIsTheOneInTheMiddleByWhatArrived() {
        final Transfer slow = new Transfer(1, 9, 9);
        final Transfer middle = new Transfer(5, 0, 0);
        final Transfer fast = new Transfer(9, 4, 4);

        assertEquals(middle, PathRow.median(List.of(fast, slow, middle)));
        assertEquals(slow, PathRow.median(List.of(fast, slow)));
    }

    @Test
    void aRowHasTheMediansAndTheRatiosOfTheRounds() {
        final PathRow row = new PathRow(
                new PathCase(100, 10, "loss=1%"),
                "upload",
                List.of(new Transfer(80, 3, 2), new Transfer(9, 1, 1), new Transfer(99, 9, 9)),
                List.of(new Transfer(100, 5, 4), new Transfer(10, 1, 1), new Transfer(110, 8, 8)));

        assertEquals(
                "| 100 | 10 | loss=1% | upload | 80.00 | 100.00 | **0.80** | 0.80–0.90 | 3/2 | 5/4 |\n",
                row.markdown());
        assertEquals(0.8, row.ratio(), 1e-9);
    }

    @Test
    void aRatioOf95PercentIsEnough() {
        final PathRow row = new PathRow(
                new PathCase(10, 1, PathCase.CLEAN),
                "download",
                List.of(new Transfer(9.5, 0, 0)),
                List.of(new Transfer(10, 0, 0)));

        assertTrue(row.markdown().contains(" | 0.95 | 0.95–0.95 | "), row::markdown);
    }
}
