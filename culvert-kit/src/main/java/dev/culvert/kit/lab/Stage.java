package dev.culvert.kit.lab;

import dev.culvert.kit.lab.Diagram.Kind;
import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.PacketEncoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.script.VirtualStack;
import dev.culvert.shard.ShardConfig;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Where a scenario is played: hosts with the real stack, and a network that delays every packet alike, loses those that it is
 * told to lose and brings old ones back. All that happens goes into a {@link Diagram}. Single-threaded.
 */
public final class Stage implements AutoCloseable {
    /** Time from one host to another. */
    static final long DELAY_NS = 10_000_000;

    private static final long START_NS = 1_000_000_000;
    private static final long SEED = 1;
    private static final int V4_DESTINATION = 16;
    private static final int ICMP_UNREACHABLE = 3;
    private static final IpAddress ROUTER = IpAddress.parse("10.83.0.254");

    /** What stands for the segment of a packet that is not TCP. */
    private static final Segment NO_TCP = Segment.of(0).len(0);

    /** A packet that was sent. */
    static final class Sent {
        private final int from;
        private final int to;
        private final byte[] bytes;
        private final Segment segment;

        private Sent(final int from, final int to, final byte[] bytes, final Segment segment) {
            this.from = from;
            this.to = to;
            this.bytes = bytes;
            this.segment = segment;
        }

        /** What it carries, if that is TCP. */
        Segment segment() {
            return segment;
        }
    }

    private record Flying(long arrivalNs, long order, int number, Sent sent) implements Comparable<Flying> {
        @Override
        public int compareTo(final Flying other) {
            final int byTime = Long.compare(arrivalNs, other.arrivalNs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private record Loss(Host from, Predicate<Segment> which) {}

    private final Diagram diagram = new Diagram();
    private final SegmentWords words = new SegmentWords();
    private final List<Host> hosts = new ArrayList<>();
    private final List<Sent> sent = new ArrayList<>();
    private final List<Loss> losses = new ArrayList<>();
    private final PriorityQueue<Flying> flying = new PriorityQueue<>();
    private Nat nat = Nat.NONE;
    private Host gated;
    private Predicate<PacketDecoder.Decoded> gate = packet -> true;
    private long nowNs = START_NS;
    private long order;

    // ------------------------------------------------------------------ setting up

    /** A host with this policy. Hosts stand from left to right in the order of these calls. */
    public Host host(final String name, final Policy policy) {
        final ShardConfig config = policy.shard(address());
        final VirtualStack stack = new VirtualStack(config, SEED + hosts.size(), nowNs);
        final Host host = new Host(this, diagram.lane(name), config, stack);
        hosts.add(host);
        return host;
    }

    /** The address of the next host. */
    private IpAddress address() {
        return IpAddress.parse("10.83.0." + (hosts.size() + 1));
    }

    /** Shows timestamps. */
    Stage showTimestamps() {
        words.timestamps();
        return this;
    }

    /** Shows ports, with packets and with states. */
    Stage showPorts() {
        words.ports();
        hosts.forEach(Host::showPorts);
        return this;
    }

    /** Plays something that the diagram leaves out; this takes its place there. */
    Stage unseen(final Host where, final String remark, final Runnable what) {
        diagram.mute(true);
        what.run();
        settle();
        diagram.mute(false);
        where.note(remark);
        return this;
    }

    /** Two or more hosts share this address towards the others; each must use ports of its own. */
    Stage translate(final IpAddress shared, final Host... inside) {
        nat = new Nat(shared, List.of(inside));
        return this;
    }

    /** Asks this before a packet reaches a host; where it refuses, the packet is dropped there. */
    Stage gate(final Host host, final Predicate<PacketDecoder.Decoded> admits) {
        gated = host;
        gate = admits;
        return this;
    }

    /** What has happened. */
    public Diagram diagram() {
        return diagram;
    }

    /** Virtual time in ns. */
    long nowNs() {
        return nowNs;
    }

    /** Something that belongs before what the diagram has got since it had so many events. */
    void tell(final int before, final Kind kind, final int lane, final String text) {
        diagram.insert(before, nowNs - START_NS, kind, lane, text);
    }

    /** The last that was told of a state was not the whole truth. */
    void correct(final int lane, final long atNs, final String said, final String better) {
        diagram.correct(atNs - START_NS, Kind.STATE, lane, said, better);
    }

    void tell(final Kind kind, final int lane, final long atNs, final String text) {
        diagram.add(atNs - START_NS, kind, lane, text);
    }

    // ------------------------------------------------------------------ time

    /** Time passes. */
    Stage run(final long ns) {
        final long until = nowNs + ns;
        for (long next = nextNs(); next <= until; next = nextNs()) {
            step(next);
        }
        nowNs = until;
        hosts.forEach(host -> host.stack().advanceTo(until));
        return this;
    }

    /** Time passes until this holds; false: it did not within so many ns. */
    boolean runUntil(final long ns, final BooleanSupplier holds) {
        final long limit = nowNs + ns;
        while (!holds.getAsBoolean()) {
            final long next = nextNs();
            if (next > limit) {
                run(limit - nowNs);
                return holds.getAsBoolean();
            }
            step(next);
        }
        return true;
    }

    /** Time passes until no packet is under way. */
    Stage settle() {
        while (!flying.isEmpty()) {
            step(nextNs());
        }
        return this;
    }

    private long nextNs() {
        long next = flying.isEmpty() ? Long.MAX_VALUE : flying.peek().arrivalNs;
        for (final Host host : hosts) {
            next = Math.min(next, host.stack().shard().nextDeadlineNs());
        }
        return Math.max(next, nowNs);
    }

    private void step(final long next) {
        nowNs = next;
        for (final Host host : hosts) {
            host.stack().advanceTo(next);
            collect(host);
        }
        while (!flying.isEmpty() && flying.peek().arrivalNs <= nowNs) {
            deliver(flying.poll());
        }
    }

    private void deliver(final Flying packet) {
        final Sent what = packet.sent;
        final Host to = hosts.get(what.to);
        diagram.arrive(nowNs - START_NS, packet.number, what.from, what.to, words.of(what.bytes));
        if (to != gated || gate.test(PacketDecoder.tcp(what.bytes))) {
            to.arrive(what.bytes);
        } else {
            to.note("dropped before the stack sees it");
        }
    }

    // ------------------------------------------------------------------ packets

    /** Takes what a host has sent. */
    void collect(final Host host) {
        for (VirtualStack.Sent next = host.stack().sent().poll();
                next != null;
                next = host.stack().sent().poll()) {
            final byte[] bytes = PacketDecoder.isTcp(next.bytes()) ? nat.translate(next.bytes()) : next.bytes();
            final Host to = to(bytes);
            if (to != null) {
                final boolean tcp = PacketDecoder.isTcp(bytes);
                send(new Sent(
                        host.lane(),
                        to.lane(),
                        bytes,
                        tcp ? PacketDecoder.tcp(bytes).segment() : NO_TCP));
            }
        }
    }

    private Host to(final byte[] packet) {
        final byte[] address = Arrays.copyOfRange(packet, V4_DESTINATION, V4_DESTINATION + 4);
        return to(IpAddress.of(address));
    }

    private Host to(final IpAddress address) {
        return hosts.stream()
                .filter(h -> h.address().equals(address))
                .findFirst()
                .orElse(null);
    }

    /** A host that is played by hand sends this. */
    Stage send(final Host from, final Endpoints ends, final Segment segment) {
        send(new Sent(from.lane(), to(ends.destination()).lane(), PacketEncoder.tcp(ends, segment), segment));
        return this;
    }

    /** A router says that the packet could not be delivered; the message arrives at once. */
    Stage unreachable(final Sent packet, final int code) {
        final IpAddress to = hosts.get(packet.from).address();
        final Endpoints ends = new Endpoints(ROUTER, 0, to, 0);
        diagram.ghost(nowNs - START_NS, packet.to, packet.from, "ICMP unreachable, code " + code);
        hosts.get(packet.from).arrive(PacketEncoder.icmpError(ends, ICMP_UNREACHABLE, code, 0, packet.bytes));
        return this;
    }

    private void send(final Sent packet) {
        sent.add(packet);
        final int number = diagram.send(nowNs - START_NS, packet.from, packet.to, words.of(packet.bytes));
        if (!isLost(packet)) {
            flying.add(new Flying(nowNs + DELAY_NS, order++, number, packet));
        }
    }

    private boolean isLost(final Sent packet) {
        if (!hosts.get(packet.from).isUp() || !hosts.get(packet.to).isUp()) {
            return true;
        }
        for (final Loss loss : losses) {
            if (loss.from.lane() == packet.from && loss.which.test(packet.segment)) {
                losses.remove(loss);
                return true;
            }
        }
        return false;
    }

    /** The next packet of this host of which that holds is lost. */
    Stage lose(final Host from, final Predicate<Segment> which) {
        losses.add(new Loss(from, which));
        return this;
    }

    /** What a host has sent so far. */
    Stream<Segment> sentBy(final Host host) {
        return sent.stream().filter(packet -> packet.from == host.lane()).map(Sent::segment);
    }

    /** The first packet of this host of which that holds; it was sent already. */
    Sent first(final Host from, final Predicate<Segment> which) {
        return sent.stream()
                .filter(packet -> packet.from == from.lane() && which.test(packet.segment))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no such packet was sent"));
    }

    /** The last packet of this host of which that holds. */
    Sent last(final Host from, final Predicate<Segment> which) {
        for (int i = sent.size() - 1; i >= 0; i--) {
            if (sent.get(i).from == from.lane() && which.test(sent.get(i).segment)) {
                return sent.get(i);
            }
        }
        throw new IllegalStateException("no such packet was sent");
    }

    /** An old packet, which the network had kept a copy of, arrives now. */
    Stage again(final Sent old) {
        diagram.ghost(nowNs - START_NS, old.from, old.to, words.of(old.bytes));
        hosts.get(old.to).arrive(old.bytes);
        return this;
    }

    /** Something arrives now that a host is said to have sent long ago. */
    Stage ghost(final Host from, final Endpoints ends, final Segment segment) {
        return again(new Sent(from.lane(), to(ends.destination()).lane(), PacketEncoder.tcp(ends, segment), segment));
    }

    @Override
    public void close() {
        hosts.forEach(Host::end);
    }
}
