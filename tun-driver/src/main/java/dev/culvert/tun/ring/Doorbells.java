package dev.culvert.tun.ring;

import java.util.function.LongConsumer;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * A bounded ring of identifiers, each of which says "there is something to look at". What there is stands in the thing
 * itself, so that a bell that rings twice does no harm. Any thread rings; one thread answers.
 */
public final class Doorbells {
    private static final int RECORD_TYPE = 1;

    private final ManyToOneRingBuffer ring;
    private final MessageHandler handler = this::onRecord;
    private LongConsumer answering;

    /** With room for {@code capacityBytes / 16} bells; a power of two. */
    public Doorbells(final int capacityBytes) {
        ring = new ManyToOneRingBuffer(new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(capacityBytes + RingBufferDescriptor.TRAILER_LENGTH, Long.BYTES)));
    }

    /** Rings; false when the ring is full. Any thread. */
    public boolean ring(final long id) {
        final int index = ring.tryClaim(RECORD_TYPE, Long.BYTES);
        if (index < 0) {
            return false;
        }
        ring.buffer().putLong(index, id);
        ring.commit(index);
        return true;
    }

    /** Answers up to {@code limit} bells; returns how many. One thread. */
    public int drain(final LongConsumer answer, final int limit) {
        answering = answer;
        return ring.read(handler, limit);
    }

    /** Whether nobody has rung. */
    public boolean isEmpty() {
        return ring.consumerPosition() == ring.producerPosition();
    }

    private void onRecord(final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        answering.accept(buffer.getLong(index));
    }
}
