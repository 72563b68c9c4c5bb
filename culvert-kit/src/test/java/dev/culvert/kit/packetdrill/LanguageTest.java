package dev.culvert.kit.packetdrill;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the language means, apart from what TCP does. */
final class LanguageTest {
    private static final String LISTEN = """
            0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0 bind(3, ..., ...) = 0
            +0 listen(3, 1) = 0
            """;
    private static final String OPEN = LISTEN + "+0 < S 0:0(0) win 32792 <mss 1000>\n+0 > S. 0:0(0) ack 1 <...>\n"
            + "+.1 < . 1:1(0) ack 1 win 32792\n+0 accept(3, ..., ...) = 4\n";

    private static ScriptResult run(final String text) {
        return PacketScripts.run("t.pkt", text, ScriptOptions.ipv4());
    }

    private static void passes(final String text) {
        final ScriptResult result = run(text);
        assertTrue(result.passed(), result::report);
    }

    private static void fails(final String text, final String message) {
        final ScriptResult result = run(text);
        assertTrue(!result.passed() && result.report().contains(message), () -> "report: " + result.report());
    }

    @Test
    void commandsAboutTheMachineAreLeftOutWithAWarning() {
        final ScriptResult result =
                run("`ethtool -K tun0 tso off # as slow devices are\n`\n" + LISTEN + "+0 `nstat | grep -q TcpExt`\n");
        assertTrue(result.passed(), result::report);
        assertTrue(
                result.transcript().stream()
                        .anyMatch(line -> line.contains("line 1: warning: 'ethtool -K tun0 tso off'")),
                () -> result.transcript().toString());
    }

    @Test
    void theLinkIsAsLongAsACommandSays() {
        passes("`ip link set dev tun0 mtu 9000`\n" + LISTEN
                + "+0 < S 0:0(0) win 32792 <mss 1000>\n+0 > S. 0:0(0) ack 1 <mss 8960>\n");
    }

    @Test
    void aShellScriptBesideThePacketScriptIsRead(@TempDir final Path place) throws IOException {
        Files.writeString(place.resolve("defaults.sh"), "#!/bin/sh\n# None.\nsysctl -q net.ipv4.tcp_sack=0 # none\n");
        final Path script = Files.writeString(
                place.resolve("t.pkt"),
                "`./defaults.sh`\n" + LISTEN
                        + "+0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop>\n+0 > S. 0:0(0) ack 1 <mss 1460>\n");
        final ScriptResult result = PacketScripts.run(script, ScriptOptions.ipv4());
        assertTrue(result.passed(), result::report);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 < S 0:0(0) <mss 1000> | needs a window",
                "0 < S 0:0(0) win 1 <...> | can only be expected",
                "0 < S 0:0(0) win 1 <wscale 3> | no multiple of 4",
                "0 < S 0:5(4) win 1 | do not fit together",
                "0 < Q 0:0(0) win 1 | is not a TCP flag",
                "0 < [ect01] S 0:0(0) win 1 | can only be expected",
                "0 < S 0:0(0) win 70000 | out of range",
                "0 < udp (100) | are not supported",
                "0 < [ect0] udp 40000 > 80 (100) | are not supported",
                "0 < icmp unreachable host_unreachable [udp (8)] | are not supported",
                "0 < S 0:0(0) win 1 {mut tcp mss} | changing bytes of a packet",
                "0~1 < S 0:0(0) win 1 | can only stand before a packet that is expected",
                "* socket(..., SOCK_STREAM, 6) = 3 | can only stand before a packet that is expected",
                "2~1 > S 0:0(0) | runs backwards",
                "-1 < S 0:0(0) win 1 | out of range",
                "1 < S 0:0(0) win 1 | must be at time 0",
                "0 splice(3, 4) = 0 | 'splice' is not supported",
                "0 close(7) = 0 | no open descriptor 7",
                "0 close(NOBODY) = 0 | symbol NOBODY is not known",
                "0 `reboot now` | is not run",
                "0 `sysctl -q net.ipv4.no_such_thing=1` | net.ipv4.no_such_thing",
                "0 `iptables -F` | is not run",
                "0 /* never closed | a comment is not closed",
                "0 %{ assert 1 | %{ is not closed",
                "--no_such_option=1 0 `true` | is not known",
                "--ip_version=ipx 0 `true` | --ip_version is",
                "0 < icmp unreachable flying_pig [1:2(1)] | is not a code",
                "0 < icmp packet_too_big mtu 1 | is not a type",
            })
    void whatIsWrongIsNamedWithItsLine(final String script, final String message) {
        fails(script + "\n", message);
    }

    @Test
    void theLineOfAFailureIsThatOfTheScriptWithWhatWasExpectedAndWhatCame() {
        final ScriptResult result = run(OPEN + "// a comment\n+0 write(4, ..., 10) = 10\n+0 > P. 1:12(11) ack 1\n");
        assertTrue(result.report().startsWith("t.pkt:10: "), result::report);
        assertTrue(result.report().contains("script:  +0 > P. 1:12(11) ack 1"), result::report);
        assertTrue(result.report().contains("> P. 1:11(10) ack 1"), result::report);
        assertTrue(result.report().contains("write(4, ..., 10) = 10"), result::report);
    }

    @Test
    void aPacketThatDoesNotComeAndOneThatComesLateAreTold() {
        fails(OPEN + "+0 > . 1:1(0) ack 1\n", "nothing was sent until");
        fails(
                LISTEN + "+0 < S 0:0(0) win 9 <mss 1000>\n+0 > S. 0:0(0) ack 1 <...>\n+.5 > S. 0:0(0) ack 1 <...>\n",
                "time: expected the packet at 0.5, but it came at 1");
    }

    @Test
    void aRangeAndAStarTakeAnyTimeInside() {
        passes(LISTEN + "+0 < S 0:0(0) win 9 <mss 1000>\n* > S. 0:0(0) ack 1 <...>\n+.9~+1.2 > S. 0:0(0) ack 1 <...>\n"
                + "2.9~3.1 > S. 0:0(0) ack 1 <...>\n");
    }

    @Test
    void numbersInASynAreAbsoluteAndOthersRelative() {
        passes(LISTEN + "+0 < S 1000000:1000000(0) win 32792 <mss 1000>\n"
                + "+0 > S. 7:7(0) ack 1000001 <...>\n+.1 < . 1:1(0) ack 1 win 32792\n"
                + "+0 < P. 1:11(10) ack 1 win 32792\n+0 > . 1:1(0) ack 11\n");
    }

    @Test
    void oneLineStandsForSegmentsOfOneSizeButNotStrictly() {
        final String text = OPEN + "+0 write(4, ..., 2500) = 2500\n+0 > P. 1:2501(2500) ack 1\n";
        passes(text);
        fails("--strict_segments\n" + text, "length: expected 2500, came 1000");
    }

    @Test
    void definedWordsAreReplacedFromInsideAndOutside() {
        passes("--define=N=10\n" + OPEN + "+0 write(4, ..., N) = N\n+0 > P. 1:11(10) ack 1\n");
        final ScriptOptions options = new ScriptOptions("ipv4", List.of(), Map.of("BACKLOG", "5"), Map.of(), 1);
        final String text = LISTEN.replace("listen(3, 1)", "listen(3, BACKLOG)");
        assertEquals("", PacketScripts.run("t", text, options).report());
    }

    @Test
    void aCallThatBlocksReturnsInItsTimeAndNotBefore() {
        passes(OPEN + "+0...0.2 read(4, ..., 100) = 10\n+.2 < P. 1:11(10) ack 1 win 32792\n+0 > . 1:1(0) ack 11\n");
        fails(
                OPEN + "+0...0.1 read(4, ..., 100) = 10\n+.2 < P. 1:11(10) ack 1 win 32792\n+0 > . 1:1(0) ack 11\n",
                "expected the call to return at 0.2, but it returned at 0.3");
        fails(OPEN + "+0...0.2 read(4, ..., 100) = 10\n", "it had not returned");
    }

    @Test
    void descriptorsAreTheScriptsOwn() {
        passes(OPEN.replace("= 3", "= 33").replace("(3,", "(33,").replace("= 4", "= 44")
                + "+0 write(44, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n+0 close(44) = 0\n+0 > F. 11:11(0) ack 1\n");
    }

    @Test
    void errorsAreComparedByName() {
        final String read = OPEN + "+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n+0 read(4, ..., 10) = -1 ";
        passes(read + "EAGAIN (Resource temporarily unavailable)\n");
        fails(read + "EBADF (nobody)\n", "expected EBADF, but it returned -1 EAGAIN");
    }

    @Test
    void toleratedDifferencesGoOn() {
        passes("--non_fatal=packet,syscall\n" + OPEN + "+0 write(4, ..., 10) = 11\n+0 > P. 1:11(10) ack 2\n"
                + "+.1 < . 1:1(0) ack 11 win 32792\n");
    }

    @Test
    void escapesOfTextsAreThoseOfC() {
        assertArrayEquals(
                new byte[] {'a', '\n', (byte) 0xfe, 1, '"', 7, 'z'}, Arguments.unescaped("a\\n\\xfe\\x01\\\"\\7z"));
    }

    @Test
    void anErrorInACommandOfSeveralLinesNamesItsLine() {
        fails("`sysctl -q net.ipv4.tcp_sack=0 \\\n net.ipv4.tcp_dsack=0\niptables x`\n" + LISTEN, "t.pkt:3: ");
        fails("`true\nsysctl -q net.ipv4.nothing=1`\n" + LISTEN, "t.pkt:2: sysctl net.ipv4.nothing: unknown setting");
    }

    @Test
    void theInfiniteThresholdIsKnownToCode() {
        passes(OPEN + "+0 %{ assert tcpi_snd_ssthresh == TCP_INFINITE_SSTHRESH, tcpi_snd_ssthresh }%\n");
    }
}
