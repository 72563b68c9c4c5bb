package dev.culvert.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** Runs {@code culvert bench} in this process. */
public final class BenchCommand {
    private static final int USAGE = 2;

    private BenchCommand() {}

    /** What it writes to standard output; it has to succeed. */
    public static String outputOf(final String... args) {
        return wordsOf(0, System.out, System::setOut, args);
    }

    /** What it writes to standard error; it has to end with this exit code. */
    public static String complaintOf(final int code, final String... args) {
        return wordsOf(code, System.err, System::setErr, args);
    }

    /** It calls the arguments wrong, in one line that says where there is help. */
    public static String refuses(final String... args) {
        final String complaint = complaintOf(USAGE, args);
        assertTrue(
                complaint.matches("culvert: bench: [^\\n]+; 'culvert bench[a-z -]* --help' explains\\n"),
                () -> String.join(" ", args) + "\n" + complaint);
        return complaint;
    }

    private static String wordsOf(
            final int code, final PrintStream stream, final Consumer<PrintStream> setter, final String... args) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        setter.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertEquals(code, Main.run(List.of(args)), () -> String.join(" ", args) + "\n" + bytes);
        } finally {
            setter.accept(stream);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
