package dev.culvert.bench;

import dev.culvert.tun.device.PcapngFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a command writes besides standard output. Asked before it measures, so that nothing is measured for nobody. */
public final class OutputFiles {
    private OutputFiles() {}

    /** Fails unless the file can be written, which keeps what stands in it; null: none is wanted. */
    public static void requireFile(final Path file) throws IOException {
        if (file != null) {
            try {
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                        .close();
            } catch (final IOException e) {
                throw PcapngFile.cannotWrite(file, e);
            }
        }
    }

    /** Fails unless the directory is there or can be made, and takes files; null: none is wanted. */
    public static void requireDirectory(final Path directory) throws IOException {
        if (directory != null) {
            try {
                Files.createDirectories(directory);
                Files.delete(Files.createTempFile(directory, "culvert", null));
            } catch (final IOException e) {
                throw PcapngFile.cannotWrite(directory, e);
            }
        }
    }

    /** Writes a file anew. */
    public static void write(final Path file, final CharSequence text) throws IOException {
        try {
            Files.writeString(file, text);
        } catch (final IOException e) {
            throw PcapngFile.cannotWrite(file, e);
        }
    }
}
