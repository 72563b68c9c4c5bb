package dev.culvert.kit.proxy;

import dev.culvert.kit.posix.Sockets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Settings that somebody else appends to a file while a script runs, one {@code NAME=VALUE} a line: packetdrill runs the
 * {@code sysctl} commands of its scripts in a shell, where they would change the wrong system. Empty lines and those that
 * begin with # say nothing. Single-threaded.
 */
final class SysctlFile {
    private final Path path;
    private final Consumer<String> complaints;
    private long readBytes;
    private int lines;

    /** Reads this file, which need not exist yet; null: none. What cannot be used is complained about. */
    SysctlFile(final Path path, final Consumer<String> complaints) {
        this.path = path;
        this.complaints = complaints;
    }

    /** A session begins: everything in the file counts for it. */
    void rewind() {
        readBytes = 0;
        lines = 0;
    }

    /** Takes over what was written since the last time; a file that has become shorter is read from its beginning. */
    void refresh(final Sockets sockets) {
        if (path == null) {
            return;
        }
        try {
            final long size = Files.size(path);
            if (size < readBytes) {
                rewind();
            }
            if (size > readBytes) {
                read(sockets);
            }
        } catch (final NoSuchFileException notYet) {
            rewind();
        } catch (final IOException unreadable) {
            complaints.accept(path + ": " + unreadable.getMessage());
        }
    }

    /** Whole lines only: somebody may be in the middle of writing one. */
    private void read(final Sockets sockets) throws IOException {
        final String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int start = (int) readBytes;
        for (int at = start; at < bytes.length; at++) {
            if (bytes[at] == '\n') {
                lines++;
                apply(new String(bytes, start, at - start, StandardCharsets.UTF_8).trim(), sockets);
                start = at + 1;
            }
        }
        readBytes = start;
    }

    private void apply(final String line, final Sockets sockets) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        final int equals = line.indexOf('=');
        try {
            if (equals < 0) {
                throw new IllegalArgumentException("'" + line + "' is not NAME=VALUE");
            }
            sockets.sysctl(
                    line.substring(0, equals).trim(), line.substring(equals + 1).trim());
        } catch (final IllegalArgumentException refused) {
            complaints.accept(path + ":" + lines + ": " + refused.getMessage());
        }
    }
}
