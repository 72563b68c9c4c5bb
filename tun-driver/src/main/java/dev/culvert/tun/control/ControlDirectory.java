package dev.culvert.tun.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where the control sockets of one user lie: {@code $XDG_RUNTIME_DIR/culvert}, or {@code /tmp/culvert-UID} where there is no
 * such directory. Mode 0700, so that only the user (and root) gets at them. Any thread.
 */
public final class ControlDirectory {
    private static final String SUFFIX = ".sock";
    private static final int MAX_PATH_BYTES = 107; // sun_path of unix(7), less the final NUL

    private final Path directory;

    /** A directory of one's own, for tests and special set-ups. */
    public ControlDirectory(final Path directory) {
        this.directory = directory;
    }

    /** The calling user's directory. */
    public static ControlDirectory ofUser() throws IOException {
        final String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime != null && Files.isWritable(Path.of(runtime))) {
            return new ControlDirectory(Path.of(runtime, "culvert"));
        }
        return new ControlDirectory(Path.of("/tmp", "culvert-" + uid()));
    }

    private static Object uid() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /** The path of a name's socket: 1 to 64 letters, digits, dots, dashes and underlines. */
    Path socket(final String name) throws ControlException {
        if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")) {
            throw new ControlException("not a name (letters, digits, '.', '-' and '_'): '" + name + "'");
        }
        final Path path = directory.resolve(name + SUFFIX);
        if (path.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw new ControlException("the path is too long for a unix socket: " + path);
        }
        return path;
    }

    /** Makes the directory, or checks that the one that is there belongs to the user alone. */
    void prepare() throws IOException, ControlException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(directory.getParent());
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        final boolean ours = Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && Files.getAttribute(directory, "unix:uid").equals(uid())
                && PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))
                        .equals("rwx------");
        if (!ours) {
            throw new ControlException(directory + " is not a directory of mode 0700 that belongs to you; remove it");
        }
    }

    /** Names of the endpoints that run, in alphabetical order. Sockets that nobody listens on are removed. */
    public List<String> names() throws IOException {
        final List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> sockets = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (final Path socket : sockets) {
                if (isAlive(socket)) {
                    final String file = socket.getFileName().toString();
                    names.add(file.substring(0, file.length() - SUFFIX.length()));
                }
            }
        } catch (final NoSuchFileException none) {
            return List.of();
        }
        Collections.sort(names);
        return names;
    }

    /** Whether somebody listens; removes the socket if not. */
    static boolean isAlive(final Path socket) throws IOException {
        try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return probe.isConnected();
        } catch (final ConnectException stale) {
            Files.deleteIfExists(socket);
            return false;
        } catch (final IOException unreachable) { // no such file, or another user's
            return false;
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
