package dev.culvert.endpoint.sockets;

import java.io.PrintWriter;

/** Lines on their way to the user, written many at a time. One thread. */
public final class Output {
    private static final int MANY = 1 << 15;

    private final PrintWriter out;
    private final StringBuilder pending = new StringBuilder();

    /** Writes there. */
    public Output(final PrintWriter out) {
        this.out = out;
    }

    /** Writes a line, soon; false: nobody reads any more. */
    boolean line(final CharSequence line) {
        pending.append(line).append('\n');
        return pending.length() < MANY || flush();
    }

    /** Writes what is pending; false: nobody reads any more. */
    boolean flush() {
        out.write(pending.toString());
        pending.setLength(0);
        return !out.checkError();
    }
}
