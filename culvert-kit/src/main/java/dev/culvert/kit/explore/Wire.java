package dev.culvert.kit.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The packets in flight between the two hosts. What is going to happen to a packet is chosen when it is sent, as far as the
 * budget goes: packets of one direction keep their order, but for strays and for the second copies of duplicates.
 */
final class Wire {
    /** A packet in flight; each copy is one of its own. */
    static final class Packet {
        /** The number of the host that it goes to. */
        final int to;

        final byte[] bytes;
        final long hash;
        private final long sentNs;
        private final boolean stray;

        /**
         * A packet that was just sent.
         *
         * @param sentNs when it was sent, in ns of waiting
         * @param stray whether it may arrive before and after any other
         */
        Packet(final int to, final byte[] bytes, final long hash, final long sentNs, final boolean stray) {
            this.to = to;
            this.bytes = bytes;
            this.hash = hash;
            this.sentNs = sentNs;
            this.stray = stray;
        }

        /** Whether it makes no difference which of the two arrives first. */
        boolean isLike(final Packet other) {
            return hash == other.hash && to == other.to && sentNs == other.sentNs && stray == other.stray;
        }
    }

    /** What happens to a packet. */
    enum Fate {
        ARRIVES,
        LOST,
        TWICE,
        STRAYS
    }

    private final List<Packet> inFlight = new ArrayList<>();
    private final Choices choices;
    private final UnaryOperator<byte[]> device;
    private final List<Fate> fates = new ArrayList<>();
    private int sent;

    /**
     * An empty wire.
     *
     * @param device what every packet passes first; null as its answer swallows the packet
     */
    Wire(final Choices choices, final Budget budget, final UnaryOperator<byte[]> device) {
        this.choices = choices;
        this.device = device;
        fates.add(Fate.ARRIVES);
        allow(budget.losses(), Fate.LOST);
        allow(budget.duplicates(), Fate.TWICE);
        allow(budget.strays(), Fate.STRAYS);
    }

    private void allow(final int times, final Fate fate) {
        for (int i = 0; i < times; i++) {
            fates.add(fate);
        }
    }

    /** Takes a packet and chooses its fate. */
    Fate send(final int to, final byte[] bytes, final long nowNs) {
        sent++;
        final byte[] out = device.apply(bytes);
        final Fate fate = out == null ? Fate.LOST : fate();
        if (fate != Fate.LOST) {
            final long hash = Mix.of(out);
            inFlight.add(new Packet(to, out, hash, nowNs, fate == Fate.STRAYS));
            if (fate == Fate.TWICE) {
                inFlight.add(new Packet(to, out, hash, nowNs, true));
            }
        }
        return fate;
    }

    private Fate fate() {
        final List<Fate> open = fates.stream().distinct().toList();
        final Fate fate = open.get(choices.pick(open.size()));
        if (fate != Fate.ARRIVES) {
            fates.remove(fate);
        }
        return fate;
    }

    /** What may arrive next: the oldest of each direction and every stray, equal ones once. */
    List<Packet> next() {
        final List<Packet> next = new ArrayList<>(inFlight.size());
        final boolean[] hasFirst = new boolean[2];
        for (final Packet packet : inFlight) {
            if (packet.stray ? next.stream().noneMatch(packet::isLike) : !hasFirst[packet.to]) {
                next.add(packet);
                hasFirst[packet.to] |= !packet.stray;
            }
        }
        return next;
    }

    /** The packet leaves the wire. */
    void arrives(final Packet packet) {
        inFlight.remove(packet);
    }

    /** Packets that were sent so far. */
    int sent() {
        return sent;
    }

    /** How long the oldest packet has been on its way. */
    long oldestNs(final long nowNs) {
        return inFlight.isEmpty() ? 0 : nowNs - inFlight.get(0).sentNs;
    }

    /** What there is, in its order but for strays, and what may still go wrong. */
    long key(final long nowNs) {
        long strays = 0;
        final long[] inOrder = new long[2];
        for (final Packet packet : inFlight) {
            final long age = nowNs - packet.sentNs;
            if (packet.stray) {
                strays += Mix.of(Mix.of(packet.hash, packet.to), age);
            } else {
                inOrder[packet.to] = Mix.of(Mix.of(inOrder[packet.to], packet.hash), age);
            }
        }
        long key = Mix.of(Mix.of(strays, inOrder[0]), inOrder[1]);
        for (final Fate fate : fates) {
            key = Mix.of(key, fate.ordinal());
        }
        return key;
    }
}
