package dev.culvert.shim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildShimTest {
    @TempDir
    private Path directory;

    private String build(final Path sources, final Path classes, final String compiler)
            throws IOException, InterruptedException {
        final ProcessBuilder builder = new ProcessBuilder(
                        "sh",
                        Path.of("build-shim.sh").toAbsolutePath().toString(),
                        sources.toString(),
                        classes.toString())
                .redirectErrorStream(true);
        builder.environment().put("CC", compiler);
        final Process process = builder.start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), "never fails");
        return output;
    }

    private static Path sources() {
        return Path.of("src/main/c").toAbsolutePath();
    }

    private static Path built(final Path classes, final String file) {
        return classes.resolve("META-INF/native")
                .resolve(NativeResource.platform())
                .resolve(file);
    }

    @Test
    void twoBuildsInDifferentPlacesAreTheSameBytes() throws Exception {
        final Path copy = Files.createDirectories(directory.resolve("else where/c"));
        for (final String source : new String[] {"culvert.c", "pd_proxy.c"}) {
            Files.copy(sources().resolve(source), copy.resolve(source));
        }
        assertEquals("", build(sources(), directory.resolve("a"), "gcc"));
        assertEquals("", build(copy, directory.resolve("b"), "gcc"));

        for (final String file : new String[] {"libculvert.so", "culvert-ns-helper", "pd_proxy.so"}) {
            assertArrayEquals(
                    Files.readAllBytes(built(directory.resolve("a"), file)),
                    Files.readAllBytes(built(directory.resolve("b"), file)));
        }
    }

    @Test
    void withoutCompilerItSaysHowToGetOneAndGoesOn() throws Exception {
        final String output = build(sources(), directory, "no-such-compiler");

        assertTrue(output.contains("apt-get install gcc libc6-dev"), output);
        assertFalse(Files.exists(built(directory, "libculvert.so")));
    }

    @Test
    void aSourceThatDoesNotCompileLeavesNothingBehind() throws Exception {
        Files.writeString(directory.resolve("culvert.c"), "#error no\n");
        final String output = build(directory, directory, "gcc");

        assertTrue(output.contains("going on through libc"), output);
        assertFalse(Files.exists(built(directory, "libculvert.so")));
    }
}
