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
    static final int BLOCK = 16_384;
    private static final byte SPOILT = (byte) 0xee;

    private final List<UnsafeBuffer> blocks = new ArrayList<>();
    private final List<Boolean> lent = new ArrayList<>();
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private int outstanding;

    /** A block with this part of a stream; the result is its token. */
    long lend(final Pattern stream, final long position, final int length) {
        if (free.isEmpty()) {
            free.push(blocks.size());
            blocks.add(new UnsafeBuffer(BufferUtil.allocateDirectAligned(BLOCK, 8)));
            lent.add(false);
        }
        final int token = free.pop();
        lent.set(token, true);
        outstanding++;
        stream.fill(blocks.get(token), 0, length, position);
        return token;
    }

    long address(final long token) {
        return blocks.get((int) token).addressOffset();
    }

    void release(final long token) {
        final int index = (int) token;
        if (token < 0 || token >= blocks.size() || !lent.get(index)) {
            throw new SimulationFailure("payload reference " + token + " came back although it was not lent");
        }
        lent.set(index, false);
        outstanding--;
        blocks.get(index).setMemory(0, BLOCK, SPOILT);
        free.push(index);
    }

    int outstanding() {
        return outstanding;
    }
}
