package dev.culvert.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {
    @TempDir
    private Path directory;

    @Test
    void whatCanBeWrittenIsLeftAsItIs() throws IOException {
        final Path file = Files.writeString(directory.resolve("file"), "before");
        OutputFiles.requireFile(file);
        OutputFiles.requireDirectory(directory);
        OutputFiles.requireFile(null);
        OutputFiles.requireDirectory(null);

        assertEquals("before", Files.readString(file));
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void aDirectoryIsMadeWithAllAboveIt() throws IOException {
        OutputFiles.requireDirectory(directory.resolve("a/b"));

        assertTrue(Files.isDirectory(directory.resolve("a/b")));
    }

    @Test
    void whatCannotBeWrittenIsNamedWithTheReason() throws IOException {
        final Path file = Files.createFile(directory.resolve("file"));

        refused(() -> OutputFiles.requireFile(directory), directory, "Is a directory");
        refused(() -> OutputFiles.requireFile(file.resolve("x")), file.resolve("x"), "Not a directory");
        refused(() -> OutputFiles.write(file.resolve("x"), ""), file.resolve("x"), "Not a directory");
        refused(() -> OutputFiles.requireDirectory(file), file, "there is a file of that name");
        refused(() -> OutputFiles.requireDirectory(Path.of("/proc")), Path.of("/proc"), "there is no such directory");
    }

    private static void refused(final Executable what, final Path path, final String why) {
        assertEquals(
                "cannot write " + path + " (" + why + ")",
                assertThrows(IOException.class, what).getMessage());
    }
}
