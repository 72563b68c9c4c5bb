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
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A stack, its application, and a clock of its own that moves by however long both hosts wait, and by 1 ms when the host
 * connects or hears a SYN, so that no two connections begin at the same time. So what the host is depends on nothing but the
 * list of what has happened to it. Nothing else takes time: a host that only heard what it knew already is what it was before.
 */
final class ExploredHost implements PacketSink, Probe {
    private static final long OPENING_NS = 1_000_000;
    private static final long BEGIN_NS = 1_000_000_000;
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
    private final int number;
    private final ShardConfig config;
    private final Application application;
    private final PacketMetadata metadata = new PacketMetadata();
    private final List<Object> deeds = new ArrayList<>();
    private final Handshake handshake = new Handshake();
    private Shard shard;
    private long nowNs = BEGIN_NS;
    private TcpState state = TcpState.CLOSED;
    private boolean orphanBefore;
    private TcpState stateBefore = TcpState.CLOSED;
    private byte[] trigger;
    private boolean aborting;

    ExploredHost(final Model model, final int number) {
        this.number = number;
        name = number == 0 ? "a" : "b";
        config = ShardConfig.of(ADDRESSES.get(number)).withTcp(configuration(model));
        application = new Application(number, name, model, handshake);
        shard = boot();
        if (model.listens() && number == 1) {
            application.listen(ADDRESSES.get(number));
        }
    }

    /** A reset can get lost: only who probes finds out, when he has nothing to send. */
    private static TcpConfig configuration(final Model model) {
        return model.breaksOff() ? TCP.with().keepAlive(true).build() : TCP;
    }

    private Shard boot() {
        final Shard stack =
                new Shard(config, new Secrets(new SeededEntropy(number)), this, application, token -> {}, this, nowNs);
        application.runsOn(stack);
        return stack;
    }

    // ------------------------------------------------------------------ happenings

    /**
     * Something happens; {@link #deeds} tells what came of it.
     *
     * @throws SimulationFailure when the host breaks an invariant
     */
    void happens(final Event event) {
        deeds.clear();
        stateBefore = state();
        orphanBefore = application.isOrphan();
        switch (event.what()) {
            case ARRIVES -> arrives(event.packet().bytes());
            case STEP -> takes(event.program());
            case WAITS -> waits(event.ns());
        }
        application.settle();
    }

    private void arrives(final byte[] packet) {
        final Segment segment = PacketDecoder.tcp(packet).segment();
        if (segment.has(Segment.SYN) && !segment.has(Segment.ACK)) {
            waits(OPENING_NS);
        }
        trigger = packet;
        handshake.got(segment);
        metadata.reset();
        shard.onPacket(new UnsafeBuffer(packet.clone()), 0, packet.length, metadata, nowNs);
        shard.endBatch(nowNs);
        trigger = null;
    }

    private void takes(final int program) {
        final Step.What what = application.next(program, isQuiet()).what();
        if (what == Step.What.CONNECT) {
            waits(OPENING_NS);
        }
        aborting = what == Step.What.ABORT;
        application.take(program, ADDRESSES.get(number), ADDRESSES.get(1 - number));
        if (what == Step.What.CRASH) {
            crash();
        }
        shard.endBatch(nowNs);
        aborting = false;
    }

    /** The host loses everything but its clock and its keys, and comes back. */
    private void crash() {
        shard.close();
        move(TcpState.CLOSED);
        shard = boot();
    }

    private void waits(final long ns) {
        nowNs += ns;
        application.now(nowNs);
        shard.onTimeout(nowNs);
        shard.endBatch(nowNs);
    }

    // ------------------------------------------------------------------ what the stack does

    @Override
    public boolean transmit(final OutboundPacket packet) {
        final byte[] bytes = new byte[packet.length()];
        packet.copyTo(new UnsafeBuffer(bytes), 0);
        deeds.add(bytes);
        final Segment segment = PacketDecoder.tcp(bytes).segment();
        handshake.sent(segment);
        if (segment.has(Segment.SYN)) {
            application.begins();
        }
        if (segment.has(Segment.RST)) {
            judge(segment);
        }
        return true;
    }

    private void judge(final Segment reset) {
        final Segment cause =
                trigger == null ? null : PacketDecoder.tcp(trigger).segment();
        final String complaint =
                ResetJudge.complaint(reset, stateBefore, handshake.iss(), cause, aborting, orphanBefore);
        if (!complaint.isEmpty()) {
            throw new SimulationFailure(name + " sent a reset: " + complaint);
        }
    }

    @Override
    public void onStateChange(final Flow flow, final TcpState from, final TcpState to, final long timeNs) {
        move(to);
    }

    private void move(final TcpState to) {
        state = to;
        deeds.add(to);
    }

    // ------------------------------------------------------------------ answers

    int number() {
        return number;
    }

    long nowNs() {
        return nowNs;
    }

    /** What came of the last happening, in order: packets as {@code byte[]}, and states that its connection came to. */
    List<Object> deeds() {
        return deeds;
    }

    /** How long until a timer runs out, in ns; {@code Long.MAX_VALUE}: never. */
    long untilTimerNs() {
        final long deadline = shard.nextDeadlineNs();
        return deadline == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, deadline - nowNs);
    }

    /** The step that each program can take now, or null. */
    List<Step> steps() {
        return application.next(isQuiet());
    }

    Progress progress() {
        return application.progress();
    }

    /**
     * A hash that is the same only for hosts to which the same future happenings do the same.
     *
     * @param history a hash of how it came here: counts as long as the stack holds something that cannot be looked at
     */
    long key(final long history) {
        final StackState stack = StackState.of(shard);
        final boolean hidden = stack.hidesSomething() || shard.halfOpenCount() > 0 || shard.timeWaitCount() > 0;
        final long known = Mix.of(Mix.of(stack.hash(), application.key()), handshake.key());
        final long time = Mix.of(nowNs, shard.nextDeadlineNs());
        return Mix.of(Mix.of(Mix.of(known, time), state.ordinal()), hidden ? history : 0);
    }

    /** The connection's state; without one LISTEN or CLOSED. */
    private TcpState state() {
        return state == TcpState.CLOSED && application.isListening() ? TcpState.LISTEN : state;
    }

    /** Whether there is no connection. */
    private boolean isQuiet() {
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
