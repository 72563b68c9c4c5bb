package dev.culvert.kit.sim;

import java.util.SplittableRandom;

/** What the loss models of one direction of a link remember from packet to packet. */
final class LossState {
    private final SplittableRandom random;
    private long packets;
    private boolean bad;
    /** When the last packet came. */
    private long lastNs;

    LossState(final SplittableRandom random) {
        this.random = random;
    }

    /** Decides about the next packet. */
    boolean loses(final Loss loss, final long nowNs) {
        packets++;
        final long silentNs = nowNs - lastNs;
        lastNs = nowNs;
        if (loss instanceof Loss.Random bernoulli) {
            return happens(bernoulli.probability());
        }
        if (loss instanceof Loss.Bursts bursts) {
            final long steps = bursts.packetNs() == 0 ? 1 : silentNs / bursts.packetNs();
            if (steps > 1) {
                bad = happens(badAfter(bursts, steps));
            } else {
                bad = bad ? !happens(bursts.leave()) : happens(bursts.enter());
            }
            return happens(bad ? bursts.lossBad() : bursts.lossGood());
        }
        if (loss instanceof Loss.Every every) {
            return packets >= every.first() && (packets - every.first()) % every.period() == 0;
        }
        return ((Loss.Packets) loss).numbers().contains(packets);
    }

    /** The probability of the bad state so many steps of the chain later. */
    private double badAfter(final Loss.Bursts bursts, final long steps) {
        final double changes = bursts.enter() + bursts.leave();
        final double share = changes == 0 ? 0 : bursts.enter() / changes;
        return share + ((bad ? 1 : 0) - share) * Math.pow(1 - changes, (double) steps);
    }

    private boolean happens(final double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}
