package dev.culvert.kit.explore;

/** A packet that a host has sent. Nobody changes the arrays. */
final class Packet {
    private final int to;
    private final byte[] sent;
    private final byte[] bytes;
    private final long hash;

    private Packet(final int to, final byte[] sent, final byte[] bytes, final long hash) {
        this.to = to;
        this.sent = sent;
        this.bytes = bytes;
        this.hash = hash;
    }

    /** The number of the host that it goes to. */
    int to() {
        return to;
    }

    /** Its bytes as the host sent them. */
    byte[] sent() {
        return sent;
    }

    /** Its bytes as they arrive; null: something on the way swallows it. */
    byte[] bytes() {
        return bytes;
    }

    /** A hash of these. */
    long hash() {
        return hash;
    }

    static Packet of(final int to, final byte[] sent, final byte[] bytes) {
        return new Packet(to, sent, bytes, bytes == null ? 0 : Mix.of(bytes));
    }
}
