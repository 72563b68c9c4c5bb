package dev.culvert.endpoint.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program that a test has started. Its streams are collected; every wait has a limit and fails with both streams. */
final class Program implements AutoCloseable {
    /** Nothing that is waited for in these tests takes that long, unless it never comes. */
    static final Duration LIMIT = Duration.ofSeconds(90);

    /** Who holds a stream that much longer than the program lived is somebody that it left behind. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private final String command;
    private final Process process;
    private final Transcript out;
    private final Transcript err;

    private Program(final ProcessBuilder builder, final boolean collects) throws IOException {
        final String queues = builder.environment().get("CULVERT_QUEUES");
        command = (queues == null ? "" : "CULVERT_QUEUES=" + queues + " ") + String.join(" ", builder.command());
        process = builder.command(withDefaultSignals(builder.command())).start();
        out = collects ? Transcript.of(process.getInputStream(), "out of " + process.pid()) : null;
        err = Transcript.of(process.getErrorStream(), "err of " + process.pid());
    }

    /** A run in the background, or under nohup, ignores signals, and whatever it starts would ignore them too. */
    private static List<String> withDefaultSignals(final List<String> words) {
        return Stream.concat(Stream.of("env", "--default-signal=HUP,INT,QUIT"), words.stream())
                .toList();
    }

    /** Starts it and collects both of its streams. */
    static Program start(final ProcessBuilder builder) throws IOException {
        return new Program(builder, true);
    }

    /** Starts it; what it writes to standard output stays in the pipe until the test reads it. */
    static Program startUnread(final ProcessBuilder builder) throws IOException {
        return new Program(builder, false);
    }

    /** Runs it to its end, with an empty input. */
    static Outcome run(final ProcessBuilder builder) throws IOException, InterruptedException {
        try (Program program = start(builder)) {
            program.endInput();
            return program.await();
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Its standard output, where that is not collected. */
    InputStream unreadOutput() {
        return process.getInputStream();
    }

    /** Writes to its standard input. */
    Program says(final String text) throws IOException {
        final OutputStream input = process.getOutputStream();
        input.write(text.getBytes(UTF_8));
        input.flush();
        return this;
    }

    /** Writes a file to its standard input. */
    Program says(final Path file) throws IOException {
        Files.copy(file, process.getOutputStream());
        process.getOutputStream().flush();
        return this;
    }

    /** Ends its standard input. */
    Program endInput() throws IOException {
        process.getOutputStream().close();
        return this;
    }

    /** Waits until it has written something like this to standard error. */
    Matcher awaitErr(final String regex) throws InterruptedException {
        return await(err, regex, "standard error");
    }

    /** Waits until it has written something like this to standard output. */
    Matcher awaitOut(final String regex) throws InterruptedException {
        return await(out, regex, "standard output");
    }

    private Matcher await(final Transcript stream, final String regex, final String name) throws InterruptedException {
        final Matcher matcher = stream.await(Pattern.compile(regex), LIMIT);
        if (matcher == null) {
            throw new AssertionError("no '" + regex + "' on " + name + " of " + this);
        }
        return matcher;
    }

    /** Waits for its end. */
    Outcome await() throws InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + LIMIT.toSeconds() + " s: " + this);
        }
        final boolean ended = err.awaitEnd(LAST_WORDS) && (out == null || out.awaitEnd(LAST_WORDS));
        if (!ended) {
            throw new AssertionError("ended, but a process that it left behind holds its streams: " + this);
        }
        return new Outcome(command, process.exitValue(), out == null ? "" : out.toString(), err.toString());
    }

    /** Sends it a signal, such as INT. */
    Program signal(final String name) throws IOException, InterruptedException {
        run(new ProcessBuilder("kill", "-" + name, Long.toString(pid()))).succeeds();
        return this;
    }

    /** Kills what still runs. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        final String state = process.isAlive() ? "running" : "exit code " + process.exitValue();
        return command + "\n" + state + "\nstandard output:\n" + out + "\nstandard error:\n" + err;
    }
}
