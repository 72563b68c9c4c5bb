package dev.culvert.bench.load;

import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata.ChecksumState;
import dev.culvert.wire.PacketSink;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One connection between two stacks with a wire of memory between them, over which one sends as much as the other takes: bulk
 * without a kernel. Payload is lent to the sender, copied once onto the wire and read by the receiving application. One thread.
 */
public final class TwoStacks {
    private static final int PORT = 9;
    private static final long STEP_NS = 50_000;
    private static final int PIECE = 1 << 16;
    private static final int BUFFER = 1 << 19;
    private static final int MOST_ROUNDS = 100_000;
    private static final TcpConfig CONFIG = TcpConfig.DEFAULT
            .with()
            .sendBufferBytes(BUFFER)
            .receiveBufferBytes(BUFFER)
            .build();

    private final UnsafeBuffer text = new UnsafeBuffer(BufferUtil.allocateDirectAligned(PIECE, 64), 0, PIECE);
    private final Wire down;
    private final Wire up;
    private final DrivenShard sender;
    private final DrivenShard receiver;
    private long received;

    /** A connection that is established. */
    public TwoStacks(final Delivery delivery) {
        final IpAddress from = IpAddress.parse("10.83.0.1");
        final IpAddress to = DrivenShard.stackAddress(true);
        down = new Wire(delivery);
        up = new Wire(delivery);
        sender = new DrivenShard(from, delivery, CONFIG, down, new Sender(), Probe.NONE);
        receiver = new DrivenShard(to, delivery, CONFIG, up, new Receiver(), Probe.NONE);
        receiver.shard.listen(to, PORT, 1, null, this);
        sender.shard.connect(from, 0, to, PORT, null, this, 0);
        take(1);
    }

    /** Lets the application take at least so many bytes. */
    public void take(final long bytes) {
        final long enough = received + bytes;
        for (int round = 0; received < enough; round++) {
            if (round == MOST_ROUNDS) {
                throw new IllegalStateException("only " + received + " of " + enough + " bytes have come");
            }
            sender.endRound(STEP_NS);
            down.deliverTo(receiver);
            receiver.endRound(STEP_NS);
            up.deliverTo(sender);
        }
    }

    /** Bytes that the application has taken. */
    long received() {
        return received;
    }

    /** Fails unless nothing was lost or sent twice. */
    public void check() {
        DrivenShard.require("packets dropped", 0, sender.drops() + receiver.drops());
        DrivenShard.require("retransmissions", 0, sender.count(StackCounter.TcpRetransSegs));
        DrivenShard.require("held out of order", 0, receiver.count(StackCounter.TcpExtTCPOFOQueue));
    }

    /** Packets on their way in one direction; the memory is written anew after each round. */
    private static final class Wire implements PacketSink {
        private static final int BYTES = 2 * BUFFER;

        private final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(BYTES, 64), 0, BYTES);
        private final int[] lengths = new int[BYTES / 40];
        private final int[] segmentSizes = new int[BYTES / 40];
        private final boolean offload;
        private int packets;
        private int used;

        Wire(final Delivery delivery) {
            offload = delivery.offload;
        }

        @Override
        public boolean transmit(final OutboundPacket packet) {
            segmentSizes[packets] = packet.segmentSize;
            lengths[packets] = packet.copyTo(memory, used);
            used += lengths[packets++];
            return true;
        }

        void deliverTo(final DrivenShard shard) {
            int at = 0;
            for (int i = 0; i < packets; i++) {
                shard.metadata.reset();
                shard.metadata.segmentSize = segmentSizes[i];
                shard.metadata.checksum = offload ? ChecksumState.PARTIAL : ChecksumState.COMPLETE;
                shard.metadata.stays = true;
                shard.shard.onPacket(memory, at, lengths[i], shard.metadata, shard.nowNs);
                at += lengths[i];
            }
            packets = 0;
            used = 0;
        }
    }

    private final class Sender implements ApplicationEvents {
        @Override
        public void onListener(final long listener, final Object attachment) {}

        @Override
        public void onConnection(final long connection, final Object attachment, final int readiness) {
            int sent = 1;
            while (sent > 0) {
                sent = sender.shard.sendReference(connection, text.addressOffset(), PIECE, 0);
            }
        }
    }

    private final class Receiver implements ApplicationEvents {
        private final UnsafeBuffer place = new UnsafeBuffer(BufferUtil.allocateDirectAligned(PIECE, 64), 0, PIECE);

        @Override
        public void onListener(final long listener, final Object attachment) {
            receiver.shard.accept(listener, this);
        }

        @Override
        public void onConnection(final long connection, final Object attachment, final int readiness) {
            if ((readiness & Readiness.READABLE) != 0) {
                int read = receiver.shard.receive(connection, place, 0, PIECE);
                while (read > 0) {
                    received += read;
                    read = receiver.shard.receive(connection, place, 0, PIECE);
                }
            }
        }
    }
}
