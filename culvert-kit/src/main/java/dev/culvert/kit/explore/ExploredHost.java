package dev.culvert.kit.explore;

import dev.culvert.env.Secrets;
import dev.culvert.kit.SeededEntropy;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.sim.SimulationFailure;
import dev.culvert.shard.Shard;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketSink;
import java.nio.ByteOrder;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A stack, its application, and a clock of its own that moves by 1 ms with everything that happens here and by however long
 * both hosts wait. So what the host is depends on nothing but the list of what has happened to it, whose hash is
 * {@link #history}: the explorer need not tell apart two interleavings that look the same to each host.
 */
final class ExploredHost implements PacketSink, Probe {
    private static final long HAPPENING_NS = 1_000_000;
    private static final long BEGIN_NS = 1_000_000_000;
    private static final int SYN_OFFSET = 33;
    private static final int SEQ_OFFSET = 24;
    private static final List<IpAddress> ADDRESSES =
            List.of(IpAddress.parse("10.83.0.2"), IpAddress.parse("10.83.0.3"));
    private static final TcpConfig TCP = TcpConfig.DEFAULT
            .with()
            .maxMssBytes(Model.SEGMENT + 12)
            .windowClampBytes(2 * Model.SEGMENT)
            .windowScaling(false)
            .quickAcks(0)
            .build();

    final String name;
    final Application application;
    private final World world;
    private final Shard shard;
    private final int number;
    private final UnsafeBuffer arrival = new UnsafeBuffer(BufferUtil.allocateDirectAligned(2_048, Long.BYTES));
    private final PacketMetadata metadata = new PacketMetadata();
    private long nowNs = BEGIN_NS;
    private long history;
    private TcpState state = TcpState.CLOSED;
    private int iss;
    private boolean orphanBefore;
    private TcpState stateBefore = TcpState.CLOSED;
    private byte[] trigger;
    private boolean aborting;

    ExploredHost(final World world, final Model model, final int number) {
        this.world = world;
        this.number = number;
        name = number == 0 ? "a" : "b";
        application = new Application(number, name, model);
        shard = new Shard(
                ShardConfig.of(ADDRESSES.get(number)).withTcp(configuration(model)),
                new Secrets(new SeededEntropy(number)),
                0,
                1,
                this,
                application,
                token -> {},
                this,
                nowNs);
        application.begin(shard, ADDRESSES.get(number), model.listens() && number == 1);
    }

    /** A reset can get lost: only who probes finds out, when he has nothing to send. */
    private static TcpConfig configuration(final Model model) {
        return model.breaksOff() ? TCP.with().keepAlive(true).build() : TCP;
    }

    // ------------------------------------------------------------------ happenings

    /** A packet arrives. */
    void arrives(final byte[] packet, final long hash) {
        begin(Mix.of(1, hash));
        world.arrives(this, packet);
        trigger = packet;
        arrival.putBytes(0, packet);
        metadata.reset();
        shard.onPacket(arrival, 0, packet.length, metadata, nowNs);
        end();
    }

    /** The application takes the next step of one of its programs. */
    void takes(final int program, final Step step) {
        begin(Mix.of(2, program));
        world.takes(this, step);
        aborting = step.what() == Step.What.ABORT;
        application.take(program, ADDRESSES.get(number), ADDRESSES.get(1 - number));
        end();
    }

    private void begin(final long what) {
        nowNs += HAPPENING_NS;
        history = Mix.of(history, what);
        runTimers();
        stateBefore = state();
        orphanBefore = application.isOrphan();
    }

    private void end() {
        shard.endBatch(nowNs);
        trigger = null;
        aborting = false;
    }

    /** Time passes. */
    void waits(final long ns) {
        nowNs += ns;
        history = Mix.of(Mix.of(history, 3), ns);
        runTimers();
    }

    private void runTimers() {
        application.now(nowNs);
        if (shard.nextDeadlineNs() <= nowNs) {
            shard.onTimeout(nowNs);
            shard.endBatch(nowNs);
        }
    }

    /** How long until a timer runs out, in ns; {@code Long.MAX_VALUE}: never. */
    long untilTimerNs() {
        final long deadline = shard.nextDeadlineNs();
        return deadline == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, deadline - nowNs);
    }

    // ------------------------------------------------------------------ what the stack does

    @Override
    public boolean transmit(final OutboundPacket packet) {
        final byte[] bytes = new byte[packet.length()];
        final UnsafeBuffer copy = new UnsafeBuffer(bytes);
        packet.copyTo(copy, 0);
        final int flags = bytes[SYN_OFFSET];
        if ((flags & Segment.SYN) != 0) {
            iss = copy.getInt(SEQ_OFFSET, ByteOrder.BIG_ENDIAN);
        }
        world.sends(this, bytes);
        if ((flags & Segment.RST) != 0) {
            judge(bytes);
        }
        return true;
    }

    private void judge(final byte[] reset) {
        final Segment cause =
                trigger == null ? null : PacketDecoder.tcp(trigger).segment();
        final String complaint = ResetJudge.complaint(
                PacketDecoder.tcp(reset).segment(), stateBefore, iss, cause, aborting, orphanBefore);
        if (!complaint.isEmpty()) {
            throw new SimulationFailure(name + " sent a reset: " + complaint);
        }
    }

    @Override
    public void onStateChange(final Flow flow, final TcpState from, final TcpState to, final long timeNs) {
        state = to;
        world.reaches(this, to);
    }

    // ------------------------------------------------------------------ answers

    int number() {
        return number;
    }

    int iss() {
        return iss;
    }

    long nowNs() {
        return nowNs;
    }

    /** A hash of all that has happened. */
    long history() {
        return history;
    }

    /** The connection's state; without one LISTEN or CLOSED. */
    TcpState state() {
        return state == TcpState.CLOSED && application.isListening() ? TcpState.LISTEN : state;
    }

    /** Whether there is no connection. */
    boolean isQuiet() {
        return state == TcpState.CLOSED || state == TcpState.LISTEN;
    }

    /** What is left of connections when nothing can happen any more; an empty text: nothing. */
    String leftovers() {
        final boolean clean = shard.connectionCount() == 0
                && shard.halfOpenCount() == 0
                && shard.timeWaitCount() == 0
                && shard.buffersInUse() == 0
                && isQuiet();
        return clean ? "" : name + " is for ever in " + state;
    }

    void close() {
        shard.close();
    }
}
