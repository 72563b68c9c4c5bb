package dev.culvert.endpoint.e2e;

import static dev.culvert.endpoint.e2e.Workspace.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel's transfers with super-segments and without: the same bytes, and in a capture the same kind of packets. */
@Tag("e2e")
class OffloadTest {
    private static final int SIZE = 8 * MIB;

    /** Down by curl, up and down by nc: over IPv4 and over IPv6. */
    private static final String TRANSFERS = """
            for host in 10.83.0.2 '[fd83::2]'; do
                curl -sS --fail -m 80 "http://$host/$2" | sha256sum || exit 1
                nc -N "$(echo "$host" | tr -d '[]')" 7 <"$1/$2" | sha256sum || exit 1
            done
            """;

    /** Linux writes 0xFFFF where RFC 1071 arithmetic gives 0: the same number, but Wireshark objects to it. */
    private static final String DAMAGED = "_ws.malformed || (tcp.checksum.status == 0 && tcp.checksum != 0xffff)"
            + " || ip.checksum.status == 0 || frame.cap_len > 1500";

    private static final List<String> CHECKED =
            List.of("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE");

    @BeforeAll
    static void needsTools() {
        Tools.check();
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void theSameBytesInPacketsAsOnAWire(final String offload) throws Exception {
        final Home home = Home.of(Somebody.STRANGER);
        final Path capture = home.file("offload.pcapng");
        final Path www = Workspace.get().www();
        try (Serving serving =
                Serving.start(home, "--offload", offload, "--pcap", capture.toString(), "echo", "http:80=" + www)) {
            final Outcome sums =
                    serving.sh(TRANSFERS, www, Workspace.get().file(SIZE)).succeeds();
            assertEquals((Workspace.get().sha256(SIZE) + "  -\n").repeat(4), sums.out(), sums::toString);

            assertTrue(home.control("info").contains("offload=" + offload), offload);
            final long segments = serving.number("counters", "TcpOutSegs");
            final long packets = serving.number("counters", "IpOutRequests");
            assertTrue(packets > 0, "packets are counted");
            assertEquals(
                    "on".equals(offload), segments > 2 * packets, segments + " segments in " + packets + " packets");
            serving.awaitStatistic("connections", 0);
            serving.program().signal("INT").await().succeeds();
            assertEquals("", tshark(capture, DAMAGED));
            assertTrue(tshark(capture, "tcp.len == 1448 || tcp.len == 1428")
                            .lines()
                            .count()
                    > 3 * SIZE / 1448);
        } finally {
            Files.deleteIfExists(capture);
        }
    }

    private static String tshark(final Path capture, final String filter) throws Exception {
        final List<String> words = List.of("tshark", "-r", capture.toString(), "-Y", filter);
        return Program.run(new ProcessBuilder(
                        Stream.concat(words.stream(), CHECKED.stream()).toList()))
                .succeeds()
                .out();
    }
}
