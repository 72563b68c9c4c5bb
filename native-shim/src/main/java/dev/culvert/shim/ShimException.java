package dev.culvert.shim;

/** Why the shim is not used; never leaves this package. */
final class ShimException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ShimException(final String message) {
        super(message);
    }
}
