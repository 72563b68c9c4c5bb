package dev.culvert.kit.script;

import dev.culvert.buffer.PayloadOwner;
import dev.culvert.env.Secrets;
import dev.culvert.kit.SeededEntropy;
import dev.culvert.kit.arc.ArcRecorder;
import dev.culvert.shard.Shard;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.wire.Flow;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketSink;
import dev.culvert.wire.SegmentSplitter;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One shard under virtual time with everything around it recorded: the engine under packet scripts of every language. Time
 * moves only by {@link #advanceTo} and {@link #runUntilSent}; timers fire at exactly their deadlines, in order.
 * Single-threaded.
 */
public final class VirtualStack implements PacketSink, ApplicationEvents, PayloadOwner, Probe {
    /** Wake-ups at one instant after which a timer counts as stuck. */
    private static final int STUCK = 10_000;

    private static final byte OVERWRITTEN = 0x5a;

    /** A packet that the stack has sent. */
    public static final class Sent {
        private final long timeNs;
        private final byte[] bytes;
        private final long handOver;

        /** The bytes are not copied. */
        public Sent(final long timeNs, final byte[] bytes) {
            this(timeNs, bytes, 0);
        }

        private Sent(final long timeNs, final byte[] bytes, final long handOver) {
            this.timeNs = timeNs;
            this.bytes = bytes;
            this.handOver = handOver;
        }

        /** When it was sent. */
        public long timeNs() {
            return timeNs;
        }

        /** The IP packet; not a copy. */
        public byte[] bytes() {
            return bytes;
        }

        /** Number of the packet in which it went to the device: the same for all segments of a super-segment. */
        public long handOver() {
            return handOver;
        }
    }

    /** Does something from inside the stack's notice to the application. */
    @FunctionalInterface
    public interface Reaction {
        /** Called with the bits of {@code Readiness} that were raised. */
        void onReady(long connection, int readiness);
    }

    private final UnsafeBuffer packet = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    private final PacketMetadata metadata = new PacketMetadata();
    private final ArrayDeque<Sent> sent = new ArrayDeque<>();
    private final SegmentSplitter splitter = new SegmentSplitter();
    private final Map<Long, Integer> readiness = new HashMap<>();
    private final Map<Integer, TcpState> stateByRemotePort = new HashMap<>();
    private final ArcRecorder arcs = new ArcRecorder(this);
    private final Shard shard;
    private final long startNs;
    private Reaction reaction = (connection, bits) -> {};
    private Probe watcher = Probe.NONE;
    private long released;
    private long handOvers;
    private long nowNs;
    private int depth;

    /** A shard whose clock stands at {@code startNs}. */
    public VirtualStack(final ShardConfig config, final long seed, final long startNs) {
        this.startNs = startNs;
        nowNs = startNs;
        shard = new Shard(config, new Secrets(new SeededEntropy(seed)), this, this, this, arcs, startNs);
    }

    /** The stack itself. */
    public Shard shard() {
        return shard;
    }

    /** Virtual time in ns. */
    public long nowNs() {
        return nowNs;
    }

    /** Virtual time since the beginning in ns. */
    public long elapsedNs() {
        return nowNs - startNs;
    }

    // ------------------------------------------------------------------ input

    /** Lets packets arrive together, in one batch. */
    public void inject(final byte[]... packets) {
        batch(() -> {
            for (final byte[] bytes : packets) {
                packet.wrap(bytes);
                arcs.packet(packet, 0, bytes.length);
                shard.onPacket(packet, 0, bytes.length, metadata.reset(), nowNs);
            }
            arcs.calls();
            return 0;
        });
    }

    /**
     * Lets a super-segment arrive, whose checksum is not complete, as from a kernel on the same host. As in the memory of a device,
     * it stays there for the batch and is overwritten then, unless it comes from within a batch, which may not be the only one.
     */
    public void injectLarge(final byte[] bytes, final int segmentSize) {
        final boolean stays = depth == 0;
        batch(() -> {
            packet.wrap(bytes);
            arcs.packet(packet, 0, bytes.length);
            fillFrame(bytes);
            metadata.reset().segmentSize = segmentSize;
            metadata.checksum = PacketMetadata.ChecksumState.PARTIAL;
            metadata.stays = stays;
            shard.onPacket(frame, 0, bytes.length, metadata, nowNs);
            arcs.calls();
            return 0;
        });
        if (stays) {
            frame.setMemory(0, bytes.length, OVERWRITTEN);
        }
    }

    private void fillFrame(final byte[] bytes) {
        if (frame.capacity() == 0) { // most stacks never need one
            frame.wrap(BufferUtil.allocateDirectAligned(OutboundPacket.MAX_LENGTH, Long.BYTES));
        }
        frame.putBytes(0, bytes);
    }

    /** Makes calls of the application; the batch ends after the outermost one. */
    public <T> T batch(final Supplier<T> calls) {
        depth++;
        final T result;
        try {
            result = calls.get();
        } finally {
            depth--;
        }
        if (depth == 0) {
            depth++; // what the application calls while it is told belongs to this batch
            try {
                shard.endBatch(nowNs);
            } finally {
                depth--;
            }
        }
        return result;
    }

    /** What the application does when it is told something. */
    public void onReady(final Reaction what) {
        reaction = what;
    }

    /** Who else watches the stack from now on. */
    public void watch(final Probe probe) {
        watcher = probe;
    }

    // ------------------------------------------------------------------ time

    /** Moves time, firing every timer on the way at its own deadline. */
    public void advanceTo(final long targetNs) {
        while (fireNext(targetNs)) {
            // the next deadline may lie at the same instant
        }
        nowNs = targetNs;
    }

    /** Moves time until a packet is sent, at most to {@code limitNs}; true when there is one. */
    public boolean runUntilSent(final long limitNs) {
        while (sent.isEmpty() && fireNext(limitNs)) {
            // one deadline after the other
        }
        if (sent.isEmpty()) {
            nowNs = limitNs;
        }
        return !sent.isEmpty();
    }

    /** Moves time to the next timer and fires what is due then; false where none is due by {@code limitNs}. */
    public boolean fireNext(final long limitNs) {
        final long deadline = shard.nextDeadlineNs();
        if (deadline == Long.MAX_VALUE || deadline - limitNs > 0) {
            return false;
        }
        nowNs = Math.max(nowNs, deadline);
        int fired = 0;
        while (shard.nextDeadlineNs() <= nowNs) {
            if (++fired > STUCK) {
                throw new ScriptFailure("a timer does not move on: nextDeadlineNs() stays at or before now");
            }
            batch(() -> {
                arcs.timers();
                shard.onTimeout(nowNs);
                arcs.calls();
                return 0;
            });
        }
        return true;
    }

    // ------------------------------------------------------------------ output

    /** Packets sent and not yet taken, oldest first. */
    public ArrayDeque<Sent> sent() {
        return sent;
    }

    /** Bits of {@code Readiness} raised for a connection or listener since they were taken. */
    public int readiness(final long id) {
        return readiness.getOrDefault(id, 0);
    }

    /** Forgets bits of {@code Readiness}. */
    public void takeReadiness(final long id, final int bits) {
        readiness.merge(id, 0, (had, none) -> had & ~bits);
    }

    /** State of the connection with this remote port as the stack's probe reported it last; CLOSED before the first report. */
    public TcpState stateOf(final int remotePort) {
        return stateByRemotePort.getOrDefault(remotePort, TcpState.CLOSED);
    }

    /** How many payload references have come back. */
    public long released() {
        return released;
    }

    /** What is sent is what stands on a wire, with offload too. */
    @Override
    public boolean transmit(final OutboundPacket outbound) {
        handOvers++;
        splitter.split(outbound, (buffer, offset, length) -> {
            final byte[] bytes = new byte[length];
            buffer.getBytes(offset, bytes);
            sent.add(new Sent(nowNs, bytes, handOvers));
        });
        return true;
    }

    @Override
    public void onConnection(final long connection, final Object attachment, final int bits) {
        readiness.merge(connection, bits, (a, b) -> a | b);
        reaction.onReady(connection, bits);
    }

    @Override
    public void onListener(final long listener, final Object attachment) {
        readiness.merge(listener, dev.culvert.tcp.Readiness.ACCEPTABLE, (a, b) -> a | b);
    }

    @Override
    public void release(final long token) {
        released++;
    }

    @Override
    public void onStateChange(final Flow flow, final TcpState from, final TcpState to, final long atNs) {
        stateByRemotePort.put(flow.remotePort(), to);
        watcher.onStateChange(flow, from, to, atNs);
    }

    @Override
    public void onSent(final Tcb tcb, final int from, final int to, final long atNs) {
        watcher.onSent(tcb, from, to, atNs);
    }

    @Override
    public void onAck(final Tcb tcb, final Segment seg, final AckFacts facts) {
        watcher.onAck(tcb, seg, facts);
    }
}
