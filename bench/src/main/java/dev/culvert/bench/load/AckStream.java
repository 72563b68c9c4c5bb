package dev.culvert.bench.load;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An application that sends window after window over one connection, and a peer that acknowledges each in a pattern. Nothing is
 * lost: what is late comes before RACK's reordering window (RFC 8985 §6.2) is over, so that the congestion window stays what
 * it is. One thread.
 */
public final class AckStream {
    /** Segments in a window. */
    public static final int SEGMENTS = 1_000;
    /** ACKs that follow {@link AckPattern}, for two segments each, in a window. */
    public static final int ACKS = 480;

    private static final int SEGMENT_TEXT = SegmentStream.SEGMENT_TEXT;
    private static final int WINDOW_TEXT = SEGMENTS * SEGMENT_TEXT;
    private static final int ACKS_IN_ROUND = 24;
    /** The gaps that last: segments 0, 2 and 4. */
    private static final int FIRST_AFTER_GAPS = 5;

    private static final int PORT = 9;
    private static final int PEER_PORT = 40_000;
    private static final int ISS = 0x7fff_0000;
    private static final int WINDOW_FIELD = 1 << 15;
    private static final long STEP_NS = 50_000;
    private static final long ROUND_TRIP_NS = 20_000_000;
    private static final TcpConfig WINDOW_AT_ONCE = TcpConfig.DEFAULT
            .with()
            .initialWindowSegments(SEGMENTS)
            .sendBufferBytes(2 * WINDOW_TEXT)
            .sendBufferStartBytes(2 * WINDOW_TEXT)
            .slowStartAfterIdle(false)
            .pacing(false)
            .build();

    private final DrivenShard driven;
    private final StackReply peer = new StackReply();
    private final AckPattern pattern;
    private final PeerFrame plain;
    private final PeerFrame oneBlock;
    private final PeerFrame threeBlocks;
    private final UnsafeBuffer text =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(WINDOW_TEXT, 64), 0, WINDOW_TEXT);
    private long connection;
    private int una;
    private int windows;

    /** An established IPv4 connection that RACK has seen reordering on. */
    public AckStream(final AckPattern pattern, final Delivery delivery) {
        this(pattern, delivery, Probe.NONE);
    }

    AckStream(final AckPattern pattern, final Delivery delivery, final Probe probe) {
        this.pattern = pattern;
        final IpAddress stack = DrivenShard.stackAddress(true);
        driven = new DrivenShard(stack, delivery, WINDOW_AT_ONCE, peer, new Application(), probe);
        plain = prepare(stack, ACK, 0, delivery);
        oneBlock = prepare(stack, ACK, 1, delivery);
        threeBlocks = prepare(stack, ACK, 3, delivery);
        driven.shard.listen(stack, PORT, 1, null, this);
        driven.arrive(prepare(stack, SYN, 0, delivery).numbers(ISS, 0, driven.peerClock, 0));
        driven.endRound(ROUND_TRIP_NS);
        una = peer.next;
        acknowledge(0);
        DrivenShard.require("connections opened", 1, driven.count(StackCounter.TcpPassiveOpens));
        reorder();
    }

    private static PeerFrame prepare(
            final IpAddress stack, final int flags, final int blocks, final Delivery delivery) {
        final IpAddress peer = DrivenShard.peerAddress(true);
        return new PeerFrame(stack, flags, WINDOW_FIELD, 0, blocks, !delivery.offload)
                .from(peer.hi(), peer.lo(), PEER_PORT, PORT);
    }

    /** The first segment comes behind the second. */
    private void reorder() {
        send(2);
        oneBlock.sack(0, at(1), at(2));
        arrive(oneBlock);
        acknowledge(2);
    }

    /** Sends a window and acknowledges it. */
    public void window() {
        send(SEGMENTS);
        switch (pattern) {
            case AT_ONCE -> {}
            case IN_ORDER -> inOrder();
            case THREE_GAPS -> threeGaps();
            case MANY_GAPS -> manyGaps();
        }
        acknowledge((peer.next - una) / SEGMENT_TEXT);
        windows++;
    }

    private void inOrder() {
        for (int i = 1; i <= ACKS; i++) {
            una += 2 * SEGMENT_TEXT;
            arrive(plain);
            endRoundAfter(i);
        }
    }

    private void threeGaps() {
        threeBlocks.sack(1, at(3), at(4));
        threeBlocks.sack(2, at(1), at(2));
        for (int i = 1; i <= ACKS; i++) {
            threeBlocks.sack(0, at(FIRST_AFTER_GAPS), at(FIRST_AFTER_GAPS + 2 * i));
            arrive(threeBlocks);
            endRoundAfter(i);
        }
    }

    private void manyGaps() {
        for (int i = 1; i <= ACKS; i++) {
            for (int block = 0; block < 3; block++) { // the newest first (RFC 2018 §4)
                final int segment = FIRST_AFTER_GAPS + 2 * (i - 1 - block);
                threeBlocks.sack(block, at(segment), at(segment + 1));
            }
            arrive(threeBlocks);
            endRoundAfter(i);
        }
    }

    private void endRoundAfter(final int acks) {
        if (acks % ACKS_IN_ROUND == 0) {
            driven.endRound(STEP_NS);
        }
    }

    private void send(final int segments) {
        final int length = segments * SEGMENT_TEXT;
        DrivenShard.require("bytes taken", length, driven.shard.send(connection, text, 0, length));
        int before = una - 1;
        while (peer.next != before) { // a round sends no more than its share
            before = peer.next;
            driven.endRound(STEP_NS);
        }
        driven.endRound(ROUND_TRIP_NS);
        DrivenShard.require("bytes in flight", length, peer.next - una);
    }

    /** So many segments behind what is acknowledged. */
    private int at(final int segments) {
        return una + segments * SEGMENT_TEXT;
    }

    private void acknowledge(final int segments) {
        una = at(segments);
        arrive(plain);
        driven.endRound(STEP_NS);
    }

    private void arrive(final PeerFrame frame) {
        driven.arrive(frame.numbers(ISS + 1, una, driven.peerClock, peer.tsVal));
    }

    /** Fails unless every ACK was taken, nothing was sent twice and nothing is left. */
    public void check() {
        final int acks = pattern == AckPattern.AT_ONCE ? 1 : ACKS + 1;
        DrivenShard.require("packets dropped", 0, driven.drops());
        DrivenShard.require("packets in", windows * (long) acks + 4, driven.count(StackCounter.TcpInSegs));
        DrivenShard.require("segments sent again", 0, driven.count(StackCounter.TcpRetransSegs));
        DrivenShard.require("buffers left", 0, driven.shard.buffersInUse());
    }

    private final class Application implements ApplicationEvents {
        @Override
        public void onListener(final long listener, final Object attachment) {
            connection = driven.shard.accept(listener, this);
        }

        @Override
        public void onConnection(final long ready, final Object attachment, final int readiness) {
            // what it sends has room at once, and nothing comes
        }
    }
}
