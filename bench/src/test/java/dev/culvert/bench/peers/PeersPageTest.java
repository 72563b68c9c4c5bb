package dev.culvert.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeersPageTest {
    private static final PeerCase DOWN = PeerCase.named(List.of("down-1")).get(0);

    private static List<PeerRow> rows() {
        final Map<Peer, Measured> medians = new LinkedHashMap<>();
        medians.put(peer("culvert"), new Measured(8_000, "Mb", 20, 0.456, 0, 0, 123_456, 0));
        medians.put(peer("kernel"), new Measured(16_000, "Mb", 5, 10, 0, 0, 0, 0));
        medians.put(peer("limit"), new Measured(10_000, "Mb", 15, 10, 0, 0, 0, 2));
        return PeerRow.of(DOWN, medians);
    }

    private static Peer peer(final String name) {
        return new Peer(name, name, "192.0.2.1", 1, false, null);
    }

    @Test
    void aTableNamesTheLoadOnceAndComparesWithCulvertAndTheLimit() {
        assertEquals(
                PeerRow.MARKDOWN_HEAD
                        + "| server to client, 1 connection | Culvert | 8,000 Mbit/s |  | 0.80 | 20.0 | 0.46 |  |  | 123,456 |\n"
                        + "|  | kernel over veth | 16,000 Mbit/s | 0.50 |  | 5.0 | 10.0 |  |  |  |\n"
                        + "|  | limit; 2 failed | 10,000 Mbit/s | 0.80 | 1.00 | 15.0 | 10.0 |  |  |  |\n",
                PeersPage.table(rows()));
    }

    @Test
    void aPageHasAPictureOfEachLoadAndTheTable(@TempDir final Path directory) throws IOException {
        PeersPage.write(directory.resolve("new"), "How it was.", rows());

        final String page = Files.readString(directory.resolve("new/README.md"));
        assertTrue(page.startsWith("# Beside other stacks\n\nHow it was.\n"), page);
        assertTrue(page.contains("![Server to client, 1 connection](down-1.svg)\n"), page);
        assertTrue(page.endsWith(PeersPage.table(rows())), page);
        final String picture = Files.readString(directory.resolve("new/down-1.svg"));
        for (final String words : List.of("Culvert", "kernel over veth", "Mbit/s", "server CPU, µs for a MB", "16k")) {
            assertTrue(picture.contains(">" + words + "<"), words);
        }
    }
}
