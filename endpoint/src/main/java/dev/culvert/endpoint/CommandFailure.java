package dev.culvert.endpoint;

/** A command could not do what was asked; the message is one line for the user. */
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    CommandFailure(final String message) {
        super(message);
    }
}
