package dev.culvert.endpoint.e2e;

import static dev.culvert.endpoint.e2e.Workspace.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What Wireshark finds to complain about on a clean link: in our own capture, and in one that the kernel made at its end of the
 * interface.
 */
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CaptureTest {
    /**
     * Who is late, because a JVM has just started or because the machine is busy, makes the other end send again what is on its
     * way; that says nothing about the link or about anybody's TCP.
     */
    private static final List<String> PATIENT_CULVERT = List.of("set min-rto-ms 20000", "set tail-loss-probe false");

    /** No client has a port by which Wireshark takes noise for a protocol, such as 57000 for IRC. */
    private static final String PATIENT_KERNEL = """
            echo 50000 56999 >/proc/sys/net/ipv4/ip_local_port_range \
                    && echo 0 >/proc/sys/net/ipv4/tcp_early_retrans \
                    && ip route add 10.83.0.2/32 dev culvert0 src 10.83.0.1 rto_min 20s \
                    && ip -6 route add fd83::2/128 dev culvert0 src fd83::1 rto_min 20s
            """;

    private static final String TRAFFIC = """
            for host in 10.83.0.2 fd83::2; do
                url=http://$host; [ "$host" = 10.83.0.2 ] || url="http://[$host]"
                curl -sS --fail -m 80 -o /dev/null "$url/0.bin" -o /dev/null "$url/$2" -o /dev/null "$url/1.bin" || exit 1
                seq 8 | xargs -P 8 -I '{}' curl -sS --fail -m 80 -o /dev/null "$url/$2" || exit 1
                nc -N "$host" 9 <"$1/$2" || exit 1
                nc -N "$host" 7 <"$1/$2" | cmp - "$1/$2" || exit 1
                nc -d -N "$host" 13 || exit 1
                ! nc -z "$host" 4 || exit 1
                ping -n -q -c 2 -i 0.2 -s 3000 "$host" || exit 1
            done
            """;

    /** Linux writes 0xFFFF where RFC 1071 arithmetic gives 0: the same number, but Wireshark objects to it. */
    private static final String LINUX_ZERO = "(tcp.checksum == 0xffff && (ip.src == 10.83.0.1 || ipv6.src == fd83::1))";

    private static final String DAMAGED = "_ws.malformed || (tcp.checksum.status == 0 && !" + LINUX_ZERO + ")"
            + " || ip.checksum.status == 0 || icmp.checksum.status == 0 || icmpv6.checksum.status == 0";

    private static final String SENT_AGAIN = "tcp.analysis.retransmission || tcp.analysis.fast_retransmission"
            + " || tcp.analysis.spurious_retransmission || tcp.analysis.out_of_order || tcp.analysis.lost_segment"
            + " || tcp.analysis.duplicate_ack";

    private Path ours;
    private Path kernels;

    @BeforeAll
    void aRunOnACleanLink() throws Exception {
        Tools.check();
        final Home home = Home.of(Somebody.ROOT);
        ours = home.file("culvert.pcapng");
        kernels = home.file("kernel.pcapng");
        final Path www = Workspace.get().www();
        for (final int size : new int[] {0, 1}) {
            Workspace.get().file(size);
        }
        try (Serving serving = Serving.start(
                home,
                "--offload",
                "off",
                "--queues",
                "1", // between two queues an ACK may be overtaken, and then earns another one
                "--pcap",
                ours.toString(),
                "echo",
                "discard",
                "daytime",
                "http:80=" + www)) {
            serving.sh(PATIENT_KERNEL).succeeds();
            for (final String setting : PATIENT_CULVERT) {
                home.control(setting);
            }
            try (KernelCapture kernel = KernelCapture.start(serving, kernels)) {
                serving.sh(TRAFFIC, www, Workspace.get().file(2 * MIB)).succeeds();
                serving.awaitStatistic("connections", 0);
                kernel.end();
            }
            serving.program().signal("INT").await().succeeds();
        }
    }

    @AfterAll
    void removeCaptures() {
        Stream.of(ours, kernels).forEach(file -> file.toFile().delete());
    }

    Stream<Path> captures() {
        return Stream.of(ours, kernels);
    }

    @ParameterizedTest
    @MethodSource("captures")
    void allTrafficIsThere(final Path capture) throws Exception {
        final List<String> lines = Tshark.read(
                        capture,
                        "tcp.flags == 0x012 || (tcp.port == 4 && tcp.flags.reset == 1) || data.len > 2900",
                        "_ws.col.Info")
                .lines()
                .toList();

        assertEquals(2 * (1 + 8 + 3), count(lines, "[SYN, ACK]"), lines::toString);
        assertEquals(2, count(lines, "[RST, ACK]"), lines::toString);
        assertEquals(8, count(lines, "Echo (ping)"), lines::toString);
    }

    private static long count(final List<String> lines, final String text) {
        return lines.stream().filter(line -> line.contains(text)).count();
    }

    @ParameterizedTest
    @MethodSource("captures")
    void noPacketIsLargerThanTheMtu(final Path capture) throws Exception {
        assertEquals("", Tshark.read(capture, "frame.cap_len > 1500"));
    }

    @ParameterizedTest
    @MethodSource("captures")
    void noPacketIsMalformedOrHasABadChecksum(final Path capture) throws Exception {
        assertEquals("", Tshark.read(capture, DAMAGED));
    }

    @ParameterizedTest
    @MethodSource("captures")
    void nothingIsSentAgainOnACleanLink(final Path capture) throws Exception {
        assertEquals("", Tshark.read(capture, SENT_AGAIN));
    }
}
