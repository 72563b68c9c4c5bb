package dev.culvert.kit.packetdrill;

/** A script that cannot be read, or that asks for what this interpreter does not do; the message is for its author. */
public final class ScriptError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    ScriptError(final int line, final String message) {
        super(message);
        this.line = line;
    }

    /** Line of the script, from 1. */
    public int line() {
        return line;
    }
}
