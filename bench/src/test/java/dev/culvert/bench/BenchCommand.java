package dev.culvert.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs {@code culvert bench} in this process. */
public final class BenchCommand {
    private BenchCommand() {}

    /** What it writes to standard output; it has to succeed. */
    public static String outputOf(final String... args) throws IOException {
        final PrintStream before = System.out;
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertEquals(0, Main.run(List.of(args)));
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** It calls the arguments wrong. */
    public static void refuses(final String... args) throws IOException {
        assertEquals(2, Main.run(List.of(args)), () -> String.join(" ", args));
    }
}
