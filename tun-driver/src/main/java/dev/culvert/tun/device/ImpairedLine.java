package dev.culvert.tun.device;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * One direction of a bad link: packets go in, and come out later, changed, twice, in another order or not at all. Every kind
 * of mishap draws from a sequence of its own, so that changing one leaves the others as they were.
 */
final class ImpairedLine {
    /** A packet that is to be overtaken goes on after this time when nothing comes to overtake it. */
    private static final long HOLD_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int MOST_OVERTAKING = 3;

    private final Impairment spec;
    private final SplittableRandom lossDraws;
    private final SplittableRandom duplicateDraws;
    private final SplittableRandom reorderDraws;
    private final SplittableRandom corruptDraws;
    private final SplittableRandom jitterDraws;
    private final ArrayDeque<PacketSlot> free = new ArrayDeque<>();
    /** In the order of their release. */
    private final ArrayDeque<PacketSlot> underWay = new ArrayDeque<>();

    private PacketSlot held;
    private int overtakersMissing;
    private long idleFromNs;
    private long lastReleaseNs;
    private long lost;

    /** The salt keeps the two directions of a link from sharing their fate. */
    ImpairedLine(final Impairment spec, final long salt, final long nowNs) {
        this.spec = spec;
        final SplittableRandom root = new SplittableRandom(spec.seed() + salt);
        lossDraws = root.split();
        duplicateDraws = root.split();
        reorderDraws = root.split();
        corruptDraws = root.split();
        jitterDraws = root.split();
        idleFromNs = nowNs;
        lastReleaseNs = nowNs;
    }

    /** A place for a packet of this length with its time of release, or null: it is lost. {@link #enter} must follow. */
    PacketSlot admit(final int length, final long nowNs) {
        final boolean drop = lossDraws.nextDouble() < spec.loss();
        if (drop || full()) {
            lost++;
            return null;
        }
        final PacketSlot slot = take();
        slot.releaseNs = releaseNs(length, nowNs);
        return slot;
    }

    private boolean full() {
        return underWay.size() + (held == null ? 0 : 1) >= spec.queuePackets();
    }

    private PacketSlot take() {
        final PacketSlot slot = free.poll();
        return slot == null ? new PacketSlot() : slot;
    }

    private long releaseNs(final int length, final long nowNs) {
        long departureNs = nowNs;
        if (spec.rateBitsPerSecond() > 0) {
            final long start = idleFromNs - nowNs > 0 ? idleFromNs : nowNs;
            idleFromNs = start + (long) length * Byte.SIZE * TimeUnit.SECONDS.toNanos(1) / spec.rateBitsPerSecond();
            departureNs = idleFromNs;
        }
        final long jitterNs = (long) ((2 * jitterDraws.nextDouble() - 1) * spec.jitterNs());
        return departureNs + Math.max(0, spec.delayNs() + jitterNs);
    }

    /** Puts the filled slot on its way. */
    void enter(final PacketSlot slot) {
        if (corruptDraws.nextDouble() < spec.corrupt()) {
            slot.flipBit(corruptDraws.nextInt());
        }
        if (duplicateDraws.nextDouble() < spec.duplicate() && !full()) {
            final PacketSlot twin = take();
            twin.copyFrom(slot);
            twin.releaseNs = slot.releaseNs;
            append(twin);
        }
        if (reorderDraws.nextDouble() < spec.reorder() && held == null) {
            held = slot;
            overtakersMissing = 1 + reorderDraws.nextInt(MOST_OVERTAKING);
        } else {
            append(slot);
        }
    }

    private void append(final PacketSlot slot) {
        if (slot.releaseNs - lastReleaseNs < 0) {
            slot.releaseNs = lastReleaseNs;
        }
        lastReleaseNs = slot.releaseNs;
        underWay.add(slot);
        if (held != null && --overtakersMissing == 0) {
            letGo();
        }
    }

    private void letGo() {
        final PacketSlot slot = held;
        held = null;
        append(slot);
    }

    /** The next packet that has arrived by now, or null. {@link #recycle} must follow. */
    PacketSlot poll(final long nowNs) {
        if (held != null && held.releaseNs + HOLD_NS - nowNs <= 0) {
            letGo();
        }
        final PacketSlot head = underWay.peek();
        return head != null && head.releaseNs - nowNs <= 0 ? underWay.poll() : null;
    }

    void recycle(final PacketSlot slot) {
        free.push(slot);
    }

    /** Until {@link #poll} gives a packet, ns; 0: now; {@code Long.MAX_VALUE}: nothing is under way. */
    long waitNs(final long nowNs) {
        long wait = Long.MAX_VALUE;
        if (!underWay.isEmpty()) {
            wait = underWay.peek().releaseNs - nowNs;
        }
        if (held != null) {
            wait = Math.min(wait, held.releaseNs + HOLD_NS - nowNs);
        }
        return Math.max(0, wait);
    }

    /** Packets lost by chance or because the queue was full. */
    long lost() {
        return lost;
    }
}
