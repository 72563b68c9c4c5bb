package dev.culvert.kit.explore;

import java.util.ArrayList;
import java.util.List;

/**
 * The packets in flight between the two hosts, and what may still happen to them. Packets of one direction keep their order;
 * a packet that has let a later one pass keeps it no more, nor does the second copy of one that arrives twice. Immutable.
 */
final class Wire {
    /**
     * A packet in flight; each copy is one of its own.
     *
     * @param sentNs when it was sent, in ns of waiting
     * @param loose it keeps no order and may arrive whenever it likes
     */
    private record Flying(Packet packet, long sentNs, boolean loose) {
        /** Whether it makes no difference which of the two arrives first. */
        boolean isLike(final Flying other) {
            return packet.hash() == other.packet.hash() && packet.to() == other.packet.to() && sentNs == other.sentNs;
        }
    }

    /** What happens to a packet when it is sent. */
    enum Fate {
        ARRIVES,
        LOST,
        TWICE
    }

    /**
     * An arrival that may come next.
     *
     * @param left what is in flight afterwards
     */
    record Arrival(Packet packet, Wire left) {}

    private static final Flying[] NOTHING = {};

    private final Budget budget;
    private final Flying[] flying;

    private Wire(final Budget budget, final Flying[] flying) {
        this.budget = budget;
        this.flying = flying;
    }

    /** An empty wire on which so much may go wrong. */
    static Wire of(final Budget budget) {
        return new Wire(budget, NOTHING);
    }

    /** What may still go wrong. */
    Budget budget() {
        return budget;
    }

    /** A timer runs out before what is in flight arrives. */
    Wire timeout() {
        return new Wire(budget.lessTimeouts(), flying);
    }

    /** What can happen to a packet that is sent now. */
    List<Fate> fates(final Packet packet) {
        if (packet.bytes() == null) {
            return List.of(Fate.LOST);
        }
        final List<Fate> fates = new ArrayList<>(3);
        fates.add(Fate.ARRIVES);
        if (budget.losses() > 0) {
            fates.add(Fate.LOST);
        }
        if (budget.duplicates() > 0) {
            fates.add(Fate.TWICE);
        }
        return fates;
    }

    /** A packet is sent, and this is what will happen to it. */
    Wire with(final Packet packet, final Fate fate, final long nowNs) {
        return switch (fate) {
            case ARRIVES -> new Wire(budget, plus(new Flying(packet, nowNs, false)));
            case LOST -> packet.bytes() == null ? this : new Wire(budget.lessLosses(), flying);
            case TWICE ->
                new Wire(
                        budget.lessDuplicates(),
                        plus(new Flying(packet, nowNs, false), new Flying(packet, nowNs, true)));
        };
    }

    private Flying[] plus(final Flying... more) {
        final Flying[] all = new Flying[flying.length + more.length];
        System.arraycopy(flying, 0, all, 0, flying.length);
        System.arraycopy(more, 0, all, flying.length, more.length);
        return all;
    }

    /** What may arrive next, of equal packets one. */
    List<Arrival> arrivals() {
        final List<Arrival> arrivals = new ArrayList<>(flying.length);
        final int[] passed = new int[2];
        for (int i = 0; i < flying.length; i++) {
            final Flying next = flying[i];
            if (next.loose) {
                if (!isLikeEarlier(i)) {
                    arrivals.add(new Arrival(next.packet, without(i, 0)));
                }
            } else {
                final int overtaken = passed[next.packet.to()]++;
                if (overtaken <= budget.reorders()) {
                    arrivals.add(new Arrival(next.packet, without(i, overtaken)));
                }
            }
        }
        return arrivals;
    }

    private boolean isLikeEarlier(final int index) {
        for (int i = 0; i < index; i++) {
            if (flying[i].loose && flying[i].isLike(flying[index])) {
                return true;
            }
        }
        return false;
    }

    /** The packet with this index is gone, and those of its direction that kept their order before it have let it pass. */
    private Wire without(final int index, final int overtaken) {
        final Flying gone = flying[index];
        final Flying[] left = new Flying[flying.length - 1];
        for (int i = 0; i < left.length; i++) {
            final Flying other = flying[i < index ? i : i + 1];
            final boolean passed = i < index && overtaken > 0 && !other.loose && other.packet.to() == gone.packet.to();
            left[i] = passed ? new Flying(other.packet, other.sentNs, true) : other;
        }
        return new Wire(budget.lessReorders(overtaken), left);
    }

    /** How long the oldest packet has been on its way. */
    long oldestNs(final long nowNs) {
        return flying.length == 0 ? 0 : nowNs - flying[0].sentNs;
    }

    /** A hash of what there is, in its order if it keeps one, and of what may still go wrong. */
    long key(final long nowNs) {
        long loose = 0;
        long toA = 0;
        long toB = 0;
        for (final Flying one : flying) {
            // Age counts only where somebody may wait while something is in flight.
            final long age = budget.timeouts() > 0 ? nowNs - one.sentNs : 0;
            final long hash = Mix.of(one.packet.hash(), 2 * age + one.packet.to());
            if (one.loose) {
                loose += hash;
            } else if (one.packet.to() == 0) {
                toA = Mix.of(toA, hash);
            } else {
                toB = Mix.of(toB, hash);
            }
        }
        return Mix.of(Mix.of(Mix.of(loose, toA), toB), budget.key());
    }
}
