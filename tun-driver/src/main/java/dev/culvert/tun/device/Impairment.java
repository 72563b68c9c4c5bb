package dev.culvert.tun.device;

/**
 * How one direction of a link is made worse. Immutable. Probabilities are 0 to 1.
 *
 * @param loss share of packets that vanish
 * @param duplicate share of packets that arrive twice
 * @param reorder share of packets that are overtaken by one to three later ones
 * @param corrupt share of packets in which one bit is flipped
 * @param delayNs added to every packet, ns
 * @param jitterNs the delay varies by up to this much both ways, ns; packets keep their order
 * @param rateBitsPerSecond link rate; 0: unlimited
 * @param queuePackets packets that may be under way or waiting; further ones are lost
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
}
