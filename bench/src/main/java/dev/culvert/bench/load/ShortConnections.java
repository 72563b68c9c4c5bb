package dev.culvert.bench.load;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.FIN;
import static dev.culvert.wire.TcpFlyweight.PSH;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.NetworkOrder;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketSink;
import dev.culvert.wire.TcpFlyweight;
import java.util.Arrays;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Short connections as a loaded server sees them, a batch side by side: SYN; ACK and request; ACK and FIN, each step in one
 * round. The server answers with SYN-ACK; response, ACK and FIN in one packet; last ACK. It closes first, so each connection
 * ends as a TIME-WAIT row, which stays for its whole time by the load's clock. Every connection has a 4-tuple of its own
 * until all are used up and the rows of the first are long gone. One thread.
 */
public final class ShortConnections {
    /** Connections side by side. */
    public static final int BATCH = 32;
    /** Bytes of a request. */
    public static final int REQUEST = 78;
    /** Bytes of a response. */
    public static final int RESPONSE = 230;

    private static final int PACKETS_IN = 5;
    private static final int PACKETS_OUT = 3;
    private static final int ROUNDS = 3;
    private static final long STEP_NS = 50_000;
    private static final int PORT = 80;
    private static final int FIRST_PORT = 1_024;
    private static final int BATCHES_PER_ADDRESS = 2_000;
    private static final int ADDRESSES = 1_024;
    private static final int WINDOW = 512;
    private static final int ISS_STEP = 64_021;

    private final DrivenShard driven;
    private final IpAddress firstPeer;
    private final PeerFrame[] syn = new PeerFrame[BATCH];
    private final PeerFrame[] ack = new PeerFrame[BATCH];
    private final PeerFrame[] request = new PeerFrame[BATCH];
    private final PeerFrame[] lastAck = new PeerFrame[BATCH];
    private final PeerFrame[] fin = new PeerFrame[BATCH];
    private final int[] seq = new int[BATCH];
    private final Peer peer = new Peer();
    private final Server server = new Server();
    private final OutboundPacket synAck = answer(SYN | ACK, 0);
    private final OutboundPacket response = answer(ACK | PSH | FIN, RESPONSE);
    private final OutboundPacket finAck = answer(ACK, 0);
    private int firstPort;
    private long peerLo;
    private long batches;

    /**
     * A server and a peer.
     *
     * @param timeWait TIME-WAIT rows that will stand once as many connections have been made
     */
    public ShortConnections(final boolean v4, final Delivery delivery, final int timeWait) {
        this(v4, delivery, timeWait, Probe.NONE);
    }

    ShortConnections(final boolean v4, final Delivery delivery, final int timeWait, final Probe probe) {
        final IpAddress stack = DrivenShard.stackAddress(v4);
        firstPeer = DrivenShard.peerAddress(v4);
        final TcpConfig tcp = TcpConfig.DEFAULT.with().mslMs(mslMs(timeWait)).build();
        driven = new DrivenShard(stack, delivery, tcp, peer, server, probe);
        Arrays.setAll(syn, i -> new PeerFrame(stack, SYN, 64_240, 0, !delivery.offload));
        Arrays.setAll(ack, i -> new PeerFrame(stack, ACK, WINDOW, 0, !delivery.offload));
        Arrays.setAll(request, i -> new PeerFrame(stack, ACK | PSH, WINDOW, REQUEST, !delivery.offload));
        Arrays.setAll(lastAck, i -> new PeerFrame(stack, ACK, WINDOW, 0, !delivery.offload));
        Arrays.setAll(fin, i -> new PeerFrame(stack, ACK | FIN, WINDOW, 0, !delivery.offload));
        driven.shard.listen(stack, PORT, 2 * BATCH, null, server);
    }

    /** MSL under which so many rows stand at the rate that the load's clock makes. */
    private static int mslMs(final int timeWait) {
        final long waitNs = (long) timeWait * ROUNDS * STEP_NS / BATCH;
        return (int) Math.max(1, waitNs / 2_000_000);
    }

    /** Makes connections until the first TIME-WAIT rows have expired: from then on their number stays. */
    public void fill() {
        while (connections() - driven.shard.timeWaitCount() < 10 * BATCH) {
            batch();
        }
    }

    /** A batch of whole connections. */
    public void batch() {
        begin();
        for (int i = 0; i < BATCH; i++) {
            driven.arrive(prepareSyn(i));
        }
        driven.endRound(STEP_NS);
        for (int i = 0; i < BATCH; i++) {
            driven.arrive(prepare(ack[i], i));
            driven.arrive(prepare(request[i], i));
        }
        driven.endRound(STEP_NS);
        for (int i = 0; i < BATCH; i++) {
            driven.arrive(prepare(lastAck[i], i));
            driven.arrive(prepare(fin[i], i));
        }
        driven.endRound(STEP_NS);
        batches++;
    }

    /** What {@link #batch} costs without a stack: only what the peer does, which patches its frames and reads the answers. */
    public void batchWithoutStack() {
        begin();
        for (int i = 0; i < BATCH; i++) {
            prepareSyn(i);
            hear(synAck, i);
            prepare(ack[i], i);
            prepare(request[i], i);
            hear(response, i);
            prepare(lastAck[i], i);
            prepare(fin[i], i);
            hear(finAck, i);
        }
        driven.advance(ROUNDS * STEP_NS);
        batches++;
    }

    private static OutboundPacket answer(final int flags, final int textBytes) {
        final OutboundPacket packet = new OutboundPacket();
        packet.addPiece(0, textBytes);
        TcpFlyweight.write(packet.header, 0, PORT, 0, 0, 0, TcpFlyweight.MAX_HEADER_LENGTH, flags, WINDOW, 0);
        return packet;
    }

    private void hear(final OutboundPacket answer, final int i) {
        NetworkOrder.put32(null, answer.header.addressOffset(), PORT << 16 | firstPort + i);
        peer.transmit(answer);
    }

    private void begin() {
        firstPort = FIRST_PORT + (int) (batches % BATCHES_PER_ADDRESS) * BATCH;
        peerLo = firstPeer.lo() + batches / BATCHES_PER_ADDRESS % ADDRESSES;
    }

    private PeerFrame prepareSyn(final int i) {
        seq[i] = (int) (batches * BATCH + i) * ISS_STEP;
        peer.acks[i] = 0;
        peer.tsEcr[i] = 0;
        return prepare(syn[i], i);
    }

    private PeerFrame prepare(final PeerFrame frame, final int i) {
        frame.from(firstPeer.hi(), peerLo, firstPort + i, PORT)
                .numbers(seq[i], peer.acks[i], driven.peerClock, peer.tsEcr[i]);
        seq[i] += frame.sequenceSpace();
        return frame;
    }

    /** Connections made so far. */
    public long connections() {
        return batches * BATCH;
    }

    /** TIME-WAIT rows that stand now. */
    public int timeWaitCount() {
        return driven.shard.timeWaitCount();
    }

    /** Fails unless every connection so far was opened, served, closed and left a row, in the packets that it takes. */
    public void check() {
        final long made = connections();
        DrivenShard.require("packets dropped", 0, driven.drops());
        DrivenShard.require("connections opened", made, driven.count(StackCounter.TcpPassiveOpens));
        DrivenShard.require("connections still established", 0, driven.count(StackCounter.TcpCurrEstab));
        DrivenShard.require("requests answered", made, server.answered);
        DrivenShard.require("packets in", PACKETS_IN * made, driven.count(StackCounter.TcpInSegs));
        DrivenShard.require("packets out", PACKETS_OUT * made, driven.count(StackCounter.TcpOutSegs));
        DrivenShard.require("packets that the peer expected", PACKETS_OUT * made, peer.expected);
        DrivenShard.require("retransmissions", 0, driven.count(StackCounter.TcpRetransSegs));
        DrivenShard.require("no room for TIME-WAIT", 0, driven.count(StackCounter.TcpExtTCPTimeWaitOverflow));
        DrivenShard.require(
                "TIME-WAIT rows whose time is over", made - timeWaitCount(), driven.count(StackCounter.TcpExtTW));
        DrivenShard.require("control blocks left", 0, driven.shard.connectionCount());
        DrivenShard.require("half-open rows left", 0, driven.shard.halfOpenCount());
        DrivenShard.require("buffers left", 0, driven.shard.buffersInUse());
    }

    private final class Peer implements PacketSink {
        private final StackReply reply = new StackReply();
        private final int[] acks = new int[BATCH];
        private final int[] tsEcr = new int[BATCH];
        private long expected;

        @Override
        public boolean transmit(final OutboundPacket packet) {
            reply.read(packet);
            final int i = reply.port - firstPort;
            acks[i] = reply.next;
            tsEcr[i] = reply.tsVal;
            final int textAndFin = packet.payloadLength() + (reply.has(FIN) ? 1 : 0);
            final boolean whole = reply.has(SYN) || textAndFin == RESPONSE + 1 || textAndFin == 0;
            expected += whole && reply.ack == seq[i] ? 1 : 0;
            return true;
        }
    }

    private final class Server implements ApplicationEvents {
        private final UnsafeBuffer text = new UnsafeBuffer(BufferUtil.allocateDirectAligned(RESPONSE, 64), 0, RESPONSE);
        private long answered;

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
                    && driven.shard.receive(connection, text, 0, RESPONSE) == REQUEST
                    && driven.shard.send(connection, text, 0, RESPONSE) == RESPONSE) {
                driven.shard.close(connection, driven.nowNs);
                answered++;
            }
        }
    }
}
