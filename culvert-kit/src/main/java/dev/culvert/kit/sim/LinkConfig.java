package dev.culvert.kit.sim;

/**
 * What one direction of a virtual link does to packets. Probabilities are per packet, 0 to 1. Immutable.
 *
 * @param delayNs propagation delay in ns
 * @param jitterNs further delay, uniform up to this, that keeps the order
 * @param bitsPerSecond rate; 0: infinite
 * @param queueBytes bytes that may wait for a slow rate; what comes on top is lost
 * @param loss probability that a packet vanishes
 * @param duplicate probability that a packet arrives twice
 * @param reorder probability that a packet is held back, and overtaken, for up to {@code reorderNs}
 * @param reorderNs longest time that a reordered packet is held back
 * @param corrupt probability that one bit of a packet flips
 * @param truncate probability that a packet loses its end
 * @param refuse probability that the device has no room and says so to the stack
 */
public record LinkConfig(
        long delayNs,
        long jitterNs,
        long bitsPerSecond,
        int queueBytes,
        double loss,
        double duplicate,
        double reorder,
        long reorderNs,
        double corrupt,
        double truncate,
        double refuse) {

    /** A link that only delays. */
    public static LinkConfig clean(final long delayNs) {
        return new LinkConfig(delayNs, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** Whether every packet arrives, once and in order, with no more delay than some jitter. */
    public boolean isPerfect() {
        return bitsPerSecond == 0
                && loss + duplicate + corrupt + truncate + refuse == 0
                && (reorder == 0 || reorderNs == 0);
    }

    /** A copy with a rate and a queue. */
    public LinkConfig withRate(final long bits, final int queue) {
        return new LinkConfig(
                delayNs, jitterNs, bits, queue, loss, duplicate, reorder, reorderNs, corrupt, truncate, refuse);
    }

    /** A copy with random loss. */
    public LinkConfig withLoss(final double probability) {
        return new LinkConfig(
                delayNs,
                jitterNs,
                bitsPerSecond,
                queueBytes,
                probability,
                duplicate,
                reorder,
                reorderNs,
                corrupt,
                truncate,
                refuse);
    }

    /** A copy without damage to the bytes: where checksums are left to the device nobody would notice it. */
    public LinkConfig withoutDamage() {
        return new LinkConfig(
                delayNs, jitterNs, bitsPerSecond, queueBytes, loss, duplicate, reorder, reorderNs, 0, 0, refuse);
    }
}
