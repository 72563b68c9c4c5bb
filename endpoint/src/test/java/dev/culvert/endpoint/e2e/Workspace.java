package dev.culvert.endpoint.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Files that all end-to-end tests share, readable for everybody and removed when the tests' JVM ends. */
final class Workspace {
    static final int KIB = 1024;
    static final int MIB = 1024 * KIB;
    static final int GIB = 1024 * MIB;

    private static final int BLOCK = 4 * KIB;

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static Workspace instance;

    private final Path root;
    private final Path jar;
    private final Path archive;
    private final Map<Long, String> digests = new HashMap<>();

    private Workspace() throws IOException {
        root = Files.createTempDirectory("culvert-e2e-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(root)));
        open(root);
        jar = root.resolve("culvert.jar");
        Files.copy(Path.of(System.getProperty("culvert.jar")), jar);
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("r--r--r--"));
        open(Files.createDirectory(root.resolve("www")));
        open(Files.createDirectory(root.resolve("mnt")));
        archive = root.resolve("culvert.jsa");
        makeArchive(root.resolve("culvert.classes"));
    }

    /**
     * Makes the class archive that the launcher makes, in the same way: some hundred starts take a third less processor time. Without it
     * they only take longer.
     */
    private void makeArchive(final Path classes) throws IOException {
        final List<String> knock = List.of("serve", "echo", "--", "bash", "-c", "exec 3<>/dev/tcp/10.83.0.2/7");
        final List<String> list = new ArrayList<>(java(List.of("-XX:DumpLoadedClassList=" + classes)));
        list.addAll(knock);
        final List<String> dump = List.of(
                JAVA,
                "-Xshare:dump",
                "-XX:SharedClassListFile=" + classes,
                "-XX:SharedArchiveFile=" + archive,
                "-cp",
                jar.toString());
        if (!succeeds(list) || !succeeds(dump)) {
            System.err.println("no class archive: end-to-end tests take longer");
            Files.deleteIfExists(archive);
        }
    }

    private static boolean succeeds(final List<String> command) throws IOException {
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (final InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            process.destroyForcibly();
        }
    }

    static synchronized Workspace get() {
        try {
            instance = instance == null ? new Workspace() : instance;
            return instance;
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void open(final Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Deletes a directory with all that is in it. */
    static void delete(final Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (final IOException gone) {
            System.err.println("cannot remove " + directory + ": " + gone.getMessage());
        }
    }

    /** A new directory that belongs to this person. */
    Path directoryOf(final Somebody owner) throws IOException {
        final Path directory = Files.createTempDirectory(root, "of-");
        open(directory);
        if (owner.isAnother()) {
            Files.setAttribute(directory, "unix:uid", Somebody.NOBODY);
            Files.setAttribute(directory, "unix:gid", Somebody.NOBODY);
        }
        return directory;
    }

    /** Where everybody may mount something in a mount namespace of their own. */
    Path mountPoint() {
        return root.resolve("mnt");
    }

    /** The packaged program. */
    Path jar() {
        return jar;
    }

    /** What web servers may serve. */
    Path www() {
        return root.resolve("www");
    }

    /** The name in {@link #www} of a file of that many bytes, made at first use; no two blocks of it are the same. */
    synchronized String file(final long bytes) throws IOException {
        final String name = bytes + ".bin";
        if (!digests.containsKey(bytes)) {
            digests.put(bytes, write(www().resolve(name), bytes));
            Files.setPosixFilePermissions(www().resolve(name), PosixFilePermissions.fromString("r--r--r--"));
        }
        return name;
    }

    /** The SHA-256 sum of that file, as sha256sum(1) writes it. */
    synchronized String sha256(final long bytes) throws IOException {
        file(bytes);
        return digests.get(bytes);
    }

    private static String write(final Path file, final long bytes) throws IOException {
        final byte[] pattern = new byte[MIB];
        new Random(bytes).nextBytes(pattern);
        final MessageDigest digest = sha256();
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < bytes; at += MIB) {
                number(pattern, at);
                final int length = (int) Math.min(MIB, bytes - at);
                digest.update(pattern, 0, length);
                final ByteBuffer buffer = ByteBuffer.wrap(pattern, 0, length);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Begins every block with its position in the file, so that one in the wrong place is noticed. */
    private static void number(final byte[] pattern, final long position) {
        final ByteBuffer buffer = ByteBuffer.wrap(pattern);
        for (int at = 0; at < pattern.length; at += BLOCK) {
            buffer.putLong(at, position + at);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Words that start the program by the JDK that runs the tests, with the launcher's options. */
    List<String> java(final List<String> options) {
        return Stream.of(
                        List.of(JAVA, "-XX:-UsePerfData", "-XX:+UseSerialGC"),
                        Files.exists(archive)
                                ? List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off")
                                : List.<String>of(),
                        options,
                        Runtime.version().feature() < 23
                                ? List.<String>of()
                                : List.of("--sun-misc-unsafe-memory-access=allow"),
                        List.of("-jar", jar.toString()))
                .flatMap(List::stream)
                .toList();
    }
}
