package dev.culvert.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Out-of-order text against a set of bits. */
class ReassemblyTest {
    private static final int SPAN = 2_000;
    private static final int PLENTY = 10_000;

    private final PieceStore store = new PieceStore(new Memory(64 << 20), token -> {});
    private final UnsafeBuffer source = new UnsafeBuffer(BufferUtil.allocateDirectAligned(SPAN, 8));
    private final UnsafeBuffer target = new UnsafeBuffer(new byte[SPAN]);

    @Test
    void holdsAndDeliversEveryByteOnceWhateverOverlaps() { // RFC 9293 §3.10.7.4, SHLD-31
        for (long seed = 1; seed <= 300; seed++) {
            run(seed);
        }
        assertEquals(0, store.livePieces());
    }

    private void run(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final int first = random.nextInt(); // wraps around in some runs
        for (int i = 0; i < SPAN; i++) {
            source.putByte(i, (byte) (i * 7));
        }
        final Reassembly held = new Reassembly(store);
        final BitSet model = new BitSet();
        final int most = random.nextBoolean() ? 40 : 400;
        for (int i = 0; i < 60; i++) {
            final int from = 1 + random.nextInt(SPAN - 1);
            final int length = 1 + random.nextInt(Math.min(most, SPAN - from));
            assertTrue(held.insert(first + from, source, from, length, PLENTY), "seed " + seed);
            model.set(from, from + length);
            checkRanges(held, model, first, seed);
            assertEquals(store.livePieces(), held.chunks(), "seed " + seed);
            if (random.nextInt(20) == 0) {
                prune(held, model, first, seed);
            }
        }
        deliverAll(held, model, first, random, seed);
    }

    private void prune(final Reassembly held, final BitSet model, final int first, final long seed) {
        final int before = held.chunks();
        held.prune();
        assertTrue(before - held.chunks() >= before / 8.0, "seed " + seed);
        assertEquals(store.livePieces(), held.chunks(), "seed " + seed);
        final int left = held.isEmpty() ? 0 : held.highest() - first;
        assertTrue(left == 0 || model.get(left - 1) && !model.get(left), "a whole range, seed " + seed);
        model.clear(left, SPAN);
        checkRanges(held, model, first, seed);
    }

    private void checkRanges(final Reassembly held, final BitSet model, final int first, final long seed) {
        assertEquals(model.cardinality(), held.bytes(), "seed " + seed);
        for (int i = 0; i < held.sackBlocks(); i++) {
            final int left = held.sackLeft(i) - first;
            final int right = held.sackRight(i) - first;
            assertEquals(right, model.nextClearBit(left), "seed " + seed);
            assertFalse(left > 0 && model.get(left - 1), "a block must be a whole range, seed " + seed);
        }
    }

    private void deliverAll(
            final Reassembly held,
            final BitSet model,
            final int first,
            final SplittableRandom random,
            final long seed) {
        final ByteQueue queue = new ByteQueue(store);
        int nxt = 0;
        while (!held.isEmpty()) {
            nxt = Math.max(nxt + 1, model.nextSetBit(nxt) + random.nextInt(3)); // the gap is filled, perhaps by more
            final int after = held.deliver(first + nxt, queue) - first;
            assertEquals(Math.max(nxt, model.nextClearBit(nxt)), after, "seed " + seed);
            for (int i = 0; i < held.sackBlocks(); i++) {
                assertTrue(held.sackLeft(i) - first > after, "what is delivered is not reported, seed " + seed);
            }
            final int size = queue.peek(target, 0, SPAN);
            for (int i = 0; i < size; i++) {
                assertEquals((byte) ((after - size + i) * 7), target.getByte(i), "seed " + seed);
            }
            queue.clear();
            assertEquals(store.livePieces(), held.chunks(), "seed " + seed);
            nxt = after;
        }
    }

    @Test
    void theFirstSackBlockHoldsTheNewestSegment() { // RFC 2018 §4
        final Reassembly held = new Reassembly(store);
        for (final int at : new int[] {100, 300, 500, 700, 900}) {
            held.insert(at, source, 0, 50, PLENTY);
        }
        assertEquals(4, held.sackBlocks());
        assertEquals(900, held.sackLeft(0));
        assertEquals(700, held.sackLeft(1));
        held.insert(350, source, 0, 150, PLENTY); // joins 300 and 500
        assertEquals(300, held.sackLeft(0));
        assertEquals(550, held.sackRight(0));
        assertEquals(900, held.sackLeft(1));
        held.clear();
    }

    @Test
    void anEighthThatLiesFurthestAheadIsGivenUp() {
        final Reassembly held = new Reassembly(store);
        for (int i = 0; i < 20; i++) {
            held.insert(10 * i, source, 0, 5, PLENTY);
        }
        held.prune();
        assertEquals(17, held.ranges(), "20 / 8 is more than two");
        assertEquals(165, held.highest());
        assertEquals(1, held.sackBlocks(), "the last four were reported");
        assertEquals(160, held.sackLeft(0));
        held.clear();
    }

    @Test
    void bytesThatComeBackwardsTakeNoMoreChunksThanAllowed() {
        final Reassembly held = new Reassembly(store);
        int kept = 0;
        for (int i = 0; i < 100; i++) { // each one goes in front of the range, into a chunk of its own
            kept += held.insert(1_000 - i, source, 0, 1, 20) ? 1 : 0;
        }
        assertEquals(20, kept);
        assertEquals(20, store.livePieces());
        assertEquals(1_000 + 1, held.highest());
        held.clear();
        assertEquals(0, held.chunks());
    }

    @Test
    void theRoomOfARangeIsUsedAgain() {
        final Reassembly held = new Reassembly(store);
        final ByteQueue queue = new ByteQueue(store);
        final int places = held.places();
        int nxt = 0;
        for (int i = 0; i < 1_000; i++) {
            held.insert(nxt + 1, source, 0, 1, PLENTY);
            held.insert(nxt + 3, source, 0, 1, PLENTY);
            held.insert(nxt + 2, source, 0, 1, PLENTY); // makes one of them
            nxt = held.deliver(nxt + 1, queue);
            queue.clear();
        }
        assertEquals(places, held.places());
        assertEquals(0, store.livePieces());
    }

    @Test
    void holesAsManyAsChunksAreKeptInAnyOrder() {
        final int holes = 4_000;
        final SplittableRandom random = new SplittableRandom(1);
        final int[] at = new int[holes];
        for (int i = 0; i < holes; i++) { // the order in which they come is one by chance
            final int j = random.nextInt(i + 1);
            at[i] = at[j];
            at[j] = i;
        }
        final Reassembly held = new Reassembly(store);
        int kept = 0;
        for (final int i : at) {
            source.putByte(0, (byte) i);
            kept += held.insert(10 + 2 * i, source, 0, 1, holes - 1) ? 1 : 0;
        }
        assertEquals(holes - 1, kept);
        assertEquals(holes - 1, held.ranges());
        source.putByte(0, (byte) at[holes - 1]);
        assertTrue(held.insert(10 + 2 * at[holes - 1], source, 0, 1, holes));
        final ByteQueue queue = new ByteQueue(store);
        for (int i = 0; i < holes; i++) {
            assertEquals(11 + 2 * i, held.deliver(10 + 2 * i, queue));
            queue.peek(target, 0, 1);
            assertEquals((byte) i, target.getByte(0));
            queue.clear();
        }
        assertTrue(held.isEmpty());
        assertEquals(0, store.livePieces());
    }
}
