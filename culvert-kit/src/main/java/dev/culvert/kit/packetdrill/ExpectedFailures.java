package dev.culvert.kit.packetdrill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A list of scripts that are known to fail: one a line, as the end of a path; {@code #} starts a comment. A script on it
 * that passes is itself a failure, so that the list can only shrink.
 */
public final class ExpectedFailures {
    /** No script may fail. */
    public static final ExpectedFailures NONE = new ExpectedFailures(Set.of());

    private final Set<String> names;

    private ExpectedFailures(final Set<String> names) {
        this.names = names;
    }

    /**
     * Reads a list.
     *
     * @throws UncheckedIOException it cannot be read
     */
    public static ExpectedFailures read(final Path list) {
        try {
            return of(Files.readAllLines(list, StandardCharsets.UTF_8));
        } catch (final IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** From the lines of a list. */
    public static ExpectedFailures of(final Iterable<String> lines) {
        return new ExpectedFailures(StreamSupport.stream(lines.spliterator(), false)
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .collect(Collectors.toSet()));
    }

    /** This list and another one. */
    public ExpectedFailures and(final ExpectedFailures other) {
        final Set<String> all = new HashSet<>(names);
        all.addAll(other.names);
        return new ExpectedFailures(all);
    }

    /** Whether this script is on the list. */
    public boolean contains(final Path script) {
        return names.stream().anyMatch(script::endsWith);
    }

    /** What is wrong with a result, in view of the list; null: nothing. */
    public String objection(final Path script, final ScriptResult result) {
        if (!contains(script)) {
            return result.passed() ? null : result.report();
        }
        return result.passed() ? script + ": passes, but is listed as an expected failure: take it off the list" : null;
    }
}
