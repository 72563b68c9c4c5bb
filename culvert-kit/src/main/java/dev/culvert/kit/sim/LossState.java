package dev.culvert.kit.sim;

import java.util.SplittableRandom;

/** What the loss models of one direction of a link remember from packet to packet. */
final class LossState {
    private final SplittableRandom random;
    private long packets;
    private boolean bad;

    LossState(final SplittableRandom random) {
        this.random = random;
    }

    /** Decides about the next packet. */
    boolean loses(final Loss loss) {
        packets++;
        if (loss instanceof Loss.Random bernoulli) {
            return happens(bernoulli.probability());
        }
        if (loss instanceof Loss.Bursts bursts) {
            bad = bad ? !happens(bursts.leave()) : happens(bursts.enter());
            return happens(bad ? bursts.lossBad() : bursts.lossGood());
        }
        if (loss instanceof Loss.Every every) {
            return packets >= every.first() && (packets - every.first()) % every.period() == 0;
        }
        return ((Loss.Packets) loss).numbers().contains(packets);
    }

    private boolean happens(final double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}
