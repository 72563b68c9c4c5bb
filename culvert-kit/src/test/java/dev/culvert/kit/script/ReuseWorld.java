package dev.culvert.kit.script;

import dev.culvert.env.Errno;
import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.OnesSum;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.shard.Shard;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.TimeWaitReuse;
import dev.culvert.wire.IpAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A client that has two local ports and connects again and again, closing first, to one port of a server, or of one of two
 * servers behind the same address. The network loses packets and delivers copies of them up to an MSL later. Each connection
 * sends bytes that only it sends, so that a byte of another one is known. What the servers' timestamps look like, in ticks and
 * in offsets, the network makes of those of a Culvert stack.
 */
final class ReuseWorld {
    private static final long MS = 1_000_000L;
    private static final int MSL_MS = 2_000;
    private static final IpAddress CLIENT = IpAddress.parse("10.83.0.2");
    private static final IpAddress SERVER = IpAddress.parse("10.83.0.1");
    private static final int PORT = 80;
    private static final int LOW = 50_000;
    private static final int REQUEST = 100;
    private static final int RESPONSE = 50;

    private final SplittableRandom random;
    private final int tickMs;
    private final boolean randomOffsets;
    private final VirtualStack client;
    private final List<VirtualStack> servers = new ArrayList<>();
    private final List<Long> listeners = new ArrayList<>();
    private final PriorityQueue<Flight> network = new PriorityQueue<>(
            Comparator.comparingLong((Flight flight) -> flight.atNs).thenComparingLong(flight -> flight.number));
    private final Map<Integer, Integer> serverOf = new HashMap<>();
    private final Map<Integer, Integer> offsetOf = new HashMap<>();
    private final Map<Integer, Integer> issOf = new HashMap<>();
    private final List<Talk> talks = new ArrayList<>();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[4_096]);
    private long flights;
    private long nowNs;

    /** What happened. */
    int completed;

    int reused;
    int failed;
    final List<String> broken = new ArrayList<>();

    /** A packet on its way. */
    private static final class Flight {
        private final long atNs;
        private final long number;
        private final boolean toClient;
        private final int port;
        private final byte[] bytes;

        private Flight(final long atNs, final long number, final boolean toClient, final int port, final byte[] bytes) {
            this.atNs = atNs;
            this.number = number;
            this.toClient = toClient;
            this.port = port;
            this.bytes = bytes;
        }
    }

    /** One end of a connection and what it has heard. */
    private static final class Talk {
        private final VirtualStack stack;
        private final long id;
        private final int tag;
        private int heard;
        private int heardTag = -1;
        private boolean ended;
        private boolean over;

        private Talk(final VirtualStack stack, final long id, final int tag) {
            this.stack = stack;
            this.id = id;
            this.tag = tag;
        }
    }

    ReuseWorld(final long seed, final int tickMs, final boolean randomOffsets, final int hosts) {
        random = new SplittableRandom(seed);
        this.tickMs = tickMs;
        this.randomOffsets = randomOffsets;
        final TcpConfig tcp = TcpConfig.DEFAULT
                .with()
                .mslMs(MSL_MS)
                .timeWaitReuse(TimeWaitReuse.ON)
                .build();
        client = new VirtualStack(ShardConfig.of(CLIENT).withTcp(tcp), seed, 0);
        client.shard().ephemeralPorts(LOW, LOW + 1);
        for (int i = 0; i < hosts; i++) {
            final VirtualStack server = new VirtualStack(ShardConfig.of(SERVER).withTcp(tcp), seed + 77 + i, 0);
            servers.add(server);
            listeners.add(server.batch(() -> server.shard().listen(SERVER, PORT, 16, null, null)));
        }
    }

    /** Makes so many connections, one after the other. */
    void run(final int connections) {
        for (int tag = 1; tag <= connections && broken.isEmpty(); tag++) {
            final int number = tag & 0x7f;
            final long id = connect();
            final int before = client.shard().timeWaitCount();
            final Talk talk = new Talk(client, id, number);
            talks.add(talk);
            fill(number, REQUEST);
            client.batch(() -> client.shard().send(id, buffer, 0, REQUEST));
            reused += before > 1 ? 1 : 0;
            for (int ms = 0; !talk.over && ms < 60_000; ms++) {
                pass(1);
            }
            if (!talk.over) {
                broken.add(
                        "connection " + tag + " never ends: " + client.shard().state(id));
            }
            pass(random.nextInt(4));
        }
        pass(4 * MSL_MS); // and whatever is still under way finds nobody
    }

    /** Connects as soon as a port can be had. */
    private long connect() {
        while (true) {
            final long id = client.batch(() -> client.shard().connect(null, 0, SERVER, PORT, null, null, nowNs));
            if (id != -Errno.EADDRNOTAVAIL) {
                return id;
            }
            pass(1 + random.nextInt(20));
        }
    }

    private void fill(final int tag, final int length) {
        buffer.setMemory(0, length, (byte) tag);
    }

    /** Lets so many ms pass, packet by packet and timer by timer. */
    private void pass(final int ms) {
        final long end = nowNs + ms * MS;
        collect();
        while (true) {
            final long next = Math.min(nextNs(), end);
            nowNs = Math.max(nowNs, next);
            client.advanceTo(nowNs);
            servers.forEach(server -> server.advanceTo(nowNs));
            collect();
            while (!network.isEmpty() && network.peek().atNs <= nowNs) {
                deliver(network.poll());
                collect();
            }
            listenAndTalk();
            collect();
            if (next >= end) {
                return;
            }
        }
    }

    private long nextNs() {
        long next = client.shard().nextDeadlineNs();
        for (final VirtualStack server : servers) {
            next = Math.min(next, server.shard().nextDeadlineNs());
        }
        return network.isEmpty() ? next : Math.min(next, network.peek().atNs);
    }

    private void deliver(final Flight flight) {
        if (flight.toClient) {
            client.inject(flight.bytes);
        } else {
            servers.get(serverOf.get(flight.port)).inject(flight.bytes);
        }
    }

    // ------------------------------------------------------------------ the network

    private void collect() {
        take(client, false, 0);
        for (int i = 0; i < servers.size(); i++) {
            take(servers.get(i), true, i);
        }
    }

    private void take(final VirtualStack from, final boolean toClient, final int host) {
        for (VirtualStack.Sent sent = from.sent().poll();
                sent != null;
                sent = from.sent().poll()) {
            final PacketDecoder.Decoded packet = PacketDecoder.tcp(sent.bytes());
            final int port =
                    toClient ? packet.ends().destinationPort() : packet.ends().sourcePort();
            if (packet.segment().has(Segment.SYN) && isNew(toClient ? port * 2 + host : -port, packet.segment().seq)) {
                if (toClient) {
                    offsetOf.put(port * 2 + host, randomOffsets ? random.nextInt() : 0);
                } else {
                    serverOf.put(port, random.nextInt(servers.size()));
                }
            }
            final int owner = toClient ? host : serverOf.get(port);
            final byte[] bytes = translated(sent.bytes(), packet, toClient, offsetOf.getOrDefault(port * 2 + owner, 0));
            if (random.nextInt(50) > 0) {
                fly(1 + random.nextInt(3), toClient, port, bytes);
            }
            if (random.nextInt(3) == 0) {
                fly(1 + random.nextInt(MSL_MS), toClient, port, bytes.clone());
            }
        }
    }

    /** Whether a SYN of that sender is not a repetition. */
    private boolean isNew(final int sender, final int iss) {
        final Integer before = issOf.put(sender, iss);
        return before == null || before != iss;
    }

    private void fly(final int ms, final boolean toClient, final int port, final byte[] bytes) {
        network.add(new Flight(nowNs + ms * MS + random.nextInt(1_000_000), flights++, toClient, port, bytes));
    }

    /** The servers' timestamps with another tick and offset: TSval on the way to the client, TSecr on the way back. */
    private byte[] translated(
            final byte[] packet, final PacketDecoder.Decoded decoded, final boolean toClient, final int offset) {
        final byte[] bytes = packet.clone();
        final ByteBuffer view = ByteBuffer.wrap(bytes);
        final int tcp = 20;
        final int end = tcp + ((bytes[tcp + 12] & 0xf0) >>> 2);
        for (int at = tcp + 20; at < end && bytes[at] != 0; at += bytes[at] == 1 ? 1 : bytes[at + 1]) {
            if (bytes[at] == 8) {
                if (toClient) {
                    view.putInt(at + 2, Integer.divideUnsigned(view.getInt(at + 2), tickMs) + offset);
                } else if (view.getInt(at + 6) != 0) {
                    view.putInt(at + 6, (view.getInt(at + 6) - offset) * tickMs);
                }
            }
        }
        view.putShort(tcp + 16, (short) 0);
        final int length = bytes.length - tcp;
        final Endpoints ends = decoded.ends();
        view.putShort(tcp + 16, (short)
                ~OnesSum.of(bytes, tcp, length, OnesSum.pseudoHeader(ends, PacketDecoder.TCP, length)));
        return bytes;
    }

    // ------------------------------------------------------------------ the applications

    private void listenAndTalk() {
        for (int i = 0; i < servers.size(); i++) {
            final VirtualStack server = servers.get(i);
            final long listener = listeners.get(i);
            for (long id = server.shard().accept(listener, null);
                    id > 0;
                    id = server.shard().accept(listener, null)) {
                talks.add(new Talk(server, id, -1));
            }
        }
        for (final Talk talk : talks) {
            hear(talk);
        }
        talks.removeIf(talk -> talk.over);
    }

    private void hear(final Talk talk) {
        final Shard shard = talk.stack.shard();
        if (talk.tag > 0 && shard.state(talk.id) == TcpState.ESTABLISHED) {
            talk.stack.batch(() -> shard.shutdownWrite(talk.id, nowNs));
        }
        while (!talk.ended && !talk.over) {
            final int length = talk.stack.batch(() -> shard.receive(talk.id, buffer, 0, buffer.capacity()));
            if (length == -Errno.EAGAIN) {
                return;
            }
            if (length < 0) {
                finish(talk, -length);
            } else if (length == 0) {
                talk.ended = true;
                end(talk);
            } else {
                check(talk, length);
            }
        }
        if (talk.ended && !talk.over) {
            watchItsEnd(talk);
        }
    }

    private void check(final Talk talk, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        talk.heard += length;
        for (final byte each : bytes) {
            talk.heardTag = talk.heardTag < 0 ? each : talk.heardTag;
            if (each != talk.heardTag || talk.tag > 0 && each != talk.tag) {
                broken.add("bytes of another connection: " + Arrays.toString(bytes) + " after " + talk.heardTag);
                return;
            }
        }
    }

    /** The peer has closed: a server answers and closes, a client was the first to close. */
    private void end(final Talk talk) {
        final int expected = talk.tag > 0 ? RESPONSE : REQUEST;
        if (talk.heard != expected) {
            broken.add("a clean end after " + talk.heard + " of " + expected + " bytes");
        }
        if (talk.tag > 0) {
            completed++;
            close(talk);
            talk.over = true;
            return;
        }
        fill(talk.heardTag, RESPONSE);
        talk.stack.batch(() -> {
            talk.stack.shard().send(talk.id, buffer, 0, RESPONSE);
            return talk.stack.shard().shutdownWrite(talk.id, nowNs);
        });
    }

    /** A server in LAST-ACK waits for the client's last ACK: it must come, and no reset. */
    private void watchItsEnd(final Talk talk) {
        final int error = talk.stack.shard().error(talk.id);
        switch (talk.stack.shard().state(talk.id)) {
            case CLOSED -> finish(talk, error);
            default -> {}
        }
    }

    private void finish(final Talk talk, final int error) {
        if (error != Errno.OK) {
            if (talk.ended && servers.size() == 1) {
                broken.add("a server's clean end was spoilt: " + Errno.message(error));
            }
            failed++;
        }
        close(talk);
        talk.over = true;
    }

    private void close(final Talk talk) {
        talk.stack.batch(() -> talk.stack.shard().close(talk.id, nowNs));
    }
}
