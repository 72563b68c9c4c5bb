package dev.culvert.kit.explore;

/**
 * A packet that a host has sent. Nobody changes the arrays.
 *
 * @param to the number of the host that it goes to
 * @param sent its bytes as the host sent them
 * @param bytes as they arrive; null: something on the way swallows it
 * @param hash of these
 */
record Packet(int to, byte[] sent, byte[] bytes, long hash) {
    static Packet of(final int to, final byte[] sent, final byte[] bytes) {
        return new Packet(to, sent, bytes, bytes == null ? 0 : Mix.of(bytes));
    }
}
