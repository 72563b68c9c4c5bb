package dev.culvert.endpoint.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Commands that are started beside the stack. */
public final class Commands {
    private Commands() {}

    /**
     * Starts a command in our own network namespace, bound to the calling thread: when that ends, the command is killed
     * (PR_SET_PDEATHSIG of prctl(2)).
     */
    static Process startBound(final ProcessBuilder builder) throws IOException {
        final List<String> words = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "--"));
        words.addAll(builder.command());
        return builder.command(words).start();
    }

    /** With this program's terminal, input and output. */
    public static ProcessBuilder withOurStreams(final List<String> command) {
        return new ProcessBuilder(command).inheritIO();
    }

    /** With an empty input, and its output on standard error: input and output belong to somebody else. */
    public static ProcessBuilder besideOurStreams(final List<String> command) {
        final List<String> words = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" </dev/null >&2", "culvert"));
        words.addAll(command);
        return new ProcessBuilder(words).inheritIO();
    }
}
