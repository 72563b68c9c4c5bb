package dev.culvert.kit.script;

/** A packet script did not go as written. The message is the script so far and what went wrong. */
public final class ScriptFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    /** The whole text for whoever reads the test's result. */
    public ScriptFailure(final String message) {
        super(message);
    }
}
