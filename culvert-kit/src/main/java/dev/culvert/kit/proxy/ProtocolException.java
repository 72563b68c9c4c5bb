package dev.culvert.kit.proxy;

/** The other side has sent something that the protocol does not know; the message says what. */
final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    ProtocolException(final String message) {
        super(message);
    }
}
