package dev.culvert.kit.sim;

import java.util.ArrayDeque;

/** Frames for reuse, in two sizes; one pool may serve one simulation after the other. Single-threaded. */
public final class FramePool {
    private static final int SMALL = 2_048;

    private final ArrayDeque<Frame> small = new ArrayDeque<>();
    private final ArrayDeque<Frame> large = new ArrayDeque<>();

    Frame take(final int length) {
        final ArrayDeque<Frame> pool = length <= SMALL ? small : large;
        final Frame frame = pool.poll();
        return frame == null ? new Frame(length <= SMALL ? SMALL : Frame.CAPACITY) : frame;
    }

    void give(final Frame frame) {
        (frame.bytes.capacity() == SMALL ? small : large).push(frame);
    }
}
