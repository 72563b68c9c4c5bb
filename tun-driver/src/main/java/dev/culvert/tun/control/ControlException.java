package dev.culvert.tun.control;

/** A request that cannot be fulfilled; the message is one line for the user. */
public final class ControlException extends Exception {
    private static final long serialVersionUID = 1L;

    /** One line without a full stop. */
    public ControlException(final String message) {
        super(message);
    }
}
