package dev.culvert.endpoint.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** How a program ended and all that it said. */
record Outcome(String command, int exit, String out, String err) {
    /** What a shell says of a program that this signal ended. */
    static final int SIGNALLED = 128;

    static final int SIGKILL = 9;
    static final int SIGTERM = 15;

    /** Expects this exit code. */
    Outcome exits(final int expected) {
        assertEquals(expected, exit, () -> "exit code of " + this);
        return this;
    }

    /** Expects exit code 0. */
    Outcome succeeds() {
        return exits(0);
    }

    /** Standard output without white space at its ends. */
    String word() {
        return out.strip();
    }

    @Override
    public String toString() {
        return command + "\nexit code " + exit + "\nstandard output:\n" + out + "\nstandard error:\n" + err;
    }
}
