package dev.culvert.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptCommandTest {
    private static final String REFUSAL = "0 < S 0:0(0) win 1000 <mss 1000>\n+0 > R. 0:0(0) ack 1 win 0\n";
    private static final String WRONG = "0 < S 0:0(0) win 1000 <mss 1000>\n+0 > R. 0:0(0) ack 2 win 0\n";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int script(final Object... words) {
        final String[] args = new String[words.length + 1];
        args[0] = "script";
        for (int i = 0; i < words.length; i++) {
            args[i + 1] = words[i].toString();
        }
        return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private Path file(final String name, final String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    @Test
    void aDirectoryRunsAllItsScriptsAndTellsOfTheFailure() throws IOException {
        file("good.pkt", REFUSAL);
        file("wrong.pkt", WRONG);
        assertEquals(ExitCode.FAILURE, script(directory));
        assertTrue(out.toString().contains("wrong.pkt:2: acknowledgment number: expected 2, came 1"), out::toString);
        assertTrue(out.toString().endsWith("1 passed, 1 failed" + System.lineSeparator()), out::toString);
    }

    @Test
    void aFailureThatIsExpectedIsNoneUntilItPasses() throws IOException {
        final Path wrong = file("wrong.pkt", WRONG);
        final Path list = file("list", "# known\nwrong.pkt # the reason\n");
        assertEquals(ExitCode.OK, script("--expected-failures", list, wrong));
        assertEquals("0 passed, 0 failed, 1 failed as expected" + System.lineSeparator(), out.toString());
        Files.writeString(wrong, REFUSAL);
        assertEquals(ExitCode.FAILURE, script("--expected-failures", list, wrong));
        assertTrue(out.toString().contains("take it off the list"), out::toString);
    }

    @Test
    void whatItCannotRunAgainstIsAUsageError() throws IOException {
        final Path good = file("good.pkt", REFUSAL);
        assertEquals(ExitCode.USAGE, script("--against", "moon", good));
        assertTrue(err.toString().contains("--against is culvert, kernel or both, not moon"), err::toString);
        assertEquals(ExitCode.USAGE, script("--tolerance-ms", 0, good));
        assertTrue(err.toString().contains("--tolerance-ms is 1 to 1000, not 0"), err::toString);
    }

    @Test
    void itRunsOverIpv6AndWritesWhatItSaw() throws IOException {
        final Path good = file("good.pkt", REFUSAL);
        final Path pcap = directory.resolve("run.pcap");
        assertEquals(ExitCode.OK, script("--ip-version", "ipv6", "-v", "--pcap", pcap, good));
        assertTrue(out.toString().contains("> R. 0:0(0) ack 1 win 0"), out::toString);
        assertEquals(24 + 2 * 16 + (40 + 24) + (40 + 20), Files.size(pcap));
    }

    @Test
    void whatCannotBeAskedForIsUsage() throws IOException {
        assertEquals(ExitCode.USAGE, script(directory.resolve("none.pkt")));
        assertTrue(err.toString().contains("there is no "), err::toString);
        assertEquals(ExitCode.USAGE, script("--ip-version", "ipx", file("good.pkt", REFUSAL)));
        assertEquals(ExitCode.USAGE, script());
        assertEquals(ExitCode.FAILURE, script(Files.createDirectory(directory.resolve("empty"))));
    }

    @Test
    void listRunsNothing() throws IOException {
        file("wrong.pkt", WRONG);
        assertEquals(ExitCode.OK, script("--list", directory));
        assertEquals(directory.resolve("wrong.pkt") + System.lineSeparator(), out.toString());
    }
}
