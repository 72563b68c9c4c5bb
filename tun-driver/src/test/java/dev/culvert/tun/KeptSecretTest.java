package dev.culvert.tun;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.env.Entropy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptSecretTest {
    private static final long MS = 1_000_000;

    @TempDir
    Path directory;

    private Path file;
    private long wallMs = 1_800_000_000_000L;
    private long monotonicNs = 5_000 * MS;

    @BeforeEach
    void name() {
        file = directory.resolve("secret");
    }

    private KeptSecret open() throws IOException {
        return KeptSecret.open(file, () -> wallMs, () -> monotonicNs);
    }

    private static long[] draw(final KeptSecret secret) {
        final Entropy entropy = secret.entropy();
        return LongStream.range(0, 12).map(i -> entropy.nextLong()).toArray();
    }

    @Test
    void isMadeForTheOwnerAloneAndGivesTheSameNumbersEverAfter() throws IOException {
        final long[] first;
        try (KeptSecret secret = open()) {
            first = draw(secret);
            assertArrayEquals(first, draw(secret));
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        try (KeptSecret secret = open()) {
            assertArrayEquals(first, draw(secret));
        }
        assertEquals(12, Arrays.stream(first).distinct().count());
        Files.delete(file);
        try (KeptSecret secret = open()) {
            assertFalse(Arrays.equals(first, draw(secret)));
        }
    }

    @Test
    void theClockIsTheWallClockAndRunsWithTheMonotonicOne() throws IOException {
        try (KeptSecret secret = open()) {
            assertEquals(wallMs * MS, secret.nowNs());
            monotonicNs += 77;
            wallMs -= 10_000; // somebody sets the wall clock while it runs
            assertEquals((wallMs + 10_000) * MS + 77, secret.nowNs());
        }
    }

    @Test
    void afterARebootTheClockGoesOnAlthoughTheMonotonicOneBeginsAnew() throws IOException {
        try (KeptSecret secret = open()) {
            secret.nowNs();
        }
        monotonicNs = 0;
        wallMs += 30_000;
        try (KeptSecret secret = open()) {
            assertEquals(wallMs * MS, secret.nowNs());
        }
    }

    @Test
    void aWallClockThatWasSetBackCannotPullItBack() throws IOException {
        final long reached;
        try (KeptSecret secret = open()) {
            monotonicNs += 3_600_000 * MS; // an hour
            reached = secret.nowNs();
        }
        wallMs = 0; // a machine without a battery
        monotonicNs = 0;
        try (KeptSecret secret = open()) {
            assertEquals(reached + KeptSecret.LEAD_NS, secret.nowNs());
        }
    }

    @Test
    void oneStackAtATime() throws IOException {
        try (KeptSecret secret = open()) {
            refused("is in use by another stack");
            assertTrue(secret.nowNs() > 0);
        }
        open().close();
    }

    /** The lock of a file is the process's: it must survive that another stack of ours was refused. */
    @Test
    void whoWasRefusedDoesNotLetOtherProgramsIn() throws Exception {
        try (KeptSecret secret = open()) {
            refused("is in use by another stack");
            final Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            Other.class.getName(),
                            file.toString())
                    .redirectErrorStream(true)
                    .start();
            final String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(said.contains("is in use by another stack"), said);
            assertTrue(secret.nowNs() > 0);
        }
    }

    /** Another program that wants the file. */
    static final class Other {
        private Other() {}

        public static void main(final String[] args) throws IOException {
            KeptSecret.open(Path.of(args[0])).close();
            System.out.println("got it");
        }
    }

    @Test
    void nothingIsLeftBesideTheFile() throws IOException {
        open().close();
        try (Stream<Path> all = Files.list(directory)) {
            assertEquals(List.of(file), all.toList());
        }
    }

    @Test
    void whatOthersMayReadIsNoSecret() throws IOException {
        open().close();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        refused("has mode rw-r-----; a secret file must have mode 0600");
    }

    @Test
    void otherFilesAreLeftAlone() throws IOException {
        Files.write(file, new byte[48], java.nio.file.StandardOpenOption.CREATE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        refused("is not a secret file of Culvert");
        assertArrayEquals(new byte[48], Files.readAllBytes(file));
        Files.write(file, new byte[3]);
        refused("is not a secret file of Culvert");
    }

    @Test
    void linksAndDirectoriesAreRefused() throws IOException {
        final Path target = directory.resolve("target");
        KeptSecret.open(target).close();
        Files.createSymbolicLink(file, target);
        refused("is not a regular file");
        Files.delete(file);
        Files.createDirectory(file);
        refused("is not a regular file");
        file = directory.resolve("nowhere").resolve("secret");
        refused("there is no directory to make the secret file in");
    }

    private void refused(final String why) {
        final String message = assertThrows(IOException.class, this::open).getMessage();
        assertTrue(message.startsWith(file.toString()) && message.contains(why), message);
    }
}
