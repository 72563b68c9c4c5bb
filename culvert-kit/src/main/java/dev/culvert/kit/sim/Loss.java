package dev.culvert.kit.sim;

import java.util.Set;

/** How a link loses packets. Immutable; what a model has to remember is kept by the link. */
public sealed interface Loss {
    /**
     * Every packet with the same probability (Bernoulli).
     *
     * @param probability 0 to 1
     */
    record Random(double probability) implements Loss {}

    /**
     * Bursts after Gilbert and Elliott: a good and a bad state, each with a probability of loss. A burst lasts
     * {@code 1 / leave} packets on average. The path may change its state while no packet comes, too: otherwise a burst that meets a
     * sender which tries once per timeout lasts for minutes. The share of bad moments is the same for every sender.
     *
     * @param enter probability per packet to go from good to bad, 0 to 1
     * @param leave probability per packet to go back, 0 to 1
     * @param lossGood probability of loss in the good state
     * @param lossBad probability of loss in the bad state
     * @param packetNs time after which the state may change without a packet, in ns; 0: only packets count
     */
    record Bursts(double enter, double leave, double lossGood, double lossBad, long packetNs) implements Loss {}

    /**
     * Every so many packets one.
     *
     * @param period from one lost packet to the next, at least 1
     * @param first number of the first one, from 1
     */
    record Every(long period, long first) implements Loss {}

    /**
     * Exactly these packets.
     *
     * @param numbers in the order in which packets enter the link, from 1
     */
    record Packets(Set<Long> numbers) implements Loss {
        /** Keeps a copy. */
        public Packets {
            numbers = Set.copyOf(numbers);
        }
    }

    /** Whether no packet is ever lost. */
    default boolean isNone() {
        return this instanceof Random random && random.probability == 0;
    }
}
