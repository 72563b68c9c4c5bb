package dev.culvert.shim;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Native files on the class path, which the loader and the kernel only take from the file system. */
final class NativeResource {
    private NativeResource() {}

    /** As in the folder's name: {@code linux-x86_64}, {@code linux-aarch64}. */
    static String platform() {
        final String arch = System.getProperty("os.arch");
        return "linux-" + ("amd64".equals(arch) ? "x86_64" : arch);
    }

    /** The file as it was built for this machine; null where it was not. */
    static InputStream open(final String name) {
        return NativeResource.class.getResourceAsStream("/META-INF/native/" + platform() + "/" + name);
    }

    /** Copies a file to a temporary one of this user alone; empty when the class path has none for this machine. */
    static Optional<Path> extract(final String name, final boolean executable) {
        try (InputStream in = open(name)) {
            if (in == null) {
                return Optional.empty();
            }
            final var owner = PosixFilePermissions.fromString(executable ? "rwx------" : "rw-------");
            final Path file = Files.createTempFile("culvert-", "-" + name, PosixFilePermissions.asFileAttribute(owner));
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(file, owner);
            return Optional.of(file);
        } catch (IOException e) {
            throw new ShimException(
                    "cannot be written to " + System.getProperty("java.io.tmpdir") + ": " + e.getMessage());
        }
    }

    /** As well as it can be done: a leftover of a few KiB is no reason to stop. */
    static void delete(final Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }
}
