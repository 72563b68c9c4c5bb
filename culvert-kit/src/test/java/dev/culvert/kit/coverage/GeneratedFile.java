package dev.culvert.kit.coverage;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file that is both generated and checked in: a run with {@code -Dculvert.update=true} writes it, any other compares. */
public final class GeneratedFile {
    /** What a contributor runs to bring all of them up to date. */
    public static final String COMMAND = "tools/update-docs";

    private GeneratedFile() {}

    /** The folder of the project, whichever module's folder the tests run in. */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("stack-core"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    /** Fails when the file does not hold just this text, naming the first line that differs. */
    public static void check(final Path file, final String text) throws IOException {
        if (Boolean.getBoolean("culvert.update")) {
            Files.writeString(file, text);
            return;
        }
        final List<String> want = text.lines().toList();
        final List<String> have =
                Files.exists(file) ? Files.readString(file).lines().toList() : List.of();
        if (want.equals(have)) {
            return;
        }
        int line = 0;
        while (line < want.size() && line < have.size() && want.get(line).equals(have.get(line))) {
            line++;
        }
        fail(root().relativize(file) + ":" + (line + 1) + " is out of date; " + COMMAND
                + " writes it anew\n  there is: " + at(have, line) + "\n  should be: " + at(want, line));
    }

    private static String at(final List<String> lines, final int index) {
        return index < lines.size() ? lines.get(index) : "nothing";
    }
}
