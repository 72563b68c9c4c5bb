package dev.culvert.kit.explore;

/**
 * What can happen to one host.
 *
 * @param packet for {@link What#ARRIVES}: its bytes; else null
 * @param program for {@link What#STEP}: whose step
 * @param ns for {@link What#WAITS}: how long
 * @param key a hash of all that
 */
record Event(What what, byte[] packet, int program, long ns, long key) {
    enum What {
        /** A packet arrives. */
        ARRIVES,
        /** The application takes the next step of one of its programs. */
        STEP,
        /** Time passes. */
        WAITS
    }

    static Event arrives(final Packet packet) {
        return new Event(What.ARRIVES, packet.bytes(), 0, 0, Mix.of(1, packet.hash()));
    }

    static Event step(final int program) {
        return new Event(What.STEP, null, program, 0, Mix.of(2, program));
    }

    static Event waits(final long ns) {
        return new Event(What.WAITS, null, 0, ns, Mix.of(3, ns));
    }
}
