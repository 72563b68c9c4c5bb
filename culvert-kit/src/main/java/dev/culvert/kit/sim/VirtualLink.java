package dev.culvert.kit.sim;

import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.SegmentSplitter;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** One direction of a link between two nodes: delays, queues, loses, doubles, reorders and damages packets, by one seed. */
public final class VirtualLink {
    private static final long BIT_NS = 8_000_000_000L;

    private final Simulation simulation;
    private final SplittableRandom random;
    private final LossState lossState;
    private final FramePool frames;
    private final Trace trace;
    private final String name;
    private final Node from;
    private final Node to;
    private final int nearEnd;
    private final int farEnd;
    private final LinkCounts counts = new LinkCounts();
    private final SegmentSplitter splitter = new SegmentSplitter();
    /** When each packet that waits for the rate will have left. */
    private final ArrayDeque<Long> departures = new ArrayDeque<>();

    private LinkConfig config;
    private LinkObserver observer = LinkObserver.NONE;
    private LawKeeper laws;
    private long idleAtNs;
    private long lastArrivalNs;

    VirtualLink(
            final Simulation simulation,
            final String name,
            final LinkConfig config,
            final Node from,
            final Node to,
            final int nearEnd,
            final int farEnd) {
        this.simulation = simulation;
        this.name = name;
        this.config = config;
        this.from = from;
        this.to = to;
        this.nearEnd = nearEnd;
        this.farEnd = farEnd;
        random = simulation.random().split();
        lossState = new LossState(random);
        frames = simulation.frames();
        trace = simulation.trace();
    }

    /** Judges every packet that enters this link. */
    void judge(final LawKeeper keeper) {
        laws = keeper;
    }

    /** Shows every packet at both ends from now on. */
    public void observe(final LinkObserver watcher) {
        observer = watcher;
    }

    /** What the link does. */
    public LinkConfig config() {
        return config;
    }

    /** What the link does from now on; packets already on their way arrive as they would have. */
    public void configure(final LinkConfig changed) {
        config = changed;
    }

    /** What the link has done. */
    public LinkCounts counts() {
        return counts;
    }

    /** Takes a packet from a stack; false when the device has no room. */
    boolean transmit(final OutboundPacket packet) {
        if (happens(config.refuse())) {
            return false;
        }
        if (config.cuts()) {
            splitter.split(packet, this::enter);
            return true;
        }
        final Frame frame = frames.take(packet.length());
        frame.length = packet.copyTo(frame.bytes, 0);
        frame.segmentSize = packet.segmentSize;
        frame.checksumPartial = packet.checksumPartial;
        enter(frame);
        return true;
    }

    private void enter(final UnsafeBuffer buffer, final int offset, final int length) {
        final Frame frame = frames.take(length);
        frame.set(buffer, offset, length);
        enter(frame);
    }

    /** Takes a packet. */
    void enter(final Frame frame) {
        final long now = simulation.nowNs();
        if (laws != null) {
            laws.sent(frame, now);
        }
        observer.onPacket(nearEnd, true, frame.bytes, frame.length, now);
        counts.packets++;
        counts.bytes += frame.length;
        final LinkDrop drop = dropped(frame, now);
        if (drop != null) {
            lose(frame, drop, now);
            return;
        }
        trace.add(now, name, "", frame);
        if (happens(config.duplicate())) {
            counts.duplicated++;
            deliver(frames.take(frame.length).copyOf(frame), now);
        }
        deliver(frame, now);
    }

    private LinkDrop dropped(final Frame frame, final long now) {
        if (lossState.loses(config.loss(), now)) {
            return LinkDrop.LOSS;
        }
        if (!config.up()) {
            return LinkDrop.DOWN;
        }
        if (frame.length > config.mtuBytes()) {
            return LinkDrop.MTU;
        }
        return overflows(frame, now) ? LinkDrop.QUEUE : null;
    }

    private void lose(final Frame frame, final LinkDrop cause, final long now) {
        counts.drop(cause);
        trace.add(now, name, "lost", frame);
        if (cause == LinkDrop.MTU && config.tooBig()) {
            final byte[] notice = TooBig.about(frame, config.mtuBytes());
            if (notice.length > 0) {
                final Frame back = frames.take(notice.length);
                back.set(notice);
                simulation.at(now, () -> arrive(back, from, nearEnd));
            }
        }
        frames.give(frame);
    }

    private boolean overflows(final Frame frame, final long now) {
        final int bytes = frame.length;
        if (config.bitsPerSecond() == 0) {
            idleAtNs = now;
            return false;
        }
        while (!departures.isEmpty() && departures.peek() <= now) {
            departures.poll();
        }
        final long waiting = waitingBytes(now);
        if (waiting + bytes > config.queueBytes() || departures.size() >= config.queuePackets()) {
            return true;
        }
        if (waiting > config.markBytes()) {
            if (!frame.isEct()) {
                return true;
            }
            frame.mark();
            counts.marked++;
        }
        counts.largestQueueBytes = Math.max(counts.largestQueueBytes, waiting + bytes);
        idleAtNs = Math.max(idleAtNs, now) + bytes * BIT_NS / config.bitsPerSecond();
        departures.add(idleAtNs);
        return false;
    }

    /** Multiplied in two parts, since ns times bits per second passes 63 bits within seconds. */
    private long waitingBytes(final long now) {
        final long ns = Math.max(0, idleAtNs - now);
        return (long) ((double) ns * config.bitsPerSecond() / BIT_NS);
    }

    private void deliver(final Frame frame, final long now) {
        final long jitter = config.jitterNs() == 0 ? 0 : random.nextLong(config.jitterNs());
        long arrival = Math.max(idleAtNs, now) + config.delayNs() + jitter;
        if (happens(config.reorder())) {
            counts.reordered++;
            arrival += random.nextLong(Math.max(1, config.reorderNs()));
        } else {
            arrival = Math.max(arrival, lastArrivalNs);
            lastArrivalNs = arrival;
        }
        damage(frame);
        simulation.at(arrival, () -> arrive(frame, to, farEnd));
    }

    private void arrive(final Frame frame, final Node node, final int end) {
        observer.onPacket(end, false, frame.bytes, frame.length, simulation.nowNs());
        node.arrive(frame);
    }

    private void damage(final Frame frame) {
        if (happens(config.corrupt())) {
            counts.damaged++;
            final int at = random.nextInt(frame.length);
            frame.bytes.putByte(at, (byte) (frame.bytes.getByte(at) ^ 1 << random.nextInt(8)));
        }
        if (happens(config.truncate())) {
            counts.damaged++;
            frame.length = random.nextInt(1, frame.length + 1);
        }
    }

    private boolean happens(final double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}
