package dev.culvert.endpoint.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A small source tree with the real launcher in it, on a machine whose PATH holds nothing but what a test put there. Its
 * Maven and its JDK are scripts that note how they were called.
 */
final class FakeMachine {
    private static final List<String> SYSTEM_TOOLS = List.of(
            "bash",
            "cat",
            "cp",
            "find",
            "flock",
            "grep",
            "head",
            "id",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sed",
            "setpriv",
            "stat",
            "tail",
            "timeout",
            "touch");

    final Path tree;
    final Path jdk;
    private final Path folder;
    private final Path bin;
    private final Map<String, String> environment = new HashMap<>();

    /** Exit code and output of a command that has ended; its process id too. */
    record Outcome(int exit, String out, String err, long pid) {}

    FakeMachine(final Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        bin = Files.createDirectory(folder.resolve("bin"));
        tree = Files.createDirectory(folder.resolve("a tree [1]"));
        jdk = folder.resolve("jdk");
        for (final String tool : SYSTEM_TOOLS) {
            Files.createSymbolicLink(bin.resolve(tool), systemTool(tool));
        }
        copyLauncher();
        plantSources();
        install("gcc", "exit 0");
        install("mvn", """
                echo "$JAVA_HOME $*" >>'%1$s/maven-calls'
                [ ! -e '%1$s/broken' ] || { echo '[INFO] noise'; echo '[ERROR] Main.java:[3,5] cannot find symbol'; exit 1; }
                [ ! -p '%1$s/gate' ] || read -r go <'%1$s/gate'
                mkdir -p endpoint/target bench/target
                echo jar >endpoint/target/culvert.jar
                echo jar >bench/target/culvert-bench.jar
                """.formatted(folder));
        installJdk("17.0.15");
        set("JAVA_HOME", jdk.toString());
    }

    private static Path systemTool(final String tool) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(path -> Path.of(path, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this test needs " + tool + " on the PATH"));
    }

    private void copyLauncher() throws IOException {
        final Path real = Path.of(System.getProperty("culvert.root"));
        Files.createDirectory(tree.resolve("tools"));
        Files.copy(real.resolve("culvert"), tree.resolve("culvert"));
        Files.copy(real.resolve("tools/toolchain.sh"), tree.resolve("tools/toolchain.sh"));
    }

    private void plantSources() throws IOException {
        Files.writeString(tree.resolve("pom.xml"), "<project/>");
        for (final String module : List.of("endpoint", "bench")) {
            Files.createDirectories(tree.resolve(module + "/src/main/java"));
            Files.writeString(tree.resolve(module + "/pom.xml"), "<project/>");
            Files.writeString(source(module), "class Main {}");
        }
    }

    Path source(final String module) {
        return tree.resolve(module + "/src/main/java/Main.java");
    }

    /** Puts a script on the PATH. */
    void install(final String tool, final String script) throws IOException {
        executable(bin.resolve(tool), script);
    }

    void uninstall(final String tool) throws IOException {
        Files.delete(bin.resolve(tool));
    }

    /** A JDK whose java prints its process id and its arguments, then ends with the exit code in FAKE_EXIT. */
    void installJdk(final String version) throws IOException {
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(jdk.resolve("bin/java"), "printf '%s\\n' $$ \"$@\"; exit ${FAKE_EXIT-0}");
        executable(jdk.resolve("bin/javac"), "exit 0");
    }

    /** From now on the JDK's java writes the class archive that it is asked for. */
    void letJavaArchive() throws IOException {
        executable(jdk.resolve("bin/java"), """
                for option; do
                    case $option in
                        -XX:DumpLoadedClassList=*) : >"${option#*=}"; exit ;;
                        -XX:SharedClassListFile=*) [ -e "${option#*=}" ] || exit 1 ;;
                        -XX:SharedArchiveFile=*)
                            [ "$1" = -Xshare:dump ] || continue
                            echo made >>'%s/archives'
                            : >"${option#*=}"
                            exit ;;
                    esac
                done
                printf '%%s\\n' $$ "$@"
                """.formatted(folder));
    }

    /** How often a class archive has been made. */
    int archivesMade() throws IOException {
        return Files.readAllLines(folder.resolve("archives")).size();
    }

    private static void executable(final Path file, final String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Sets an environment variable of the launcher; null removes it. */
    void set(final String name, final String value) {
        environment.put(name, value);
    }

    void breakMaven() throws IOException {
        Files.writeString(folder.resolve("broken"), "");
    }

    /** From now on Maven waits until somebody writes a line to the named pipe that this returns. */
    Path holdMaven() throws IOException, InterruptedException {
        final Path gate = folder.resolve("gate");
        new ProcessBuilder("mkfifo", gate.toString()).start().waitFor();
        return gate;
    }

    /** How Maven was called so far: the JDK and the arguments, a line for each call. */
    List<String> mavenCalls() throws IOException {
        final Path calls = folder.resolve("maven-calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    Outcome culvert(final String... args) throws IOException, InterruptedException {
        final List<String> command =
                new ArrayList<>(List.of(tree.resolve("culvert").toString()));
        command.addAll(List.of(args));
        return run(command);
    }

    Outcome run(final List<String> command) throws IOException, InterruptedException {
        final Path out = Files.createTempFile(folder, "out", "");
        final Path err = Files.createTempFile(folder, "err", "");
        final Process process = builder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        final int exit = process.waitFor();
        return new Outcome(exit, Files.readString(out, UTF_8), Files.readString(err, UTF_8), process.pid());
    }

    /** A launch that is not waited for; its standard error can be read line by line. */
    Process start(final String... args) throws IOException {
        final List<String> command =
                new ArrayList<>(List.of(tree.resolve("culvert").toString()));
        command.addAll(List.of(args));
        return builder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    private ProcessBuilder builder(final List<String> command) {
        final ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        environment.forEach((name, value) -> {
            if (value != null) {
                builder.environment().put(name, value);
            }
        });
        return builder;
    }
}
