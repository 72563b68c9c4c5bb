package dev.culvert.endpoint.e2e;

import static org.junit.jupiter.api.Assertions.fail;

import dev.culvert.tun.control.ControlException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** An endpoint that serves, and the way into its private network. */
final class Serving implements AutoCloseable {
    private static final String READY = "culvert: ready at ";

    private final Home home;
    private final Program program;
    private final String holder;

    private Serving(final Home home, final Program program, final String holder) {
        this.home = home;
        this.program = program;
        this.holder = holder;
    }

    /** {@code culvert serve ARGS}; returns when it is ready. */
    static Serving start(final Somebody owner, final String... args) throws Exception {
        return start(Home.of(owner), args);
    }

    /** The same in this home. */
    static Serving start(final Home home, final String... args) throws Exception {
        return start(home, List.of(), args);
    }

    /** The same with these options for the JVM. */
    static Serving start(final Home home, final List<String> javaOptions, final String... args) throws Exception {
        final List<String> words = new ArrayList<>(List.of("serve"));
        words.addAll(List.of(args));
        final Program program = Program.start(home.culvert(javaOptions, words.toArray(String[]::new)));
        try {
            program.awaitErr(READY);
            return new Serving(home, program, holder(home));
        } catch (final Exception | AssertionError failure) {
            program.close();
            throw failure;
        }
    }

    private static String holder(final Home home) throws IOException, ControlException {
        return home.control("info").stream()
                .filter(line -> line.startsWith("holder="))
                .map(line -> line.substring("holder=".length()))
                .findFirst()
                .orElseThrow();
    }

    Program program() {
        return program;
    }

    Home home() {
        return home;
    }

    /** The process that holds the private network. */
    long holder() {
        return Long.parseLong(holder);
    }

    /** A command inside the private network, without the detour by {@code culvert exec}. */
    ProcessBuilder inside(final String... command) {
        final List<String> words =
                new ArrayList<>(List.of("nsenter", "-t", holder, "--user", "--net", "--preserve-credentials", "--"));
        words.addAll(List.of(command));
        return home.command(words);
    }

    /** Runs a shell script inside the private network; its arguments are $1, $2 and so on. */
    Outcome sh(final String script, final Object... args) throws IOException, InterruptedException {
        final List<String> words = new ArrayList<>(List.of("bash", "-c", "set -o pipefail\n" + script, "script"));
        for (final Object arg : args) {
            words.add(arg.toString());
        }
        return Program.run(inside(words.toArray(String[]::new)));
    }

    /** Repeats a script inside until its output is as expected; each run takes some ms, so nothing needs to sleep. */
    Outcome awaitInside(
            final String expectation, final Predicate<String> expected, final String script, final Object... args)
            throws IOException, InterruptedException {
        final long deadlineNs = System.nanoTime() + Program.LIMIT.toNanos();
        Outcome outcome = sh(script, args);
        while (!expected.test(outcome.out())) {
            if (System.nanoTime() - deadlineNs > 0) {
                fail(expectation + " did not come true: " + outcome + "\n" + this);
            }
            outcome = sh(script, args);
        }
        return outcome;
    }

    /** What {@code ctl counters} and {@code ctl stats} say of one name; 0 when they do not know it. */
    long number(final String command, final String name) throws IOException, ControlException {
        return home.control(command).stream()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .sum();
    }

    /** Waits until a statistic has that value. */
    void awaitStatistic(final String name, final long expected) throws IOException, ControlException {
        final long deadlineNs = System.nanoTime() + Program.LIMIT.toNanos();
        long value = number("stats", name);
        while (value != expected) {
            if (System.nanoTime() - deadlineNs > 0) {
                fail(name + " is " + value + ", not " + expected + ": " + home.control("stats") + "\n" + this);
            }
            value = number("stats", name);
        }
    }

    @Override
    public void close() {
        program.close();
    }

    @Override
    public String toString() {
        return program.toString();
    }
}
