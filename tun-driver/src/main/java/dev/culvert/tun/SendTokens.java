package dev.culvert.tun;

import dev.culvert.buffer.PayloadOwner;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** The buffers whose memory the stack is sending, by token. Grows with what is in flight and is reused; one thread. */
final class SendTokens implements PayloadOwner {
    private ByteBuf[] buffers = new ByteBuf[256];
    private int[] free = new int[256];
    private int freeCount;
    private int used;

    /** Keeps a buffer, whose reference now belongs to the token. */
    long hold(final ByteBuf buffer) {
        final int token;
        if (freeCount > 0) {
            token = free[--freeCount];
        } else {
            if (used == buffers.length) {
                buffers = Arrays.copyOf(buffers, 2 * used);
                free = Arrays.copyOf(free, 2 * used);
            }
            token = used++;
        }
        buffers[token] = buffer;
        return token;
    }

    /** Forgets a token that the stack did not take; the reference goes back to the caller. */
    void cancel(final long token) {
        buffers[(int) token] = null;
        free[freeCount++] = (int) token;
    }

    @Override
    public void release(final long token) {
        final ByteBuf buffer = buffers[(int) token];
        cancel(token);
        buffer.release();
    }

    /** Releases everything, once the stack will send no more. */
    void releaseAll() {
        for (int token = 0; token < used; token++) {
            if (buffers[token] != null) {
                release(token);
            }
        }
    }
}
