package dev.culvert.endpoint.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.endpoint.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable jar as it was packaged, run by the JDK that runs this test. */
@Tag("e2e")
class PackagingTest {
    private static final Path JAR = Path.of(System.getProperty("culvert.jar"));

    @TempDir
    private Path folder;

    private Path out;
    private Path err;

    @Test
    void javaDashJarNeedsNoOptionAndSaysNothingOnStandardError() throws IOException, InterruptedException {
        assertEquals(ExitCode.OK, culvert("--version"));

        assertTrue(Files.readString(out).matches("culvert \\d+\\.\\d+\\.\\d+\\S*\n"), Files.readString(out));
        assertEquals("", Files.readString(err));
    }

    @Test
    void aUsageErrorLeavesStandardOutputAlone() throws IOException, InterruptedException {
        assertEquals(ExitCode.USAGE, culvert("no-such-command"));

        assertEquals("", Files.readString(out));
    }

    @Test
    void theManifestOpensWhatTheLibrariesNeed() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            final var manifest = jar.getManifest().getMainAttributes();

            assertEquals("java.base/jdk.internal.misc", manifest.getValue("Add-Opens"));
            assertEquals("ALL-UNNAMED", manifest.getValue("Enable-Native-Access"));
        }
    }

    @Test
    void noSignatureOrModuleDescriptorOfALibraryIsLeft() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            final List<String> names = jar.stream().map(ZipEntry::getName).toList();

            assertFalse(names.stream().anyMatch(name -> name.matches(".*(module-info\\.class|\\.SF|\\.RSA|\\.DSA)")));
            assertEquals(names.size(), names.stream().distinct().count(), "an entry occurs twice");
            assertTrue(names.contains("META-INF/LICENSE"));
        }
    }

    private int culvert(final String... args) throws IOException, InterruptedException {
        out = folder.resolve("out");
        err = folder.resolve("err");
        final List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start()
                .waitFor();
    }
}
