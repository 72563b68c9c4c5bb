package dev.culvert.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int culvert(final String line) {
        final String[] args = line.isEmpty() ? new String[0] : line.split(" ", -1);
        return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @Test
    void withoutACommandItSaysSoAndHowToGoOn() {
        assertEquals(ExitCode.USAGE, culvert(""));
        assertTrue(err.toString().startsWith("Missing command"), err::toString);
        assertTrue(err.toString().contains("Usage: culvert"), err::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-command", "--no-such-option"})
    void whatItDoesNotUnderstandIsAUsageError(final String word) {
        assertEquals(ExitCode.USAGE, culvert(word));
        assertTrue(err.toString().contains(word), err::toString);
        assertEquals("", out.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve",
                "connect",
                "listen",
                "ping",
                "exec",
                "ctl",
                "ss",
                "script",
                "packetdrill",
                "simulate",
                "lab",
                "doctor"
            })
    void everyCommandExplainsItselfOnStandardOutput(final String command) {
        assertEquals(ExitCode.OK, culvert(command + " --help"));
        assertTrue(out.toString().contains("culvert " + command), out::toString);
        assertTrue(out.toString().contains("xample") || out.toString().contains("Exit codes"), out::toString);
        assertEquals("", err.toString());
    }

    /** Lines that picocli breaks once more leave a word on a line of its own, and an example that cannot be copied. */
    @ParameterizedTest
    @MethodSource("commands")
    void whatStandsBelowTheOptionsIsShownInTheLinesInWhichItWasWritten(final String line, final Class<?> command) {
        culvert(line + "--help");
        final List<String> shown = out.toString().lines().toList();
        for (final String written : command.getAnnotation(Command.class).footer()) {
            assertTrue(shown.contains(written.formatted()), () -> written + "\n" + out);
        }
    }

    static Stream<Arguments> commands() {
        return Stream.concat(
                Stream.of(Arguments.of("", Main.class)),
                Main.commands(List.of()).entrySet().stream()
                        .map(named -> Arguments.of(
                                named.getKey() + " ", named.getValue().get().getClass())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "serve telnet:23 | 'telnet' is no service; there are echo, discard, daytime, chargen, http",
                "serve echo:0 | 'echo:0': the port must be 1 to 65535",
                "serve echo:7 discard:7 | port 7 is asked for twice: by echo:7 and by discard:7",
                "serve http:80=/no/such/directory | '/no/such/directory' is no directory",
                "serve echo:7=/tmp | only http takes a directory, not echo",
                "serve --mtu 100 | 576 to 65535, not 100",
                "serve --mtu 70000 | --mtu: an MTU must be 576 to 65535, not 70000",
                "serve --mtu 575 | --mtu: an MTU must be 576 to 65535, not 575",
                "serve --mtu 10 | --mtu: an MTU must be 576 to 65535, not 10",
                "serve --mtu x | Invalid value for option '--mtu'",
                "serve --msl 0 | --msl: 0 is outside 1 to 600000",
                "serve --preset plan9 | 'plan9' is no preset; there are rfc, linux, bsd, windows, windows-60",
                "serve --congestion vegas | --congestion: unknown congestion control 'vegas'; there is bbr, cubic,",
                "serve --preset rfc --msl 0 | --msl: 0 is outside 1 to 600000",
                "serve --memory much | --memory: 'much' is not a size such as 512M or 2G",
                "serve --spin 10001 | --spin: 0 to 10000 µs, not 10001",
                "serve --spin=-1 | --spin: 0 to 10000 µs, not -1",
                "serve --memory 1K | --memory: 1024 bytes of memory are too little: at least 1 MiB is needed",
                "serve --memory 2M --time-wait-max 50000 | 50000 connections in TIME-WAIT take 2400000 bytes, more than the memory limit of 2097152",
                "serve --time-wait-max 0 | --time-wait-max: 0 is outside 1 to 16777215",
                "connect --time-wait-overflow lru 10.0.0.1 1 | 'lru' is no policy; there are drop-new, drop-oldest, reset",
                "serve --addr4 10.83.0.2/33 | --addr4: prefix length out of range",
                "serve --addr4 10.83.0.2 | leaves room for the kernel's side, such as 10.83.0.2/24",
                "serve --addr4 fd83::2/64 | --addr4: fd83::2 is of the other family",
                "serve --addr4 none --addr6 none | leave no address",
                "serve --impair loss=200% | --impair: ",
                "serve --tun a/b | --tun: not an interface name",
                "connect 10.83.0.1 | Missing required parameter: 'PORT'",
                "connect 10.83.0.1 0 | '0' is no port: 1 to 65535",
                "connect 10.83.0.1 http | 'http' is no port: 1 to 65535",
                "listen | One PORT is needed",
                "listen -p 1 2 | One PORT is needed",
                "ping | Missing required parameter: 'HOST'",
                "ping -c 0 10.83.0.1 | -c must be at least 1",
                "exec | There is no command to run",
                "ctl | Say what to do",
                "ss state | a state must follow 'state': listening, syn-sent, syn-recv, established, fin-wait-1",
                "ss state timewait | 'timewait' is no state; there are listening, ",
                "ss dst 10.0.0.1 | 'dst' is no filter; there are: state STATE, exclude STATE",
                "ss -tan --limit 0 | --limit must be at least 1",
                "ss -s --by-peer | exclude each other",
                "simulate | Missing required parameter: 'SCENARIO'",
                "ctl set msl-ms | Missing required parameter: 'VALUE'",
            })
    void usageErrorsSayWhatWouldBeRight(final String line, final String message) {
        assertEquals(ExitCode.USAGE, culvert(line));
        assertTrue(err.toString().contains(message), err::toString);
        assertTrue(err.toString().contains("--help"), err::toString);
        assertEquals("", out.toString());
    }

    @Test
    void aHostThatNobodyKnowsIsAFailureInOneLine() {
        assertEquals(ExitCode.FAILURE, culvert("connect -6 10.83.0.1 80"));
        assertEquals("culvert: 10.83.0.1 has no IPv6 address, and only such was asked for\n", err.toString());
    }
}
