package dev.culvert.kit.packetdrill;

/** What happened is not what the script says. */
final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final String came;

    Mismatch(final int line, final String message) {
        this(line, message, null);
    }

    /** {@code came} is what came instead, in a script's words; null: nothing to show. */
    Mismatch(final int line, final String message, final String came) {
        super(message);
        this.line = line;
        this.came = came;
    }

    int line() {
        return line;
    }

    String came() {
        return came;
    }
}
