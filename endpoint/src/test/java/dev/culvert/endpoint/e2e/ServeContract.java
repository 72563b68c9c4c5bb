package dev.culvert.endpoint.e2e;

import static dev.culvert.endpoint.e2e.Workspace.GIB;
import static dev.culvert.endpoint.e2e.Workspace.KIB;
import static dev.culvert.endpoint.e2e.Workspace.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What real clients of the kernel's TCP see of one endpoint that serves them all, over IPv4 and IPv6. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServeContract {
    /** Half of the largest file: the endpoint's memory has nothing to do with the size of what it serves. */
    private static final long MOST_RESIDENT_KIB = GIB / 2 / KIB;

    private static final Pattern RESIDENT = Pattern.compile("VmHWM:\\s+([0-9]+) kB");

    private final Somebody owner;
    private Serving serving;

    ServeContract(final Somebody owner) {
        this.owner = owner;
    }

    @BeforeAll
    void start() throws Exception {
        Tools.check();
        final String http = "http:80=" + Workspace.get().www();
        serving = Serving.start(owner, "-v", "echo", "discard", "daytime", http);
        for (final Family family : Family.values()) { // a JVM that has just started answers late
            curl(family, 1).succeeds();
        }
    }

    @AfterAll
    void stop() {
        if (serving != null) {
            serving.close();
        }
    }

    @AfterEach
    void everyConnectionEndsAndNoPacketWasBad() throws Exception {
        serving.awaitStatistic("connections", 0);
        serving.awaitStatistic("half-open", 0);
        assertEquals(0, serving.number("counters", "Drop.TCP_CSUM"));
        assertEquals(0, serving.number("counters", "Drop.IP_CSUM"));
        assertEquals(0, serving.number("counters", "Drop.TCP_HDR"));
    }

    private Outcome curl(final Family family, final long bytes) throws IOException, InterruptedException {
        return serving.sh("curl -sS --fail -m 80 \"$1\" | sha256sum", url(family, bytes));
    }

    private static String url(final Family family, final long bytes) throws IOException {
        return family.url(Workspace.get().file(bytes));
    }

    private static void assertSum(final long bytes, final Outcome outcome) throws IOException {
        outcome.succeeds();
        assertEquals(Workspace.get().sha256(bytes) + "  -", outcome.word(), outcome::toString);
    }

    @ParameterizedTest
    @CsvSource({"V4,0", "V6,0", "V4,1", "V6,1", "V4,1048576", "V6,1048576"})
    void curlGetsEveryByte(final Family family, final long bytes) throws Exception {
        assertSum(bytes, curl(family, bytes));
    }

    @ParameterizedTest
    @EnumSource
    void aGibibyteTakesNoMoreMemoryThanAByte(final Family family) throws Exception {
        assertSum(GIB, curl(family, GIB));

        final String status = Files.readString(
                Path.of("/proc", Long.toString(serving.program().pid()), "status"));
        final var resident = RESIDENT.matcher(status);
        assertTrue(resident.find(), status);
        assertTrue(Long.parseLong(resident.group(1)) < MOST_RESIDENT_KIB, status);
    }

    @ParameterizedTest
    @EnumSource
    void aHundredCurlsAtOnce(final Family family) throws Exception {
        final Outcome all = serving.sh(
                "seq 100 | xargs -P 100 -I '{}' sh -c 'curl -sS --fail -m 80 \"$1\" | sha256sum' sh \"$1\" | sort | uniq -c",
                url(family, MIB));

        all.succeeds();
        assertEquals("100 " + Workspace.get().sha256(MIB) + "  -", all.word(), all::toString);
        final boolean handedOver = serving.number("counters", "IpTakenOver") > 0;
        assertEquals(serving.home().queues() > 1, handedOver, "first packets that came to another queue");
    }

    @ParameterizedTest
    @EnumSource
    void curlKeepsItsConnection(final Family family) throws Exception {
        final long before = serving.number("counters", "TcpPassiveOpens");

        final Outcome three = serving.sh(
                "curl -sS --fail -m 80 -w '%{num_connects} %{size_download}\\n' -o /dev/null \"$1\" -o /dev/null \"$2\" "
                        + "-o /dev/null \"$3\"",
                url(family, MIB), url(family, 0), url(family, 1));

        three.succeeds();
        assertEquals("1 1048576\n0 0\n0 1\n", three.out(), three::toString);
        assertEquals(1, serving.number("counters", "TcpPassiveOpens") - before);
    }

    @ParameterizedTest
    @CsvSource({"V4,20009", "V6,20010"})
    void everyByteOfAnUploadIsCounted(final Family family, final int port) throws Exception {
        serving.sh("head -c \"$1\" /dev/zero | nc -N -p \"$2\" \"$3\" 9", 64 * MIB + 1, port, family.culvert)
                .succeeds();

        serving.program()
                .awaitErr(Pattern.quote(family.kernelAt(port)) + " discard: 67108865 bytes in, 0 out, .*, closed");
    }

    @ParameterizedTest
    @EnumSource
    void echoGoesOnAfterTheClientHasClosedItsHalf(final Family family) throws Exception {
        final Path file = Workspace.get().www().resolve(Workspace.get().file(8 * MIB));

        final Outcome echo = serving.sh("nc -N \"$1\" 7 <\"$2\" | sha256sum", family.culvert, file);

        assertSum(8 * MIB, echo);
    }

    @ParameterizedTest
    @EnumSource
    void theClientMayGoOnAfterWeHaveClosedOurHalf(final Family family) throws Exception {
        final long timeWaits = serving.number("stats", "time-wait");
        final long resets = serving.number("counters", "TcpOutRsts");

        // daytime closes first; nc sends its FIN only when its own input ends, after the answer has come
        final Outcome time = serving.sh(
                "mkfifo \"$1\"; { read -r line; echo \"$line\"; } < <(nc -N \"$2\" 13 < <(cat \"$1\"; echo late)) "
                        + "&& echo >\"$1\" && wait",
                serving.home().file("gate-" + family),
                family.culvert);

        assertTrue(time.succeeds().out().matches("[A-Z][a-z]+day, .* 20[0-9]{2} .*\\s*"), time::toString);
        serving.awaitStatistic("connections", 0);
        assertEquals(timeWaits + 1, serving.number("stats", "time-wait"), "who closes first keeps TIME-WAIT");
        assertEquals(resets, serving.number("counters", "TcpOutRsts"), "text that comes late is no reason for a reset");
    }

    @ParameterizedTest
    @EnumSource
    void aClosedPortRefusesAtOnce(final Family family) throws Exception {
        final Outcome refused = serving.sh("nc -v -w 60 \"$1\" 4", family.culvert);

        assertEquals(1, refused.exit(), refused::toString);
        assertTrue(refused.err().contains("Connection refused"), refused::toString);
    }

    @ParameterizedTest
    @CsvSource({"V4,56", "V6,56", "V4,0", "V6,0", "V4,4000", "V6,4000", "V4,60000", "V6,60000"})
    void pingIsAnsweredAlsoInFragments(final Family family, final int size) throws Exception {
        final Outcome ping = serving.sh("ping -n -c 2 -i 0.2 -W 20 -s \"$1\" \"$2\"", size, family.culvert);

        assertTrue(ping.succeeds().out().contains("2 received"), ping::toString);
    }

    @ParameterizedTest
    @CsvSource({"V4,20080", "V6,20081"})
    void aClientKilledInMidTransferLeavesNothingBehind(final Family family, final int port) throws Exception {
        final String localPort = Integer.toString(port);
        final ProcessBuilder curl = serving.inside("curl", "-sS", "--local-port", localPort, url(family, GIB));
        try (Program client = Program.startUnread(curl)) {
            assertEquals(MIB, client.unreadOutput().readNBytes(MIB).length);
            client.signal("KILL");
        }

        serving.program().awaitErr(Pattern.quote(family.kernelAt(port)) + " http: .*reset");
        serving.awaitStatistic("connections", 0);
        assertSum(MIB, curl(family, MIB));
    }

    @ParameterizedTest
    @CsvSource({"V4,20011", "V6,20012"})
    void anUploaderKilledInMidTransferLeavesNothingBehind(final Family family, final int port) throws Exception {
        final ProcessBuilder nc = serving.inside("nc", "-p", Integer.toString(port), family.culvert, "9");
        try (Program client = Program.start(nc)) {
            client.says("x".repeat(MIB));
            client.signal("KILL");
        }

        serving.program().awaitErr(Pattern.quote(family.kernelAt(port)) + " discard: [0-9]+ bytes in");
        serving.awaitStatistic("connections", 0);
    }

    @ParameterizedTest
    @CsvSource({"V4,20090", "V6,20091"})
    void theKernelWaitsWhenItClosesFirst(final Family family, final int port) throws Exception {
        serving.sh("curl -sS --fail --local-port \"$1\" -o /dev/null \"$2\"", port, url(family, MIB))
                .succeeds();

        final String ours = Pattern.quote(family.kernelAt(port)) + "\\s+" + Pattern.quote(family.culvertAt(80));
        serving.awaitInside(
                "TIME-WAIT of port " + port,
                rows -> rows.lines().anyMatch(row -> row.matches("TIME-WAIT\\s.*" + ours + ".*")),
                "ss -Htan");
        assertNothingIsHalfClosed();
    }

    @ParameterizedTest
    @CsvSource({"V4,20013", "V6,20014"})
    void theKernelIsDoneWhenWeCloseFirst(final Family family, final int port) throws Exception {
        serving.sh("nc -d -N -p \"$1\" \"$2\" 13", port, family.culvert).succeeds();

        serving.awaitInside("no row of port " + port, rows -> !rows.contains(":" + port + " "), "ss -Htan");
        assertNothingIsHalfClosed();
    }

    /** Only TIME-WAIT is left, in particular no CLOSE-WAIT and no FIN-WAIT that nobody answers. */
    private void assertNothingIsHalfClosed() throws IOException, InterruptedException {
        serving.awaitInside(
                "TIME-WAIT only", rows -> rows.lines().allMatch(row -> row.startsWith("TIME-WAIT")), "ss -Htan");
    }
}
