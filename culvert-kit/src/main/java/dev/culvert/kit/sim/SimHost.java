package dev.culvert.kit.sim;

import dev.culvert.buffer.PayloadOwner;
import dev.culvert.env.Errno;
import dev.culvert.env.Secrets;
import dev.culvert.ip.Handover;
import dev.culvert.kit.SeededEntropy;
import dev.culvert.kit.arc.ArcRecorder;
import dev.culvert.shard.Shard;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketSink;

/** A host of a simulation: one shard, its end of a link and its applications. */
public final class SimHost implements Node, PacketSink, ApplicationEvents, PayloadOwner {
    private final Simulation simulation;
    private final String name;
    private final ShardConfig config;
    private final ArcRecorder arcs;
    private final Shard shard;
    private final ReferenceMemory references = new ReferenceMemory();
    private final PacketMetadata metadata = new PacketMetadata();
    private final long batchNs;
    private final Place place;
    private final Routes routes = new Routes();
    private VirtualLink link;
    private LawKeeper laws;
    private boolean dirty;
    private boolean wakeUpPlanned;

    /**
     * A host with its own secrets.
     *
     * @param batchNs how long packets wait to be taken in one batch, as under load; 0: each is a batch of its own
     */
    public SimHost(final Simulation simulation, final String name, final ShardConfig config, final long batchNs) {
        this(simulation, name, config, batchNs, Probe.NONE);
    }

    /** As the other constructor, watched by a probe. */
    public SimHost(
            final Simulation simulation,
            final String name,
            final ShardConfig config,
            final long batchNs,
            final Probe probe) {
        this(simulation, name, config, batchNs, probe, new Place(simulation));
    }

    /** Which shard of which host this is; a stack of one shard has no host beside itself. */
    record Place(Secrets secrets, int shardId, int shardCount, ShardedHost host) {
        private Place(final Simulation simulation) {
            this(new Secrets(new SeededEntropy(simulation.random().nextLong())), 0, 1, null);
        }

        Handover handover() {
            return host == null
                    ? Handover.NONE
                    : (shard, buffer, offset, length, metadata) ->
                            host.handOver(shard, buffer, offset, length, metadata);
        }
    }

    SimHost(
            final Simulation simulation,
            final String name,
            final ShardConfig config,
            final long batchNs,
            final Probe probe,
            final Place place) {
        this.simulation = simulation;
        this.name = name;
        this.config = config;
        this.batchNs = batchNs;
        this.place = place;
        arcs = new ArcRecorder(probe);
        shard = new Shard(
                config,
                place.secrets,
                place.shardId,
                place.shardCount,
                place.handover(),
                this,
                this,
                this,
                arcs,
                simulation.nowNs());
        simulation.add(this);
    }

    /** The host's name in traces. */
    public String name() {
        return name;
    }

    /** The stack. */
    public Shard shard() {
        return shard;
    }

    /** The configuration of the stack. */
    public ShardConfig config() {
        return config;
    }

    /**
     * Opens a listener for one connection, which the party gets.
     *
     * @return the listener's identifier
     */
    public long listen(final IpAddress local, final int port, final TcpConfig tcp, final SimApplication party) {
        return listen(local, port, 4, tcp, party);
    }

    /** As above, with this backlog. */
    public long listen(
            final IpAddress local, final int port, final int backlog, final TcpConfig tcp, final SimApplication party) {
        final long listener = shard.listen(local, port, backlog, tcp, party);
        if (listener < 0) {
            throw new SimulationFailure(name + " cannot listen on port " + port + ": " + Errno.name((int) listener));
        }
        dirty = true;
        return listener;
    }

    ReferenceMemory references() {
        return references;
    }

    /** The world that this host is in. */
    public Simulation simulation() {
        return simulation;
    }

    void attach(final VirtualLink to) {
        link = to;
        routes.otherwise(to);
    }

    /** Packets to this address leave by this link. */
    public void route(final IpAddress address, final VirtualLink to) {
        routes.add(address, to);
    }

    /** From now on every segment that this host sends is held against the laws; call it before the first one. */
    public void keepLaws() {
        laws = new LawKeeper(name, config.mtuBytes());
        link.judge(laws);
    }

    /** Calls were made: the batch has to end. */
    public void touched() {
        dirty = true;
    }

    @Override
    public void arrive(final Frame frame) {
        if (laws != null) {
            laws.received(frame);
        }
        metadata.reset();
        metadata.segmentSize = frame.segmentSize;
        if (frame.checksumPartial) {
            metadata.checksum = PacketMetadata.ChecksumState.PARTIAL;
        }
        arcs.packet(frame.bytes, 0, frame.length);
        shard.onPacket(frame.bytes, 0, frame.length, metadata, simulation.nowNs());
        arrived(frame);
    }

    /** A packet that had come to another shard of the host arrives. */
    void takeOver(final Frame frame, final PacketMetadata.ChecksumState checksum) {
        metadata.reset();
        metadata.segmentSize = frame.segmentSize;
        metadata.checksum = checksum;
        arcs.packet(frame.bytes, 0, frame.length);
        shard.onHandedOver(frame.bytes, 0, frame.length, metadata, simulation.nowNs());
        arrived(frame);
    }

    private void arrived(final Frame frame) {
        arcs.calls();
        simulation.frames().give(frame);
        if (batchNs == 0) {
            dirty = true;
        } else if (!wakeUpPlanned) {
            wakeUpPlanned = true;
            simulation.at(simulation.nowNs() + batchNs, () -> {
                wakeUpPlanned = false;
                dirty = true;
            });
        }
    }

    long nextDeadlineNs() {
        return shard.nextDeadlineNs();
    }

    void finishBatch() {
        final long now = simulation.nowNs();
        if (shard.nextDeadlineNs() <= now) {
            arcs.timers();
            shard.onTimeout(now);
            arcs.calls();
            dirty = true;
        }
        if (dirty) {
            dirty = false;
            shard.endBatch(now);
        }
    }

    /** Why this host is not back where it began, or an empty text. */
    public String leftovers() {
        final StringBuilder text = new StringBuilder();
        note(text, shard.connectionCount(), "connections");
        note(text, shard.halfOpenCount(), "half-open rows");
        note(text, shard.timeWaitCount(), "TIME-WAIT rows");
        note(text, shard.buffersInUse(), "buffers");
        note(text, references.outstanding(), "payload references");
        if (shard.nextDeadlineNs() != Long.MAX_VALUE) {
            text.append(" a timer");
        }
        return text.isEmpty() ? "" : name + " has left:" + text;
    }

    /** Whether no connection and no row is left, whatever the memory says. */
    public boolean isQuiet() {
        return shard.connectionCount() == 0 && shard.halfOpenCount() == 0 && shard.timeWaitCount() == 0;
    }

    private static void note(final StringBuilder text, final long count, final String what) {
        if (count != 0) {
            text.append(' ').append(count).append(' ').append(what);
        }
    }

    @Override
    public boolean transmit(final OutboundPacket packet) {
        if (place.host != null) {
            place.host.written(place.shardId, packet);
        }
        final VirtualLink to = routes.linkFor(packet.header);
        return to == null || to.transmit(packet); // nowhere to go: lost, as behind any cable
    }

    @Override
    public void onConnection(final long connection, final Object attachment, final int readiness) {
        ((SimApplication) attachment).onReady(connection, readiness);
    }

    @Override
    public void onListener(final long listener, final Object attachment) {
        ((SimApplication) attachment).onAcceptable(listener);
    }

    @Override
    public void release(final long token) {
        references.release(token);
    }
}
