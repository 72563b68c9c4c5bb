package dev.culvert.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts against this machine's kernel. No timer of the kernel's plays a part in these: a busy machine changes nothing. */
@Tag("e2e")
class AgainstKernelTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int both(final String text) throws IOException {
        final Path script = Files.writeString(directory.resolve("one.pkt"), text);
        return Main.execute(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                "script",
                "--against",
                "both",
                "--tolerance-ms",
                "1000",
                script.toString());
    }

    private String said() {
        return out + "\n" + err;
    }

    @Test
    void aClosedPortRefusesAsLinuxDoes() throws IOException {
        assertEquals(ExitCode.OK, both("0 < S 0:0(0) win 1000 <mss 1000>\n+0 > R. 0:0(0) ack 1 win 0\n"), this::said);
    }

    @Test
    void aListenerResetsAnAckAsLinuxDoes() throws IOException {
        final String script = """
            0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0 bind(3, ..., ...) = 0
            +0 listen(3, 1) = 0
            +0 < . 1:1(0) ack 99 win 1000
            +0 > R 99:99(0) win 0
            +0 close(3) = 0
            """;
        assertEquals(ExitCode.OK, both(script), this::said);
    }

    @Test
    void aWrongScriptFailsOnBoth() throws IOException {
        final String script = "0 < S 0:0(0) win 1000 <mss 1000>\n+0 > R. 0:0(0) ack 2 win 0\n";
        assertEquals(ExitCode.FAILURE, both(script), this::said);
        assertTrue(said().contains("against Culvert: "), this::said);
        assertTrue(said().contains("against Linux: "), this::said);
    }
}
