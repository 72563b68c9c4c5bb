package dev.culvert.endpoint.run;

import java.io.PrintWriter;
import java.util.function.Supplier;

/**
 * What the program says to its user: on standard error, one line at a time, since standard output belongs to the command. Any
 * thread.
 */
public final class Console {
    /** Only what a user must know. */
    public static final int QUIET = 0;
    /** And a line for each connection. */
    public static final int CONNECTIONS = 1;
    /** And a line for each change of a state and each HTTP request. */
    public static final int STATES = 2;
    /** And a line for each packet. */
    public static final int PACKETS = 3;

    private final PrintWriter err;
    private volatile int level;

    /** Writes there, at first as much as {@code level} says. */
    public Console(final PrintWriter err, final int level) {
        this.err = err;
        this.level = Math.max(QUIET, Math.min(level, PACKETS));
    }

    /** How much is said. */
    public int level() {
        return level;
    }

    /** Changes how much is said, {@link #QUIET} to {@link #PACKETS}. */
    public void level(final int value) {
        if (value < QUIET || value > PACKETS) {
            throw new IllegalArgumentException("verbosity " + value + " is outside " + QUIET + " to " + PACKETS);
        }
        level = value;
    }

    /** Whether lines of this level are wanted; ask before making an expensive one. */
    public boolean wants(final int wanted) {
        return level >= wanted;
    }

    /** Says a line in any case. */
    public void say(final String line) {
        synchronized (err) {
            err.println("culvert: " + line);
            err.flush();
        }
    }

    /** Says a line if this level is wanted. */
    public void say(final int wanted, final Supplier<String> line) {
        if (wants(wanted)) {
            say(line.get());
        }
    }
}
