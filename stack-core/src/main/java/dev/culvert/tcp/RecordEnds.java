package dev.culvert.tcp;

import dev.culvert.seq.Seq;
import java.util.Arrays;

/**
 * Where the application has ended records of unsent text (MSG_EOR): no segment carries text of two. Rises in sequence space.
 * Shard's thread only.
 */
public final class RecordEnds {
    private int[] ends = new int[4];
    private int count;

    /** A record ends before this sequence number. */
    public void add(final int end) {
        if (count > 0 && ends[count - 1] == end) {
            return;
        }
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
        }
        ends[count++] = end;
    }

    /** All of them move by so much, with the connection's numbers. */
    void move(final int by) {
        for (int i = 0; i < count; i++) {
            ends[i] += by;
        }
    }

    /** The first end behind {@code from}, or {@code otherwise}; the ones before it are forgotten. */
    int next(final int from, final int otherwise) {
        int passed = 0;
        while (passed < count && Seq.le(ends[passed], from)) {
            passed++;
        }
        if (passed > 0) {
            count -= passed;
            System.arraycopy(ends, passed, ends, 0, count);
        }
        return count == 0 ? otherwise : ends[0];
    }
}
