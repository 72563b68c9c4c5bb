package dev.culvert.bench.load;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.PSH;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A server with many connections that say nothing: each has had its handshake, a request and an acknowledged response, as one
 * that is kept alive has. Clients come from many hosts. One thread.
 */
public final class IdleConnections {
    private static final int REQUEST = 78;
    private static final int RESPONSE = 230;
    private static final long STEP_NS = 50_000;
    private static final long SILENCE_NS = 10_000_000_000L;
    /** Segments that come in for a connection until it falls silent. */
    private static final int SEGMENTS_EACH = 4;

    private static final int PORT = 80;
    private static final int FIRST_PORT = 1_024;
    private static final int PORTS_PER_HOST = 60_000;
    private static final int WINDOW = 512;
    private static final int ISS_STEP = 64_021;
    /** From one connection to the next one that is heard of: a prime, so that all have their turn. */
    private static final int STRIDE = 618_041;

    private final IpAddress firstPeer;
    private final PeerFrame syn;
    private final PeerFrame ack;
    private final PeerFrame request;
    private final StackReply peer = new StackReply();
    private final DrivenShard driven;
    private final int[] nextOf;
    private final int[] echoOf;
    private int asked;
    private long segments;
    private long opened;
    private int seq;

    /** A server without connections. */
    public IdleConnections(final boolean v4) {
        this(v4, 0);
    }

    /** A server without connections, the first of which can come back with {@link #segments}. */
    public IdleConnections(final boolean v4, final int known) {
        nextOf = new int[known];
        echoOf = new int[known];
        final IpAddress stack = DrivenShard.stackAddress(v4);
        firstPeer = DrivenShard.peerAddress(v4);
        driven = new DrivenShard(stack, Delivery.VERIFIED, TcpConfig.DEFAULT, peer, new Server(), Probe.NONE);
        syn = new PeerFrame(stack, SYN, 64_240, 0, false);
        ack = new PeerFrame(stack, ACK, WINDOW, 0, false);
        request = new PeerFrame(stack, ACK | PSH, WINDOW, REQUEST, false);
        driven.shard.listen(stack, PORT, 1, null, this);
    }

    /** One more connection opens, asks, is answered and falls silent. */
    public void open() {
        seq = (int) opened * ISS_STEP;
        peer.next = 0;
        peer.tsVal = 0;
        arrive(syn);
        arrive(ack);
        arrive(request);
        arrive(ack);
        if (opened < nextOf.length) {
            nextOf[(int) opened] = peer.next;
            echoOf[(int) opened] = peer.tsVal;
        }
        opened++;
    }

    /** So many of the connections that it knows are heard of again, each by an ACK that brings nothing new; then the batch ends. */
    public void segments(final int count) {
        for (int i = 0; i < count; i++) {
            asked = (asked + STRIDE) % nextOf.length;
            driven.arrive(ack.from(
                            firstPeer.hi(),
                            firstPeer.lo() + asked / PORTS_PER_HOST,
                            FIRST_PORT + asked % PORTS_PER_HOST,
                            PORT)
                    .numbers(asked * ISS_STEP + 1 + REQUEST, nextOf[asked], driven.peerClock, echoOf[asked]));
        }
        driven.endRound(0);
        segments += count;
    }

    private void arrive(final PeerFrame frame) {
        frame.from(
                        firstPeer.hi(),
                        firstPeer.lo() + opened / PORTS_PER_HOST,
                        FIRST_PORT + (int) (opened % PORTS_PER_HOST),
                        PORT)
                .numbers(seq, peer.next, driven.peerClock, peer.tsVal);
        seq += frame.sequenceSpace();
        driven.arrive(frame);
        driven.endRound(STEP_NS);
    }

    /** Time passes in which nothing happens. */
    public void rest() {
        driven.advance(SILENCE_NS);
        driven.endRound(STEP_NS);
    }

    /** Off-heap memory that the stack holds, in bytes. */
    public long offHeapBytes() {
        return driven.shard.memoryInUseBytes();
    }

    /** Fails unless every connection stands, has been served, and nothing is in flight or in a buffer. */
    public void check() {
        DrivenShard.require("packets dropped", 0, driven.drops());
        DrivenShard.require("connections established", opened, driven.count(StackCounter.TcpCurrEstab));
        DrivenShard.require("segments in", SEGMENTS_EACH * opened + segments, driven.count(StackCounter.TcpInSegs));
        DrivenShard.require("responses", opened * RESPONSE, peer.textBytes);
        DrivenShard.require("retransmissions", 0, driven.count(StackCounter.TcpRetransSegs));
        DrivenShard.require("buffers in use", 0, driven.shard.buffersInUse());
    }

    private final class Server implements ApplicationEvents {
        private final UnsafeBuffer text = new UnsafeBuffer(BufferUtil.allocateDirectAligned(RESPONSE, 64), 0, RESPONSE);

        @Override
        public void onListener(final long listener, final Object attachment) {
            long connection = driven.shard.accept(listener, this);
            while (connection > 0) {
                connection = driven.shard.accept(listener, this);
            }
        }

        @Override
        public void onConnection(final long connection, final Object attachment, final int readiness) {
            if ((readiness & Readiness.READABLE) != 0
                    && driven.shard.receive(connection, text, 0, RESPONSE) == REQUEST) {
                driven.shard.send(connection, text, 0, RESPONSE);
            }
        }
    }
}
