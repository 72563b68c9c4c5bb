package dev.culvert.bench.load;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.PSH;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tun.device.PacketHandler;
import dev.culvert.tun.device.PacketRing;
import dev.culvert.wire.IpAddress;
import java.util.Arrays;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A peer that sends in order without end over one connection, and an application that reads everything at once: batches of
 * packets, each ended by the stack's own end of batch. One thread.
 */
public final class SegmentStream {
    /** Packets in a batch. */
    public static final int BATCH = 32;
    /** Text of one wire segment in bytes: what MTU 1500 leaves beside the headers and timestamps of IPv4. */
    public static final int SEGMENT_TEXT = 1_500 - PeerFrame.V4_HEADERS;

    private static final int PORT = 9;
    private static final int PEER_PORT = 40_000;
    private static final int ISS = 0x7fff_0000;
    private static final long STEP_NS = 50_000;
    private static final int WINDOW = 512;
    private static final int READ_BYTES = 1 << 16;
    /** A batch of super-segments is a megabyte: the window is that of a connection that has long moved as much. */
    private static final TcpConfig WHOLE_WINDOW = TcpConfig.DEFAULT
            .with()
            .receiveBufferStartBytes(TcpConfig.DEFAULT.receiveBufferBytes())
            .build();

    private final DrivenShard driven;
    private final PacketRing ring;
    private final PacketHandler fromRing = (buffer, offset, length, metadata) ->
            driven().shard.onPacket(buffer, offset, length, metadata, driven().nowNs);
    private final PeerFrame[] frames = new PeerFrame[BATCH];
    private final Application application = new Application();
    private final StackReply peer = new StackReply();
    private final int textBytes;
    private int seq = ISS;
    private long batches;
    private long bytesRead;

    /** An established connection. */
    public SegmentStream(final boolean v4, final Delivery delivery) {
        this(v4, delivery, false);
    }

    /** An established connection; its packets come through a ring, as from a reader's thread, where {@code ringed}. */
    public SegmentStream(final boolean v4, final Delivery delivery, final boolean ringed) {
        this(v4, delivery, ringed, Probe.NONE);
    }

    SegmentStream(final boolean v4, final Delivery delivery, final boolean ringed, final Probe probe) {
        ring = ringed ? PacketRing.ofOne() : null;
        final IpAddress stack = DrivenShard.stackAddress(v4);
        textBytes = delivery.wireSegments * SEGMENT_TEXT;
        driven = new DrivenShard(stack, delivery, WHOLE_WINDOW, peer, application, probe);
        if (delivery.wireSegments > 1) {
            driven.metadata.segmentSize = SEGMENT_TEXT;
        }
        Arrays.setAll(frames, i -> prepare(stack, ACK, textBytes, delivery));
        driven.shard.listen(stack, PORT, 1, null, application);
        open(prepare(stack, SYN, 0, delivery), prepare(stack, ACK, 0, delivery));
        openWindow(prepare(stack, ACK | PSH, SEGMENT_TEXT, delivery));
    }

    private static PeerFrame prepare(
            final IpAddress stack, final int flags, final int textBytes, final Delivery delivery) {
        final IpAddress peer = DrivenShard.peerAddress(stack.isV4());
        return new PeerFrame(stack, flags, WINDOW, textBytes, !delivery.offload)
                .from(peer.hi(), peer.lo(), PEER_PORT, PORT);
    }

    private void open(final PeerFrame syn, final PeerFrame ack) {
        send(syn);
        endRound();
        send(ack);
        endRound();
        DrivenShard.require("connections opened", 1, driven.count(StackCounter.TcpPassiveOpens));
    }

    /** The first text lets the stack announce its whole window; from then on a batch always fits. */
    private void openWindow(final PeerFrame first) {
        send(first);
        endRound();
    }

    private DrivenShard driven() {
        return driven;
    }

    private void send(final PeerFrame frame) {
        frame.numbers(seq, peer.next, driven.peerClock, peer.tsVal);
        if (ring == null) {
            driven.arrive(frame);
        } else if (!offer(frame)) { // the stack's turn has come early: large packets
            drain();
            DrivenShard.require("packets that found room in the ring", 1, offer(frame) ? 1 : 0);
        }
        seq += frame.sequenceSpace();
    }

    private boolean offer(final PeerFrame frame) {
        return ring.offer(frame.buffer(), 0, frame.buffer().capacity(), driven.metadata);
    }

    private void endRound() {
        if (ring != null) {
            drain();
        }
        driven.endRound(STEP_NS);
    }

    /** To the end: one call ends where the ring's memory does. */
    private void drain() {
        while (!ring.isEmpty()) {
            ring.drain(fromRing, BATCH);
        }
    }

    /** One batch in: every packet arrives, the application reads all text, the stack acknowledges. */
    public void batch() {
        for (final PeerFrame frame : frames) {
            send(frame);
        }
        endRound();
        batches++;
    }

    /** What {@link #batch} costs without a stack: only the peer's patching of its frames. */
    public void batchWithoutStack() {
        for (final PeerFrame frame : frames) {
            frame.numbers(seq, peer.next, driven.peerClock, peer.tsVal);
            seq += frame.sequenceSpace();
        }
        driven.advance(STEP_NS);
    }

    /** Fails unless every segment so far was taken in order, read whole and acknowledged once per batch. */
    public void check() {
        DrivenShard.require("packets dropped", 0, driven.drops());
        DrivenShard.require("bytes read", batches * BATCH * textBytes + SEGMENT_TEXT, bytesRead);
        DrivenShard.require("packets in", batches * BATCH + 3, driven.count(StackCounter.TcpInSegs));
        DrivenShard.require("packets out: SYN-ACK and one ACK per batch", batches + 2, peer.packets);
        DrivenShard.require("held out of order", 0, driven.count(StackCounter.TcpExtTCPOFOQueue));
        DrivenShard.require("last byte acknowledged", seq, peer.ack);
        DrivenShard.require("buffers left", 0, driven.shard.buffersInUse());
    }

    /** Text read so far, in bytes. */
    long bytesRead() {
        return bytesRead;
    }

    /** What was read last. */
    UnsafeBuffer lastText() {
        return application.text;
    }

    private final class Application implements ApplicationEvents {
        private final UnsafeBuffer text =
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(READ_BYTES, 64), 0, READ_BYTES);

        @Override
        public void onListener(final long listener, final Object attachment) {
            driven.shard.accept(listener, this);
        }

        @Override
        public void onConnection(final long connection, final Object attachment, final int readiness) {
            if ((readiness & Readiness.READABLE) != 0) {
                int read = driven.shard.receive(connection, text, 0, READ_BYTES);
                while (read > 0) {
                    bytesRead += read;
                    read = driven.shard.receive(connection, text, 0, READ_BYTES);
                }
            }
        }
    }
}
