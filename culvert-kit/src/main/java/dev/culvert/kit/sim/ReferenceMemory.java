package dev.culvert.kit.sim;

import dev.culvert.kit.Pattern;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Off-heap blocks that an application lends to the stack. A block that comes back is spoilt at once, so that a stack which
 * still reads it sends bytes that nobody wrote; a block that comes back twice fails the run.
 */
final class ReferenceMemory {
    /** Largest piece that can be lent. */
    static final int LARGEST = 16_384;

    private static final int[] SIZES = {64, 1_024, LARGEST};
    private static final byte SPOILT = (byte) 0xee;

    private static final class Block {
        final UnsafeBuffer bytes;
        final ArrayDeque<Integer> home;
        boolean lent;

        Block(final int size, final ArrayDeque<Integer> home) {
            bytes = new UnsafeBuffer(BufferUtil.allocateDirectAligned(size, 8));
            this.home = home;
        }
    }

    private final List<Block> blocks = new ArrayList<>();
    private final List<ArrayDeque<Integer>> free = List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
    private int outstanding;

    /** A block with this part of a stream; the result is its token. */
    long lend(final Pattern stream, final long position, final int length) {
        final int kind = length <= SIZES[0] ? 0 : length <= SIZES[1] ? 1 : 2;
        final ArrayDeque<Integer> home = free.get(kind);
        if (home.isEmpty()) {
            home.push(blocks.size());
            blocks.add(new Block(SIZES[kind], home));
        }
        final int token = home.pop();
        final Block block = blocks.get(token);
        block.lent = true;
        outstanding++;
        stream.fill(block.bytes, 0, length, position);
        return token;
    }

    long address(final long token) {
        return blocks.get((int) token).bytes.addressOffset();
    }

    void release(final long token) {
        if (token < 0 || token >= blocks.size() || !blocks.get((int) token).lent) {
            throw new SimulationFailure("payload reference " + token + " came back although it was not lent");
        }
        final Block block = blocks.get((int) token);
        block.lent = false;
        outstanding--;
        block.bytes.setMemory(0, block.bytes.capacity(), SPOILT);
        block.home.push((int) token);
    }

    int outstanding() {
        return outstanding;
    }
}
