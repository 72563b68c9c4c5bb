package dev.culvert.kit.sim;

import dev.culvert.wire.OutboundPacket;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** One direction of a link between two hosts: delays, queues, loses, doubles, reorders and damages packets, by one seed. */
public final class VirtualLink {
    private final Simulation simulation;
    private final LinkConfig config;
    private final SplittableRandom random;
    private final FramePool frames;
    private final Trace trace;
    private final String name;
    private final Consumer<Frame> receiver;
    private LawKeeper laws;
    private long idleAtNs;
    private long lastArrivalNs;

    VirtualLink(
            final Simulation simulation, final String name, final LinkConfig config, final Consumer<Frame> receiver) {
        this.simulation = simulation;
        this.name = name;
        this.config = config;
        this.receiver = receiver;
        random = simulation.random().split();
        frames = simulation.frames();
        trace = simulation.trace();
    }

    /** Judges every packet that enters this link. */
    void judge(final LawKeeper keeper) {
        laws = keeper;
    }

    /** Takes a packet from a stack; false when the device has no room. */
    boolean transmit(final OutboundPacket packet) {
        final long now = simulation.nowNs();
        if (happens(config.refuse())) {
            return false;
        }
        final Frame frame = frames.take(packet.length());
        frame.length = packet.copyTo(frame.bytes, 0);
        frame.segmentSize = packet.segmentSize;
        frame.checksumPartial = packet.checksumPartial;
        if (laws != null) {
            laws.sent(frame, now);
        }
        if (happens(config.loss()) || overflows(frame.length, now)) {
            trace.add(now, name, "lost", frame);
            frames.give(frame);
            return true;
        }
        trace.add(now, name, "", frame);
        if (happens(config.duplicate())) {
            deliver(frames.take(frame.length).copyOf(frame), now);
        }
        deliver(frame, now);
        return true;
    }

    private boolean overflows(final int bytes, final long now) {
        if (config.bitsPerSecond() == 0) {
            idleAtNs = now;
            return false;
        }
        final long waiting = Math.max(0, idleAtNs - now) * config.bitsPerSecond() / 8_000_000_000L;
        if (waiting + bytes > config.queueBytes()) {
            return true;
        }
        idleAtNs = Math.max(idleAtNs, now) + bytes * 8_000_000_000L / config.bitsPerSecond();
        return false;
    }

    private void deliver(final Frame frame, final long now) {
        final long jitter = config.jitterNs() == 0 ? 0 : random.nextLong(config.jitterNs());
        long arrival = Math.max(idleAtNs, now) + config.delayNs() + jitter;
        if (happens(config.reorder())) {
            arrival += random.nextLong(Math.max(1, config.reorderNs()));
        } else {
            arrival = Math.max(arrival, lastArrivalNs);
            lastArrivalNs = arrival;
        }
        damage(frame);
        simulation.at(arrival, () -> receiver.accept(frame));
    }

    private void damage(final Frame frame) {
        if (happens(config.corrupt())) {
            final int at = random.nextInt(frame.length);
            frame.bytes.putByte(at, (byte) (frame.bytes.getByte(at) ^ 1 << random.nextInt(8)));
        }
        if (happens(config.truncate())) {
            frame.length = random.nextInt(1, frame.length + 1);
        }
    }

    private boolean happens(final double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}
