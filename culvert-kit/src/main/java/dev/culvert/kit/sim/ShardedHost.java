package dev.culvert.kit.sim;

import static java.nio.ByteOrder.BIG_ENDIAN;

import dev.culvert.counters.CounterValues;
import dev.culvert.env.Secrets;
import dev.culvert.kit.SeededEntropy;
import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.FragmentCutter;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.FlowOwner;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.WantedFlow;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.agrona.DirectBuffer;

/**
 * A host whose stack has several shards, one per queue of its device. Each is a {@link SimHost} of its own; what they hand over
 * to each other takes a little time and keeps its order, as in a ring. It fails when a packet is handed over that was handed over
 * already, or when two segments of one connection go to different shards.
 */
public final class ShardedHost implements Node {
    private static final long MOST_RING_NS = 20_000;
    /** The first fragment holds all headers (RFC 7112), and IPv4's at least the ports. */
    private static final int FIRST_CUT_V6 = 64;

    private static final int FIRST_CUT_V4 = 24;

    private final Simulation simulation;
    private final String name;
    private final ShardConfig config;
    private final SplittableRandom random;
    private final QueueTable queues;
    private final FlowOwner owner;
    private final List<SimHost> shards = new ArrayList<>();
    private final Map<Endpoints, Integer> owners = new HashMap<>();
    private final long[] ringNs;
    private int cutOneIn;
    private int refuseOneIn;
    private int identification;
    private boolean takesOver;
    private boolean tookFragment;

    /** A host with its own secrets and so many shards, which divide the configuration's limits. */
    public ShardedHost(
            final Simulation simulation,
            final String name,
            final ShardConfig config,
            final int count,
            final QueueChoice choice,
            final long batchNs) {
        this.simulation = simulation;
        this.name = name;
        this.config = config;
        final Secrets secrets =
                new Secrets(new SeededEntropy(simulation.random().nextLong()));
        random = simulation.random().split();
        queues = new QueueTable(choice, count, random.split());
        owner = new FlowOwner(secrets, 0, count);
        ringNs = new long[count];
        for (int i = 0; i < count; i++) {
            final SimHost.Place place = new SimHost.Place(secrets, i, count, this);
            shards.add(new SimHost(
                    simulation, name + i, count == 1 ? config : config.shareOf(count), batchNs, Probe.NONE, place));
        }
    }

    /** From now on one in so many packets arrives in fragments; 0: none. */
    public void cutOneIn(final int oneIn) {
        cutOneIn = oneIn;
    }

    /** From now on one in so many hand-overs finds the ring full; 0: none. */
    public void refuseOneIn(final int oneIn) {
        refuseOneIn = oneIn;
    }

    /** The host's name in traces. */
    public String name() {
        return name;
    }

    /** The configuration of the whole stack. */
    public ShardConfig config() {
        return config;
    }

    /** The shards, by their number. */
    public List<SimHost> shards() {
        return shards;
    }

    /** What they have counted together. */
    public CounterValues counters() {
        return CounterValues.sumOf(
                shards.stream().map(shard -> shard.shard().counters()).toList());
    }

    /** The shard that has connections with these ends. */
    public SimHost ownerOf(final IpAddress local, final int localPort, final IpAddress remote, final int remotePort) {
        final WantedFlow flow = new WantedFlow();
        flow.set(local.hi(), local.lo(), remote.hi(), remote.lo(), remotePort);
        flow.localPort(localPort);
        return shards.get(owner.of(flow));
    }

    /**
     * Opens a listener on every shard, or on none.
     *
     * @param parties who gets the connections of a shard
     * @return the listeners' identifiers by shard, or one negative errno
     */
    public long[] listen(
            final IpAddress local,
            final int port,
            final int backlog,
            final TcpConfig tcp,
            final IntFunction<SimApplication> parties) {
        final long[] listeners = new long[shards.size()];
        for (int i = 0; i < listeners.length; i++) {
            listeners[i] = shards.get(i).shard().listen(local, port, backlog, tcp, parties.apply(i));
            if (listeners[i] < 0) {
                closeListeners(Arrays.copyOf(listeners, i));
                return new long[] {listeners[i]};
            }
        }
        return listeners;
    }

    /** Closes what {@link #listen} has opened. */
    public void closeListeners(final long... listeners) {
        for (int i = 0; i < listeners.length; i++) {
            shards.get(i).shard().closeListener(listeners[i], simulation.nowNs());
            shards.get(i).touched();
        }
    }

    void attach(final VirtualLink link) {
        shards.forEach(shard -> shard.attach(link));
    }

    @Override
    public void arrive(final Frame frame) {
        if (cutOneIn > 0 && random.nextInt(cutOneIn) == 0 && mayCut(frame)) {
            arriveInFragments(frame);
        } else {
            shards.get(queues.queueOf(frame, simulation.nowNs())).arrive(frame);
        }
    }

    private static boolean mayCut(final Frame frame) {
        final boolean v4 = frame.bytes.getByte(0) >>> 4 == 4;
        final int first = v4 ? 20 + FIRST_CUT_V4 : 40 + FIRST_CUT_V6;
        final int told = v4 ? frame.bytes.getShort(2, BIG_ENDIAN) & 0xffff : frame.length;
        return frame.length > first && told == frame.length && !frame.checksumPartial && frame.segmentSize == 0;
    }

    private void arriveInFragments(final Frame frame) {
        final byte[] packet = new byte[frame.length];
        frame.bytes.getBytes(0, packet);
        final int first = packet[0] >>> 4 == 4 ? FIRST_CUT_V4 : FIRST_CUT_V6;
        final int payload = packet.length - FragmentCutter.headerLength(packet);
        final int cut = random.nextInt(first, Math.max(first + 1, payload)) & ~7;
        final int id = ++identification & 0xffff;
        final List<byte[]> parts = new ArrayList<>(
                List.of(FragmentCutter.cut(packet, 0, cut, id), FragmentCutter.cut(packet, cut, payload, id)));
        if (random.nextBoolean()) {
            parts.add(parts.remove(0));
        }
        for (final byte[] part : parts) {
            final Frame fragment = simulation.frames().take(part.length);
            fragment.set(part);
            shards.get(queues.queueOf(fragment, simulation.nowNs())).arrive(fragment);
        }
        simulation.frames().give(frame);
    }

    void written(final int shard, final OutboundPacket packet) {
        queues.written(shard, packet.header, packet.headerLength, simulation.nowNs());
    }

    boolean handOver(
            final int to,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final PacketMetadata metadata) {
        if (takesOver && !tookFragment) {
            throw new SimulationFailure(name + to + " gets a packet that was handed over before");
        }
        if (refuseOneIn > 0 && random.nextInt(refuseOneIn) == 0) {
            return false;
        }
        final Frame frame = simulation.frames().take(length);
        frame.bytes.putBytes(0, buffer, offset, length);
        frame.length = length;
        frame.segmentSize = metadata.segmentSize;
        frame.checksumPartial = false;
        final Endpoints ends = queues.ends(frame.bytes, length);
        final Integer before = ends == null ? null : owners.putIfAbsent(ends, to);
        if (before != null && before != to) {
            throw new SimulationFailure(ends + " went to " + name + before + " and to " + name + to);
        }
        final PacketMetadata.ChecksumState checksum = metadata.checksum;
        ringNs[to] = Math.max(ringNs[to], simulation.nowNs() + random.nextLong(MOST_RING_NS));
        simulation.at(ringNs[to], () -> takeOver(to, frame, checksum));
        return true;
    }

    private void takeOver(final int shard, final Frame frame, final PacketMetadata.ChecksumState checksum) {
        takesOver = true;
        tookFragment = QueueTable.isFragment(frame.bytes);
        shards.get(shard).takeOver(frame, checksum);
        takesOver = false;
    }

    /** Why this host is not back where it began, or an empty text. */
    public String leftovers() {
        final StringBuilder text = new StringBuilder();
        shards.forEach(shard -> text.append(shard.leftovers()));
        return text.toString();
    }

    /** Whether no connection and no row is left on any shard. */
    public boolean isQuiet() {
        return shards.stream().allMatch(SimHost::isQuiet);
    }
}
