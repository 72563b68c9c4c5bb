package dev.culvert.env;

/** A stack that cannot be set up as asked: bad configuration or no memory. Network input never causes one. */
public final class StackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The message is meant for the user: it says what is wrong and what would be right. */
    public StackException(final String message) {
        super(message);
    }
}
