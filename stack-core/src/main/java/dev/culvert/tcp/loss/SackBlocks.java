package dev.culvert.tcp.loss;

import dev.culvert.seq.Seq;

/**
 * The SACK blocks of the latest ACK that brought any. Most of them repeat those of the ACK before (RFC 2018 §4), so that only
 * what a block adds to them is looked up in the scoreboard.
 */
public final class SackBlocks {
    private static final int MOST = 4;

    private int[] left = new int[MOST];
    private int[] right = new int[MOST];
    private int count;
    private int[] newLeft = new int[MOST];
    private int[] newRight = new int[MOST];
    private int newCount;

    /** Another ACK with blocks has come. */
    public void begin() {
        newCount = 0;
    }

    /**
     * The next of its blocks, which lies between SND.UNA and SND.NXT.
     *
     * @return how many of its bytes a block of the ACK before had from the same left edge on
     */
    public int add(final int from, final int to) {
        newLeft[newCount] = from;
        newRight[newCount++] = to;
        for (int i = 0; i < count; i++) {
            if (left[i] == from && Seq.le(right[i], to)) {
                return right[i] - from;
            }
        }
        return 0;
    }

    /** There are no more. */
    public void end() {
        final int[] oldLeft = left;
        final int[] oldRight = right;
        left = newLeft;
        right = newRight;
        count = newCount;
        newLeft = oldLeft;
        newRight = oldRight;
    }

    /** They count no more. */
    void clear() {
        count = 0;
    }
}
