package dev.culvert.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.wire.OutboundPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The queue against a window over one long known byte sequence. */
class ByteQueueTest {
    private final Memory memory = new Memory(64 << 20);
    private final List<Long> released = new ArrayList<>();
    private final PieceStore store = new PieceStore(memory, released::add);
    private final ByteQueue queue = new ByteQueue(store);
    private final UnsafeBuffer source = new UnsafeBuffer(BufferUtil.allocateDirectAligned(1 << 16, 8));
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer target = new UnsafeBuffer(BufferUtil.allocateDirectAligned(1 << 16, 8));
    private final UnsafeBuffer frames = new UnsafeBuffer(BufferUtil.allocateDirectAligned(1 << 17, 8));
    private int framesUsed;
    private final OutboundPacket packet = new OutboundPacket();

    private static byte pattern(final long position) {
        return (byte) (position * 31 + (position >> 8) * 17);
    }

    private void fillSource(final long position, final int length) {
        for (int i = 0; i < length; i++) {
            source.putByte(i, pattern(position + i));
        }
    }

    private void expectPattern(final UnsafeBuffer actual, final int length, final long position, final long seed) {
        for (int i = 0; i < length; i++) {
            if (actual.getByte(i) != pattern(position + i)) {
                assertEquals(pattern(position + i), actual.getByte(i), "seed " + seed + ", byte " + i);
            }
        }
    }

    @Test
    void keepsEveryByteInOrderOverRandomAppendsGathersAndDiscards() {
        for (long seed = 1; seed <= 30; seed++) {
            run(seed);
        }
        assertEquals(0, store.livePieces());
        assertEquals(0, store.chunkBytesInUse());
    }

    private void run(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        long head = 0;
        long tail = 0;
        for (int step = 0; step < 2_000; step++) {
            switch (random.nextInt(7)) {
                case 0 -> {
                    final int length = 1 + random.nextInt(random.nextBoolean() ? 100 : 9_000);
                    if (queue.size() + length < 1 << 16) {
                        fillSource(tail, length);
                        assertEquals(length, queue.append(source, 0, length));
                        tail += length;
                    }
                }
                case 1 -> {
                    final int length = 1 + random.nextInt(9_000);
                    if (queue.size() + length < 1 << 16 && framesUsed + length <= frames.capacity()) {
                        fillSource(tail, length);
                        tail += arrive(length);
                    }
                }
                case 2 -> endBatch();
                case 3 -> {
                    final int count = random.nextInt(queue.size() + 1);
                    queue.discard(count);
                    head += count;
                }
                case 4 -> {
                    if (queue.size() > 0) {
                        final int offset = random.nextInt(queue.size());
                        final int length = 1 + random.nextInt(queue.size() - offset);
                        packet.clear();
                        assertEquals(length, queue.gather(offset, length, packet));
                        packet.copyTo(target, 0);
                        expectPattern(target, length, head + offset, seed);
                    }
                }
                case 5 -> {
                    final int from = random.nextInt(queue.size() + 1);
                    final int length = queue.view(from, 1 + random.nextInt(1 << 16), view);
                    assertTrue(length > 0 || from == queue.size());
                    expectPattern(view, length, head + from, seed);
                }
                default -> {
                    final int length = queue.peek(target, 0, random.nextInt(1 << 16));
                    expectPattern(target, length, head, seed);
                }
            }
            assertEquals(tail - head, queue.size());
        }
        endBatch();
        queue.clear();
    }

    /** What the source holds arrives in a frame that lasts as long as a batch. */
    private int arrive(final int length) {
        frames.putBytes(framesUsed, source, 0, length);
        if (!queue.appendInPlace(frames.addressOffset() + framesUsed, length)) {
            queue.append(frames, framesUsed, length);
        }
        framesUsed += length;
        return length;
    }

    private void endBatch() {
        store.settle();
        frames.setMemory(0, frames.capacity(), (byte) 0x5a);
        framesUsed = 0;
    }

    @Test
    void whatIsTakenWithinABatchNeedsNoPlace() {
        fillSource(0, 40_000);
        arrive(40_000);
        assertEquals(40_000, queue.peek(target, 0, 1 << 16));
        expectPattern(target, 40_000, 0, 0);
        queue.discard(40_000);
        assertEquals(0, store.chunkBytesInUse());
        endBatch();
        assertEquals(0, store.livePieces());
    }

    @Test
    void whatIsLeftAtItsEndHasAPlaceWhateverElseWasCopiedMeanwhile() {
        final PieceStore small = new PieceStore(new Memory(300_000), token -> {});
        final ByteQueue first = new ByteQueue(small);
        final ByteQueue other = new ByteQueue(small);
        fillSource(0, 50_000);
        frames.putBytes(0, source, 0, 50_000);
        assertTrue(first.appendInPlace(frames.addressOffset(), 50_000));
        int copied = 0;
        for (int i = 0; i < 10; i++) {
            copied += other.append(source, 0, 1 << 16);
        }
        assertEquals((64 - 13) * PieceStore.CHUNK_BYTES, copied);
        assertFalse(other.appendInPlace(frames.addressOffset(), PieceStore.CHUNK_BYTES));

        small.settle();
        frames.setMemory(0, frames.capacity(), (byte) 0x5a);
        assertEquals(50_000, first.peek(target, 0, 1 << 16));
        expectPattern(target, 50_000, 0, 0);
    }

    @Test
    void lentMemoryGoesBackWhenItsLastByteIsDropped() {
        fillSource(0, 300);
        queue.append(source, 0, 100);
        queue.appendReference(source.addressOffset() + 100, 100, 7);
        queue.append(source, 200, 100);

        queue.discard(199);
        assertEquals(List.of(), released);
        queue.discard(1);
        assertEquals(List.of(7L), released);
        assertEquals(100, queue.peek(target, 0, 1_000));
        expectPattern(target, 100, 200, 0);
    }

    @Test
    void clearingGivesLentMemoryBack() {
        queue.appendReference(source.addressOffset(), 10, 1);
        queue.appendReference(source.addressOffset(), 10, 2);
        queue.clear();
        assertEquals(List.of(1L, 2L), released);
    }

    @Test
    void takesOnlyWhatThereIsMemoryFor() {
        final PieceStore small = new PieceStore(new Memory(300_000), token -> {});
        final ByteQueue other = new ByteQueue(small);
        int taken = 0;
        for (int i = 0; i < 10; i++) {
            taken += other.append(source, 0, 1 << 16);
        }
        assertEquals(64 * PieceStore.CHUNK_BYTES, taken);
        assertEquals(taken, other.size());
    }
}
