package dev.culvert.kit.plot;

import dev.culvert.tcp.Probe;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.congestion.AckFacts;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BufferUtil;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Takes what connections do out of their stack, in a ring: a shard neither waits nor allocates for whoever looks on. What finds
 * the ring full is lost and counted. The threads of all shards of a stack may write, one thread reads.
 *
 * <pre>
 *   0    8                        40             48     56            72
 *   | id | local and remote address | both ports | time | from, to | again |              SENT, SACK
 *   | id | local and remote address | both ports | time | acked, right edge, rtt, srtt, rates | cwnd, ssthresh, in flight |   ACK
 * </pre>
 */
public final class FlowRing implements Probe {
    private static final int SENT = 1;
    private static final int ACK = 2;
    private static final int SACK = 3;

    private static final int LOCAL = Long.BYTES;
    private static final int REMOTE = LOCAL + 2 * Long.BYTES;
    private static final int PORTS = REMOTE + 2 * Long.BYTES;
    private static final int TIME = PORTS + 2 * Integer.BYTES;
    private static final int FROM = TIME + Long.BYTES;
    private static final int TO = FROM + Long.BYTES;
    private static final int AGAIN = TO + Long.BYTES;
    private static final int RANGE_LENGTH = AGAIN + Integer.BYTES;
    private static final int RTT = TO + Long.BYTES;
    private static final int SRTT = RTT + Long.BYTES;
    private static final int DELIVERY_RATE = SRTT + Long.BYTES;
    private static final int PACING_RATE = DELIVERY_RATE + Long.BYTES;
    private static final int CWND = PACING_RATE + Long.BYTES;
    private static final int SSTHRESH = CWND + Integer.BYTES;
    private static final int IN_FLIGHT = SSTHRESH + Integer.BYTES;
    private static final int ACK_LENGTH = IN_FLIGHT + Integer.BYTES;

    private final ManyToOneRingBuffer ring;
    private final long startNs;
    private final AtomicLong lost = new AtomicLong();
    private final FlowEnds ends;
    private final UnsafeBuffer event = new UnsafeBuffer(0, 0);
    private final MessageHandler decode = (type, buffer, index, length) -> {
        event.wrap(buffer, index, length);
        decode(type);
    };
    private FlowListener listener = FlowListener.NONE;

    /**
     * An empty ring.
     *
     * @param stack what the stack is called
     * @param capacityBytes a power of two; an acknowledgement takes 128 bytes, a range 88
     * @param startNs the stack's time when it began
     */
    public FlowRing(final String stack, final int capacityBytes, final long startNs) {
        ring = new ManyToOneRingBuffer(new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(capacityBytes + RingBufferDescriptor.TRAILER_LENGTH, Long.BYTES)));
        ends = new FlowEnds(stack);
        this.startNs = startNs;
    }

    // ------------------------------------------------------------------ the shards' side

    @Override
    public void onSent(final Tcb tcb, final int from, final int to, final long nowNs) {
        range(SENT, tcb, from, to, nowNs, from != tcb.snd.nxt);
    }

    @Override
    public void onAck(final Tcb tcb, final Segment seg, final AckFacts facts) {
        if (facts.inFlightBytes <= 0 && facts.ackedBytes <= 0) {
            return; // it only receives
        }
        sample(tcb, facts);
        for (int i = 0; i < seg.options.sackBlocks; i++) {
            range(SACK, tcb, seg.options.sackLeft[i], seg.options.sackRight[i], facts.nowNs, false);
        }
    }

    private void range(
            final int type, final Tcb tcb, final int from, final int to, final long nowNs, final boolean again) {
        final int index = claim(type, RANGE_LENGTH, tcb, nowNs);
        if (index > 0) {
            ring.buffer().putLong(index + FROM, stream(tcb, from));
            ring.buffer().putLong(index + TO, stream(tcb, to));
            ring.buffer().putInt(index + AGAIN, again ? 1 : 0);
            ring.commit(index);
        }
    }

    private void sample(final Tcb tcb, final AckFacts facts) {
        final int index = claim(ACK, ACK_LENGTH, tcb, facts.nowNs);
        if (index > 0) {
            final long acked = stream(tcb, tcb.snd.una);
            ring.buffer().putLong(index + FROM, acked);
            ring.buffer().putLong(index + TO, acked + tcb.snd.wnd);
            ring.buffer().putLong(index + RTT, facts.rttNs);
            ring.buffer().putLong(index + SRTT, facts.srttNs);
            ring.buffer().putLong(index + DELIVERY_RATE, facts.deliveryRateBytesPerSecond);
            ring.buffer().putLong(index + PACING_RATE, tcb.pacingBytesPerSecond());
            ring.buffer().putInt(index + CWND, tcb.congestion.windowBytes());
            ring.buffer().putInt(index + SSTHRESH, tcb.congestion.slowStartThresholdBytes());
            ring.buffer().putInt(index + IN_FLIGHT, facts.inFlightAfterBytes);
            ring.commit(index);
        }
    }

    /** A place in the ring that says who and when; not positive: there is none. */
    private int claim(final int type, final int length, final Tcb tcb, final long nowNs) {
        final int index = ring.tryClaim(type, length);
        if (index > 0) {
            ring.buffer().putLong(index, tcb.id);
            ring.buffer().putLong(index + LOCAL, tcb.localHi());
            ring.buffer().putLong(index + LOCAL + Long.BYTES, tcb.localLo());
            ring.buffer().putLong(index + REMOTE, tcb.remoteHi());
            ring.buffer().putLong(index + REMOTE + Long.BYTES, tcb.remoteLo());
            ring.buffer().putInt(index + PORTS, tcb.localPort());
            ring.buffer().putInt(index + PORTS + Integer.BYTES, tcb.remotePort());
            ring.buffer().putLong(index + TIME, nowNs - startNs);
        } else {
            lost.incrementAndGet();
        }
        return index;
    }

    /** A sequence number near SND.UNA as the number of a byte of the stream; the first one is 0. */
    private static long stream(final Tcb tcb, final int seq) {
        return tcb.counts.bytesAcknowledged - (tcb.active ? 1 : 0) + (seq - tcb.snd.una);
    }

    // ------------------------------------------------------------------ the reader's side

    /** Tells all that is in the ring; returns how much that was. */
    public int drain(final FlowListener told) {
        listener = told;
        return ring.read(decode);
    }

    /** How much has found the ring full so far. Any thread. */
    public long lost() {
        return lost.get();
    }

    private void decode(final int type) {
        final FlowEnd flow = ends.of(
                event.getLong(0),
                event.getLong(LOCAL),
                event.getLong(LOCAL + Long.BYTES),
                event.getInt(PORTS),
                event.getLong(REMOTE),
                event.getLong(REMOTE + Long.BYTES),
                event.getInt(PORTS + Integer.BYTES));
        final long timeNs = event.getLong(TIME);
        final long from = event.getLong(FROM);
        final long to = event.getLong(TO);
        switch (type) {
            case SENT -> listener.onSent(flow, timeNs, from, to, event.getInt(AGAIN) != 0);
            case SACK -> listener.onSack(flow, timeNs, from, to);
            default ->
                listener.onAck(
                        flow,
                        new FlowSample(
                                timeNs,
                                from,
                                to,
                                event.getInt(CWND),
                                event.getInt(SSTHRESH),
                                event.getInt(IN_FLIGHT),
                                event.getLong(RTT),
                                event.getLong(SRTT),
                                event.getLong(DELIVERY_RATE),
                                event.getLong(PACING_RATE)));
        }
    }
}
