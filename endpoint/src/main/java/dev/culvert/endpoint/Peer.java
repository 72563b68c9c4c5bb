package dev.culvert.endpoint;

import dev.culvert.endpoint.run.Commands;
import dev.culvert.endpoint.run.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command after {@code --} that is the other end of a connection, if there is one. */
final class Peer {
    private static final long LAST_WORDS_S = 3;

    private final Process process;

    private Peer(final Process process) {
        this.process = process;
    }

    /** Starts it, with an empty input and its output on standard error. */
    static Peer start(final Endpoint endpoint, final List<String> command) throws IOException {
        return new Peer(command.isEmpty() ? null : endpoint.run(Commands.besideOurStreams(command)));
    }

    /** Whether there is one, and it has not ended. */
    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Whether there is none, or it runs. */
    boolean mayStillCome() {
        return process == null || process.isAlive();
    }

    /** How it ended. */
    String ending() {
        return "the command ended with exit code " + process.exitValue();
    }

    /** Lets it finish what it does with what it got; not for long. */
    void awaitEnd() throws InterruptedException {
        if (process != null && !process.waitFor(LAST_WORDS_S, TimeUnit.SECONDS)) {
            process.destroy();
        }
    }
}
