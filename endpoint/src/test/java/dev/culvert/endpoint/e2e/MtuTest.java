package dev.culvert.endpoint.e2e;

import static dev.culvert.endpoint.e2e.Workspace.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interfaces with packets from small to as large as IP has them. */
@Tag("e2e")
class MtuTest {
    private static final int IPV6_NEEDS = 1280; // RFC 8200 §5
    private static final int TIMESTAMPS = 12;
    private static final Pattern MSS = Pattern.compile(" mss:([0-9]+) ");

    @BeforeAll
    static void needsTools() {
        Tools.check();
    }

    @ParameterizedTest
    @ValueSource(ints = {576, 1280, 1500, 9000, 65_535})
    void transfersAndPings(final int mtu) throws Exception {
        final List<Family> families = mtu < IPV6_NEEDS ? List.of(Family.V4) : List.of(Family.values());
        final String http = "http:80=" + Workspace.get().www();
        try (Serving serving =
                Serving.start(Somebody.ROOT, "-v", "--mtu", Integer.toString(mtu), "echo", "discard", http)) {
            final Outcome link = serving.sh("ip -o link show culvert0; ip -o -6 address show culvert0");
            assertTrue(link.out().contains("mtu " + mtu + " "), link::toString);
            assertEquals(families.contains(Family.V6), link.out().contains(Family.V6.kernel), link::toString);

            for (final Family family : families) {
                segmentsFit(serving, family, mtu);
                transfer(serving, family);
                ping(serving, family, mtu);
            }
            serving.awaitStatistic("connections", 0);
        }
    }

    private static void transfer(final Serving serving, final Family family) throws Exception {
        final Path file = Workspace.get().www().resolve(Workspace.get().file(4 * MIB));
        final Outcome sums = serving.sh(
                "curl -sS --fail -m 80 \"$1\" | sha256sum && nc -N \"$2\" 7 <\"$3\" | sha256sum && nc -N \"$2\" 9 <\"$3\"",
                family.url(file.getFileName().toString()),
                family.culvert,
                file);

        sums.succeeds();
        assertEquals((Workspace.get().sha256(4 * MIB) + "  -\n").repeat(2), sums.out(), sums::toString);
        serving.program().awaitErr(" discard: 4194304 bytes in");
    }

    /** Of exactly one packet, and of more than one where IP allows that. */
    private static void ping(final Serving serving, final Family family, final int mtu) throws Exception {
        final int largest = mtu - (family == Family.V4 ? 20 : 40) - 8;
        final int fragmented = Math.min(2 * mtu, 65_535 - 60 - 8);
        for (final int size : new int[] {largest, fragmented}) {
            final Outcome ping = serving.sh("ping -n -c 1 -W 20 -s \"$1\" \"$2\"", size, family.culvert);
            assertTrue(ping.succeeds().out().contains("1 received"), ping::toString);
        }
    }

    /** The kernel takes our MSS to heart, and so do we: Culvert's MSS fits a packet, no more and no less. */
    private static void segmentsFit(final Serving serving, final Family family, final int mtu) throws Exception {
        final int headers = family == Family.V4 ? 40 : 60;
        final int largest = Math.min(mtu, 65_535) - headers - TIMESTAMPS;
        try (Program client = Program.start(serving.inside("nc", family.culvert, "7"))) {
            client.says("hello\n").awaitOut("hello\n");

            final Outcome info = serving.sh("ss -Htin dport = 7");
            final Matcher found = MSS.matcher(info.out());
            assertTrue(found.find(), info::toString);
            assertEquals(largest, Integer.parseInt(found.group(1)), info::toString);
        }
    }
}
