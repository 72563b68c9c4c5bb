package dev.culvert.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacketdrillCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int packetdrill(final String... words) {
        final String[] args = new String[words.length + 1];
        args[0] = "packetdrill";
        System.arraycopy(words, 0, args, 1, words.length);
        return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private void refused(final String why, final String... words) {
        assertEquals(ExitCode.USAGE, packetdrill(words), why);
        assertTrue(err.toString().contains(why), err::toString);
    }

    @Test
    void whatCannotBeServedIsRefusedAtOnce() {
        refused("--socket PATH is missing");
        refused("'nonsense' is no IP address", "--socket", "s", "--local", "nonsense");
        refused(
                "--remote and --local are of different families",
                "--socket",
                "s",
                "--local",
                "192.0.2.2",
                "--remote",
                "2001:db8::1");
        refused("--remote is an address of the stack itself", "--socket", "s", "--remote", "192.168.0.1");
        refused("--mtu must be 1280 to 65535", "--socket", "s", "--remote", "2001:db8::1", "--mtu", "600");
        refused("--mtu must be 576 to 65535", "--socket", "s", "--mtu", "500");
    }

    @Test
    void aSocketThatCannotBeMadeIsOneLine() throws IOException {
        final Path file = Files.writeString(directory.resolve("file"), "");
        assertEquals(ExitCode.FAILURE, packetdrill("--socket", file.toString()));
        assertEquals("culvert: " + file + " exists and is no socket" + System.lineSeparator(), err.toString());
    }

    @Test
    void thePluginIsWrittenOnceAndReplacesNothing() throws IOException {
        final Path file = directory.resolve("pd_proxy.so");
        final int code = packetdrill("--write-plugin", file.toString());
        assertEquals(Files.exists(file) ? ExitCode.OK : ExitCode.FAILURE, code);
        Files.writeString(file, "mine");
        assertEquals(ExitCode.FAILURE, packetdrill("--write-plugin", file.toString()));
        assertEquals("mine", Files.readString(file));
        assertFalse(err.toString().contains("\tat "), err::toString);
    }
}
