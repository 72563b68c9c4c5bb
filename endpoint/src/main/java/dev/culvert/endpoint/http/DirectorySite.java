package dev.culvert.endpoint.http;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;

/**
 * The files below a directory. No path leads out of it: neither by {@code ..} nor by a symbolic link; links that stay inside
 * are followed. Only regular files are opened, so that nobody can make the stack wait for a FIFO.
 */
final class DirectorySite implements Site {
    private static final String INDEX = "index.html";

    private final Path root;

    /** Below this directory, wherever it really is. */
    DirectorySite(final Path directory) throws IOException {
        root = directory.toRealPath();
    }

    @Override
    public Finding find(final String path) {
        try {
            final String relative = path.substring(1);
            return leadsUp(relative)
                    ? Finding.Refused.NOT_FOUND
                    : look(root.resolve(relative.replaceAll("^/+", "")), path);
        } catch (final NoSuchFileException | NotDirectoryException | InvalidPathException missing) {
            return Finding.Refused.NOT_FOUND;
        } catch (final AccessDeniedException denied) {
            return Finding.Refused.FORBIDDEN;
        } catch (final IOException failure) { // a loop of links, a name that is too long, a broken disk
            return Finding.Refused.NOT_FOUND;
        }
    }

    private static boolean leadsUp(final String relative) {
        return Arrays.asList(relative.split("/", -1)).contains("..");
    }

    private Finding look(final Path asked, final String path) throws IOException {
        final Path file = inside(asked);
        if (file == null) {
            return Finding.Refused.NOT_FOUND;
        }
        final BasicFileAttributes attributes = attributes(file);
        final boolean slash = path.endsWith("/");
        if (attributes.isDirectory()) {
            return slash ? directory(file, path) : new Finding.Moved(DirectoryListing.encode(path) + "/");
        }
        return attributes.isRegularFile() && !slash
                ? new FileResource(file, attributes.size(), attributes.lastModifiedTime())
                : Finding.Refused.NOT_FOUND;
    }

    /** Where this really is; null: outside. */
    private Path inside(final Path asked) throws IOException {
        final Path real = asked.toRealPath();
        return real.startsWith(root) ? real : null;
    }

    private static BasicFileAttributes attributes(final Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private Finding directory(final Path directory, final String path) throws IOException {
        final Path index = directory.resolve(INDEX);
        if (Files.exists(index)) {
            final Path file = inside(index);
            if (file != null && attributes(file).isRegularFile()) {
                final BasicFileAttributes attributes = attributes(file);
                return new FileResource(file, attributes.size(), attributes.lastModifiedTime());
            }
        }
        return DirectoryListing.of(directory, path);
    }
}
