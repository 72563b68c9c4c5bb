package dev.culvert.tun.netns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs programs as an ordinary user. When the test runs as root, that user is nobody, with a device node of the wanted mode
 * in a mount namespace of its own; else it is the user who runs the test, with the host's node.
 */
final class Unprivileged {
    private static final String AS_NOBODY = """
            set -e
            mount -t tmpfs tmpfs /dev/net
            mknod /dev/net/tun c 10 200
            chmod "$1" /dev/net/tun
            shift
            exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
            """;

    private Unprivileged() {}

    static boolean testRunsAsRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    /** The command as an ordinary user who finds a device node of this mode. */
    static List<String> command(final String nodeMode, final List<String> command) throws IOException {
        if (!testRunsAsRoot()) {
            return command;
        }
        final List<String> words =
                new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", AS_NOBODY, "culvert", nodeMode));
        words.addAll(command);
        return words;
    }

    /** A class path that everybody can read: the local repository may lie in root's home. */
    static String readableClassPath(final Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        final List<Path> copies = new ArrayList<>();
        for (final Path entry : TestJvm.classPathEntries()) {
            if (Files.exists(entry)) {
                final Path copy = directory.resolve(copies.size() + "-" + entry.getFileName());
                copy(entry, copy);
                copies.add(copy);
            }
        }
        return copies.stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    private static void copy(final Path from, final Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : (Iterable<Path>) files::iterator) {
                final Path target = file.equals(from) ? to : to.resolve(from.relativize(file));
                Files.copy(file, target);
                final boolean directory = Files.isDirectory(target);
                Files.setPosixFilePermissions(
                        target, PosixFilePermissions.fromString(directory ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }
}
