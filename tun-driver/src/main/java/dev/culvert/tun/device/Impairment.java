package dev.culvert.tun.device;

/**
 * How one direction of a link is made worse. Immutable. Shares are 0 to 1.
 *
 * @param loss share of packets that vanish
 * @param duplicate share of packets that arrive twice
 * @param reorder share of packets that one to three later ones overtake
 * @param corrupt share of packets in which one bit is flipped
 * @param delayNs added to every packet, ns
 * @param jitterNs the delay varies by up to this much both ways, ns; packets keep their order
 * @param rateBitsPerSecond rate of the link; 0: unlimited
 * @param queuePackets packets that may be waiting or under way, at least 1; further ones are lost
 * @param seed of all draws
 */
public record Impairment(
        double loss,
        double duplicate,
        double reorder,
        double corrupt,
        long delayNs,
        long jitterNs,
        long rateBitsPerSecond,
        int queuePackets,
        long seed) {
    /** A perfect direction. */
    public static final Impairment NONE = new Impairment(0, 0, 0, 0, 0, 0, 0, 1000, 1);

    /** The same with another {@link #loss}. */
    public Impairment withLoss(final double value) {
        return new Impairment(
                value, duplicate, reorder, corrupt, delayNs, jitterNs, rateBitsPerSecond, queuePackets, seed);
    }

    /** The same with another {@link #duplicate}. */
    public Impairment withDuplicate(final double value) {
        return new Impairment(loss, value, reorder, corrupt, delayNs, jitterNs, rateBitsPerSecond, queuePackets, seed);
    }

    /** The same with another {@link #reorder}. */
    public Impairment withReorder(final double value) {
        return new Impairment(
                loss, duplicate, value, corrupt, delayNs, jitterNs, rateBitsPerSecond, queuePackets, seed);
    }

    /** The same with another {@link #corrupt}. */
    public Impairment withCorrupt(final double value) {
        return new Impairment(
                loss, duplicate, reorder, value, delayNs, jitterNs, rateBitsPerSecond, queuePackets, seed);
    }

    /** The same with another {@link #delayNs}. */
    public Impairment withDelayNs(final long value) {
        return new Impairment(
                loss, duplicate, reorder, corrupt, value, jitterNs, rateBitsPerSecond, queuePackets, seed);
    }

    /** The same with another {@link #jitterNs}. */
    public Impairment withJitterNs(final long value) {
        return new Impairment(loss, duplicate, reorder, corrupt, delayNs, value, rateBitsPerSecond, queuePackets, seed);
    }

    /** The same with another {@link #rateBitsPerSecond}. */
    public Impairment withRateBitsPerSecond(final long value) {
        return new Impairment(loss, duplicate, reorder, corrupt, delayNs, jitterNs, value, queuePackets, seed);
    }

    /** The same with another {@link #queuePackets}. */
    public Impairment withQueuePackets(final int value) {
        return new Impairment(loss, duplicate, reorder, corrupt, delayNs, jitterNs, rateBitsPerSecond, value, seed);
    }

    /** The same with another {@link #seed}. */
    public Impairment withSeed(final long value) {
        return new Impairment(
                loss, duplicate, reorder, corrupt, delayNs, jitterNs, rateBitsPerSecond, queuePackets, value);
    }
}
