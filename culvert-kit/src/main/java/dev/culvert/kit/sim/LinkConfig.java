package dev.culvert.kit.sim;

/**
 * What one direction of a virtual link does to packets. Probabilities are per packet, 0 to 1. Immutable; {@link #with()} makes
 * a changed copy.
 *
 * @param delayNs propagation delay in ns
 * @param jitterNs further delay, uniform up to this, that keeps the order
 * @param bitsPerSecond rate; 0: infinite
 * @param queueBytes bytes that may wait for a slow rate; what comes on top is lost
 * @param queuePackets packets that may wait for a slow rate; what comes on top is lost
 * @param markBytes when more than this waits already, ECN-capable packets are marked as by a router (RFC 3168 §5) and others
 *     are lost
 * @param loss which packets vanish
 * @param duplicate probability that a packet arrives twice
 * @param reorder probability that a packet is held back, and overtaken, for up to {@code reorderNs}
 * @param reorderNs longest time that a reordered packet is held back
 * @param corrupt probability that one bit of a packet flips
 * @param truncate probability that a packet loses its end
 * @param refuse probability that the device has no room and says so to the stack
 * @param mtuBytes largest packet that fits through; longer ones are lost
 * @param tooBig whether the sender of a packet that does not fit is told by ICMP, as a router would; false is a black hole
 * @param cuts whether it carries a super-segment as the packets that it is on a wire; false: whole, as inside one host
 * @param up false: everything is lost
 */
public record LinkConfig(
        long delayNs,
        long jitterNs,
        long bitsPerSecond,
        int queueBytes,
        int queuePackets,
        int markBytes,
        Loss loss,
        double duplicate,
        double reorder,
        long reorderNs,
        double corrupt,
        double truncate,
        double refuse,
        int mtuBytes,
        boolean tooBig,
        boolean cuts,
        boolean up) {

    /** A link that only delays. */
    public static LinkConfig clean(final long delayNs) {
        return new Builder().delayNs(delayNs).build();
    }

    /** Whether every packet arrives, once and in order, with no more delay than some jitter. */
    public boolean isPerfect() {
        return bitsPerSecond == 0
                && loss.isNone()
                && up
                && duplicate + corrupt + truncate + refuse == 0
                && (reorder == 0 || reorderNs == 0);
    }

    /** A copy with a rate and a queue. */
    public LinkConfig withRate(final long bits, final int queue) {
        return with().bitsPerSecond(bits).queueBytes(queue).build();
    }

    /** A copy with random loss. */
    public LinkConfig withLoss(final double probability) {
        return with().loss(new Loss.Random(probability)).build();
    }

    /** A copy without damage to the bytes: where checksums are left to the device nobody would notice it. */
    public LinkConfig withoutDamage() {
        return with().corrupt(0).truncate(0).build();
    }

    /** A builder that starts from this configuration. */
    public Builder with() {
        return new Builder(this);
    }

    /** Collects changes; not thread-safe. A new one describes a link that is perfect and has no delay. */
    public static final class Builder {
        private long delayNs;
        private long jitterNs;
        private long bitsPerSecond;
        private int queueBytes = Integer.MAX_VALUE;
        private int queuePackets = Integer.MAX_VALUE;
        private int markBytes = Integer.MAX_VALUE;
        private Loss loss = new Loss.Random(0);
        private double duplicate;
        private double reorder;
        private long reorderNs;
        private double corrupt;
        private double truncate;
        private double refuse;
        private int mtuBytes = 65_535;
        private boolean tooBig = true;
        private boolean cuts;
        private boolean up = true;

        /** A perfect link without delay. */
        public Builder() {}

        private Builder(final LinkConfig from) {
            delayNs = from.delayNs;
            jitterNs = from.jitterNs;
            bitsPerSecond = from.bitsPerSecond;
            queueBytes = from.queueBytes;
            queuePackets = from.queuePackets;
            markBytes = from.markBytes;
            loss = from.loss;
            duplicate = from.duplicate;
            reorder = from.reorder;
            reorderNs = from.reorderNs;
            corrupt = from.corrupt;
            truncate = from.truncate;
            refuse = from.refuse;
            mtuBytes = from.mtuBytes;
            tooBig = from.tooBig;
            cuts = from.cuts;
            up = from.up;
        }

        /** Sets {@link LinkConfig#delayNs}. */
        public Builder delayNs(final long value) {
            delayNs = value;
            return this;
        }

        /** Sets {@link LinkConfig#jitterNs}. */
        public Builder jitterNs(final long value) {
            jitterNs = value;
            return this;
        }

        /** Sets {@link LinkConfig#bitsPerSecond}. */
        public Builder bitsPerSecond(final long value) {
            bitsPerSecond = value;
            return this;
        }

        /** Sets {@link LinkConfig#queueBytes}. */
        public Builder queueBytes(final int value) {
            queueBytes = value;
            return this;
        }

        /** Sets {@link LinkConfig#queuePackets}. */
        public Builder queuePackets(final int value) {
            queuePackets = value;
            return this;
        }

        /** Sets {@link LinkConfig#markBytes}. */
        public Builder markBytes(final int value) {
            markBytes = value;
            return this;
        }

        /** Sets {@link LinkConfig#loss}. */
        public Builder loss(final Loss value) {
            loss = value;
            return this;
        }

        /** Sets {@link LinkConfig#duplicate}. */
        public Builder duplicate(final double value) {
            duplicate = value;
            return this;
        }

        /** Sets {@link LinkConfig#reorder}. */
        public Builder reorder(final double value) {
            reorder = value;
            return this;
        }

        /** Sets {@link LinkConfig#reorderNs}. */
        public Builder reorderNs(final long value) {
            reorderNs = value;
            return this;
        }

        /** Sets {@link LinkConfig#corrupt}. */
        public Builder corrupt(final double value) {
            corrupt = value;
            return this;
        }

        /** Sets {@link LinkConfig#truncate}. */
        public Builder truncate(final double value) {
            truncate = value;
            return this;
        }

        /** Sets {@link LinkConfig#refuse}. */
        public Builder refuse(final double value) {
            refuse = value;
            return this;
        }

        /** Sets {@link LinkConfig#mtuBytes}. */
        public Builder mtuBytes(final int value) {
            mtuBytes = value;
            return this;
        }

        /** Sets {@link LinkConfig#tooBig}. */
        public Builder tooBig(final boolean value) {
            tooBig = value;
            return this;
        }

        /** Sets {@link LinkConfig#cuts}. */
        public Builder cuts(final boolean value) {
            cuts = value;
            return this;
        }

        /** Sets {@link LinkConfig#up}. */
        public Builder up(final boolean value) {
            up = value;
            return this;
        }

        /** The link. */
        public LinkConfig build() {
            return new LinkConfig(
                    delayNs,
                    jitterNs,
                    bitsPerSecond,
                    queueBytes,
                    queuePackets,
                    markBytes,
                    loss,
                    duplicate,
                    reorder,
                    reorderNs,
                    corrupt,
                    truncate,
                    refuse,
                    mtuBytes,
                    tooBig,
                    cuts,
                    up);
        }
    }
}
