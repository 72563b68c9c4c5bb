package dev.culvert.bench.churn;

import dev.culvert.bench.ForkOptions;
import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.netns.PrivateNetwork;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A process inside a private network that answers lines with lines and ends with its input, so with this program too. */
public final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final OutputStream questions;

    private Child(final Process process) {
        this.process = process;
        answers = process.inputReader(StandardCharsets.UTF_8);
        questions = process.getOutputStream();
    }

    /** Starts a command; what it has to complain about goes where our own complaints go. */
    public static Child start(final PrivateNetwork network, final List<String> command) {
        return new Child(
                network.runCommand(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT)));
    }

    /** The words that run a main class on these processors, in a JVM like this one. */
    public static List<String> java(final Class<?> main, final int... processors) {
        final String list =
                Arrays.stream(processors).mapToObj(Integer::toString).collect(Collectors.joining(","));
        final List<String> words = new ArrayList<>(List.of("taskset", "--cpu-list", list));
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData"));
        words.addAll(ForkOptions.all());
        words.addAll(List.of("-cp", absoluteClassPath(), main.getName()));
        return words;
    }

    private static String absoluteClassPath() {
        final List<String> entries = new ArrayList<>();
        for (final String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    /** Runs a shell script inside to its end. */
    public static void script(final PrivateNetwork network, final String script) {
        try (Child shell = start(network, List.of("sh", "-e", "-c", script))) {
            shell.questions.close();
            final int code = shell.process.waitFor();
            if (code != 0) {
                throw new DeviceException("the network inside cannot be set up (exit code " + code + ")");
            }
        } catch (final IOException e) {
            throw new DeviceException("the network inside cannot be set up (" + e.getMessage() + ")");
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DeviceException("interrupted");
        }
    }

    long pid() {
        return process.pid();
    }

    /** Says a line. */
    public Child say(final String line) {
        try {
            questions.write((line + '\n').getBytes(StandardCharsets.UTF_8));
            questions.flush();
            return this;
        } catch (final IOException e) {
            throw new DeviceException("a process inside has ended too early");
        }
    }

    /** Its next line. */
    public String answer() {
        try {
            final String line = answers.readLine();
            if (line != null) {
                return line;
            }
        } catch (final IOException unreadable) {
            throw new DeviceException("a process inside cannot be read (" + unreadable.getMessage() + ")");
        }
        throw new DeviceException("a process inside has ended too early");
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
