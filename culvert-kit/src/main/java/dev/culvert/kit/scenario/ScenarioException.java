package dev.culvert.kit.scenario;

/** A scenario is not right; the message is one line that begins with the place, such as {@code FILE:LINE: KEY: ...}. */
public final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One line for the user. */
    public ScenarioException(final String message) {
        super(message);
    }
}
