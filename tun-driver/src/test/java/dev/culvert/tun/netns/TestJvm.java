package dev.culvert.tun.netns;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Other Java programs on the class path of the test. */
final class TestJvm {
    /** What a program has left. */
    record Outcome(int exitCode, String output) {}

    private TestJvm() {}

    /** The command line that runs a main class in a JVM like this one. */
    static List<String> command(final Class<?> main, final String... args) {
        return command(classPath(), main, args);
    }

    static List<String> command(final String classPath, final Class<?> main, final String... args) {
        final List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                classPath,
                main.getName()));
        if (Runtime.version().feature() >= 22) {
            words.add(1, "--enable-native-access=ALL-UNNAMED");
        }
        words.addAll(List.of(args));
        return words;
    }

    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    static List<Path> classPathEntries() {
        return List.of(classPath().split(File.pathSeparator)).stream()
                .map(Path::of)
                .toList();
    }

    /** Runs a command to its end; output and errors together. */
    static Outcome run(final List<String> command) throws IOException, InterruptedException {
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }
}
