package dev.culvert.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.bench.BenchCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeersCommandTest {
    @Test
    @Tag("e2e")
    void everyServerHasItsRowForEachLoad(@TempDir final Path directory) throws IOException {
        final String words =
                "peers --rounds 1 --connections 100 --ms 100 --without gvisor --without nginx short-64 trips-64 segments-16 down-1 up-1";
        final String output = BenchCommand.outputOf((words + " --page " + directory.resolve("page")).split(" ", -1));

        for (final String load : new String[] {"short-64", "trips-64", "segments-16", "down-1", "up-1"}) {
            for (final String peer : peersOf(output)) {
                final String row = output.lines()
                        .filter(line -> line.startsWith("RESULT benchmark=peers case=" + load + " peer=" + peer + " "))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(output));
                assertTrue(row.contains(" failed=0 "), row);
                assertTrue(number("rate", row) > 0, row);
                assertTrue(load.startsWith("short") || number("packets", row) > 0, row);
            }
        }
        assertTrue(output.contains("RESULT benchmark=peers others="), output);
        final String page = Files.readString(directory.resolve("page/README.md"));
        assertTrue(page.contains("Written by `./culvert bench " + words + "`. Servers on processor "), page);
    }

    private static double number(final String key, final String row) {
        return Double.parseDouble(row.replaceFirst(".* " + key + "=([0-9.]+) .*", "$1"));
    }

    /** The limit needs a C compiler, and says so where there is none. */
    private static List<String> peersOf(final String output) {
        final List<String> peers = new ArrayList<>(List.of("culvert", "plain", "pipelined", "kernel"));
        if (!output.contains("limit: there is no C compiler")) {
            peers.addAll(List.of("limit", "limit-plain"));
            assertTrue(
                    output.lines().anyMatch(line -> line.matches(".* peer=plain .* ofLimit=[0-9.]*[1-9].*")), output);
        }
        return peers;
    }

    @Test
    void wrongArgumentsAreRefused() {
        BenchCommand.refuses("peers", "--rounds", "0");
        BenchCommand.refuses("peers", "--without");
        BenchCommand.refuses("peers", "--table");
        BenchCommand.refuses("peers", "--without", "nobody");
        BenchCommand.refuses("peers", "--threads", "2");
        BenchCommand.refuses("peers", "no-such-case");
    }

    @Test
    void whatCannotBeWrittenIsSaidAtOnce(@TempDir final Path directory) throws IOException {
        final Path file = Files.createFile(directory.resolve("file"));
        assertEquals(
                "culvert: bench: cannot write " + file + " (there is a file of that name)\n",
                BenchCommand.complaintOf(1, "peers", "--page", file.toString()));
        assertEquals(
                "culvert: bench: cannot write " + file + "/table.md (Not a directory)\n",
                BenchCommand.complaintOf(1, "peers", "--table", file + "/table.md"));
    }

    @Test
    void whatOthersHaveHadIsWhatWeHaveNot() {
        final Machine before = new Machine(1_000, 500, 100);

        assertEquals(0.25, new Machine(1_200, 600, 150).othersSince(before));
        assertEquals(0, new Machine(1_200, 640, 250).othersSince(before), "ticks are coarse");
    }
}
