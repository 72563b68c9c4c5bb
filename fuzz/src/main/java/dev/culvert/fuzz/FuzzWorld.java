package dev.culvert.fuzz;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.script.VirtualStack;
import dev.culvert.shard.Shard;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpConfigBuilder;
import dev.culvert.tcp.TimeWaitOverflow;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One stack under virtual time with an application that the fuzzer holds, and the laws: every packet decodes and keeps the
 * laws of the wire; one packet in is answered by few; a RST is never answered by a RST (RFC 9293 §3.5.2); memory stays below
 * its limit; the application reads what the peer sent; what is closed ends, and everything is given back.
 */
final class FuzzWorld {
    private static final int MTU = 1500;
    private static final int PEERS = 4;
    private static final int PORT = 8080;
    private static final int FIRST_PEER_PORT = 40_000;
    private static final int MOST_ANSWERS = 64;
    private static final long LONGEST_LIFE_NS = 7_200_000_000_000L;

    private final ShardConfig config;
    private final VirtualStack stack;
    private final FuzzPeer[] peers = new FuzzPeer[PEERS];
    private final List<FuzzConnection> connections = new ArrayList<>();
    private int current;
    private long listener;
    private boolean onlyResets;

    FuzzWorld(final int options) {
        final boolean v6 = (options & 1) != 0;
        final TcpConfigBuilder tcp = TcpConfig.DEFAULT.with();
        tcp.timestamps((options & 2) == 0).sack((options & 4) == 0).nagle((options & 8) == 0);
        tcp.keepAlive((options & 16) != 0).mslMs(1000).finWait2Ms(5000);
        if ((options & 32) != 0) {
            tcp.receiveBufferBytes(4096).sendBufferBytes(4096);
        }
        final IpAddress local = IpAddress.parse(v6 ? "fd83::2" : "10.83.0.2");
        final TimeWaitOverflow overflow = TimeWaitOverflow.values()[options % TimeWaitOverflow.values().length];
        config = ShardConfig.of(local)
                .withMtu(MTU, MTU)
                .with()
                .memoryLimitBytes(8 << 20)
                .ephemeralHigh(32_771)
                .maxTimeWait(8)
                .timeWaitOverflow(overflow)
                .maxHalfOpen(4)
                .tcp(tcp.build())
                .build();
        stack = new VirtualStack(config, 1, 0);
        for (int i = 0; i < PEERS; i++) {
            final IpAddress remote = IpAddress.parse(v6 ? "fd83::1" : "10.83.0.1");
            peers[i] = new FuzzPeer(new Endpoints(remote, FIRST_PEER_PORT + i, local, PORT), MTU);
        }
        listenAgain();
    }

    FuzzPeer peer(final int index) {
        return peers[index];
    }

    private Shard shard() {
        return stack.shard();
    }

    // ------------------------------------------------------------------ the network

    void inject(final byte[]... packets) {
        onlyResets = true;
        for (final byte[] packet : packets) {
            final PacketDecoder.Decoded decoded = PacketDecoder.headerOnly(packet, packet.length);
            onlyResets &= decoded != null && decoded.segment().has(Segment.RST);
        }
        stack.inject(packets);
        final long answers = stack.sent().stream().filter(FuzzWorld::isAnswer).count();
        Laws.hold(answers <= MOST_ANSWERS, () -> answers + " packets answer one");
    }

    /** Whether a packet carries no text, of which an ACK may release a whole window. */
    private static boolean isAnswer(final VirtualStack.Sent sent) {
        return !PacketDecoder.isTcp(sent.bytes())
                || PacketDecoder.tcp(sent.bytes()).segment().len == 0;
    }

    void passTime(final long byNs) {
        stack.advanceTo(stack.nowNs() + byNs);
    }

    /** Jumps to the next timer that sends something. */
    void runUntilSent() {
        stack.runUntilSent(stack.nowNs() + LONGEST_LIFE_NS);
    }

    /** Looks at everything that was sent since the last time. */
    void judge() {
        for (VirtualStack.Sent sent = stack.sent().poll();
                sent != null;
                sent = stack.sent().poll()) {
            if (PacketDecoder.isTcp(sent.bytes())) {
                judge(PacketDecoder.tcp(sent.bytes()), sent);
            }
        }
        onlyResets = false;
        Laws.hold(shard().memoryInUseBytes() <= config.memoryLimitBytes(), "memory beyond its limit");
        Laws.hold(shard().halfOpenCount() <= config.maxHalfOpen(), "half-open rows beyond their limit");
        Laws.hold(shard().timeWaitCount() <= config.maxTimeWait(), "TIME-WAIT rows beyond their limit");
        Laws.hold(shard().nextDeadlineNs() - stack.nowNs() > 0, "a timer that is due has not fired");
    }

    private void judge(final PacketDecoder.Decoded packet, final VirtualStack.Sent sent) {
        final Segment segment = packet.segment();
        Laws.hold(!onlyResets || !segment.has(Segment.RST), () -> "a RST answers a RST: " + segment);
        for (final FuzzPeer peer : peers) {
            if (peer.inbound().reversed().equals(packet.ends())) {
                peer.take(segment, sent.bytes(), sent.timeNs());
            }
        }
    }

    // ------------------------------------------------------------------ the application

    void listenAgain() {
        if (listener > 0) {
            call(() -> shard().closeListener(listener, stack.nowNs()));
        }
        final IpAddress local = config.addresses().get(0);
        listener = stack.batch(() -> shard().listen(local, PORT, 2, null, "listener"));
        Laws.hold(SegmentsTarget.isExpected(listener), () -> "listen: " + listener);
    }

    void accept() {
        final long id = stack.batch(() -> shard().accept(listener, "accepted"));
        Laws.hold(SegmentsTarget.isExpected(id), () -> "accept: " + id);
        if (id > 0) {
            connections.add(new FuzzConnection(id, peers[shard().flow(id).remotePort() - FIRST_PEER_PORT]));
        }
    }

    void connect(final FuzzPeer peer) {
        final Endpoints ends = peer.inbound();
        final long id = stack.batch(() -> shard().connect(
                        ends.destination(), PORT, ends.source(), ends.sourcePort(), null, "opened", stack.nowNs()));
        Laws.hold(SegmentsTarget.isExpected(id), () -> "connect: " + id);
        if (id > 0) {
            connections.add(new FuzzConnection(id, peer));
        }
    }

    void nextConnection() {
        current++;
    }

    /** The connection that calls go to; null when there is none. */
    private FuzzConnection held() {
        return connections.isEmpty() ? null : connections.get(current % connections.size());
    }

    void send(final int length) {
        final FuzzConnection held = held();
        if (held != null) {
            final UnsafeBuffer text = new UnsafeBuffer(new byte[length]);
            FuzzPeer.LOCAL_TEXT.fill(text, 0, length, held.sent);
            final int taken = call(() -> shard().send(held.id, text, 0, length));
            Laws.hold(taken <= length, "more taken than offered");
            held.sent += Math.max(0, taken);
        }
    }

    void receive(final int length) {
        final FuzzConnection held = held();
        if (held != null) {
            final int promised = shard().receivable(held.id);
            final UnsafeBuffer text = new UnsafeBuffer(new byte[length]);
            final int got = call(() -> shard().receive(held.id, text, 0, length));
            Laws.hold(got <= length, "more received than asked for");
            Laws.hold(length == 0 || got == Math.min(length, promised), () -> got + " bytes, promised " + promised);
            if (got > 0) {
                held.check(text, got);
            }
        }
    }

    void shutdownWrite() {
        final FuzzConnection held = held();
        if (held != null) {
            call(() -> shard().shutdownWrite(held.id, stack.nowNs()));
        }
    }

    void close() {
        final FuzzConnection held = held();
        if (held != null) {
            call(() -> shard().close(held.id, stack.nowNs()));
            connections.remove(held);
        }
    }

    void abort() {
        final FuzzConnection held = held();
        if (held != null) {
            call(() -> shard().abort(held.id, stack.nowNs()));
            connections.remove(held);
        }
    }

    private int call(final IntSupplier call) {
        final int result = stack.batch(call::getAsInt);
        Laws.hold(SegmentsTarget.isExpected(result), () -> "a call returned " + result);
        return result;
    }

    // ------------------------------------------------------------------ the end

    /** Half of the connections are closed, half aborted; the peers say nothing more; then nothing may be left. */
    void end() {
        call(() -> shard().closeListener(listener, stack.nowNs()));
        while (!connections.isEmpty()) {
            if ((current++ & 1) == 0) {
                close();
            } else {
                abort();
            }
            judge();
        }
        passTime(LONGEST_LIFE_NS);
        judge();
        Laws.same(0, shard().connectionCount(), "connections left");
        Laws.same(0, shard().halfOpenCount(), "half-open rows left");
        Laws.same(0, shard().timeWaitCount(), "TIME-WAIT rows left");
        Laws.same(0, shard().buffersInUse(), "buffers left");
        Laws.same(0, shard().timersInUse(), "timers left");
        Laws.same(Long.MAX_VALUE, shard().nextDeadlineNs(), "next deadline");
        shard().close();
        Laws.same(0L, shard().memoryInUseBytes(), "bytes left");
    }
}
