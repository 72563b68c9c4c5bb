package dev.culvert.endpoint.run;

import java.time.Duration;
import java.util.Locale;

/** The time between the start and the end of an endpoint, as the main thread lives it. */
public final class Serving {
    /** How long connections may take to end after the first Ctrl-C. */
    static final Duration GRACE = Duration.ofSeconds(10);

    /** How long what a command has left behind may take. */
    static final Duration AFTERMATH = Duration.ofSeconds(1);

    private final Endpoint endpoint;
    private final Events events;

    /** Of an endpoint that runs; signals and failures come as events. */
    public Serving(final Endpoint endpoint, final Events events) {
        this.endpoint = endpoint;
        this.events = events;
    }

    /** Until Ctrl-C; true when everything has ended in good order. */
    public boolean untilAsked() throws InterruptedException {
        return events.next() != Event.STACK_FAILED && closeInGoodOrder();
    }

    private boolean closeInGoodOrder() throws InterruptedException {
        final int open = endpoint.openConnections();
        if (open > 0) {
            endpoint.console()
                    .say("closing: waiting up to " + GRACE.toSeconds() + " s for " + open
                            + (open == 1 ? " connection" : " connections") + "; Ctrl-C again resets "
                            + (open == 1 ? "it" : "them"));
        }
        aside(() -> endpoint.shutdown(GRACE), Event.CLOSED);
        if (events.next() == Event.CLOSED) {
            return true;
        }
        endpoint.console().say("resetting what is left");
        endpoint.shutdown(Duration.ZERO);
        return false;
    }

    /** Does something that takes its time, and says when it is done. */
    private void aside(final Runnable work, final Event whenDone) {
        final Thread thread = new Thread(
                () -> {
                    work.run();
                    events.happened(whenDone);
                },
                "culvert-" + whenDone.name().toLowerCase(Locale.ROOT));
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * As long as a command runs; its exit code. Ctrl-C reaches the command by itself where the two share a terminal, so the
     * first one is not ours to answer; a request to terminate is passed on.
     */
    public int during(final Process command) throws InterruptedException {
        aside(() -> command.onExit().join(), Event.COMMAND_ENDED);
        int requests = 0;
        for (Event event = events.next(); event != Event.COMMAND_ENDED; event = events.next()) {
            if (event == Event.INTERRUPTED && requests == 0) {
                requests = 1;
            } else if (event != Event.STACK_FAILED) {
                passOn(command, requests);
                requests = 2;
            }
        }
        endpoint.shutdown(AFTERMATH);
        return command.waitFor();
    }

    private static void passOn(final Process command, final int requests) {
        if (requests < 2) {
            command.destroy();
        } else {
            command.destroyForcibly();
        }
    }
}
