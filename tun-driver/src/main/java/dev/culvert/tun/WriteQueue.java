package dev.culvert.tun;

import dev.culvert.env.Errno;
import dev.culvert.shard.Shard;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a connection has written and the send buffer has not taken yet: a few buffers, in order. Hands large direct buffers
 * to the stack by reference and copies the rest. Owns what it is given.
 */
final class WriteQueue {
    /** Below this many bytes a copy costs less than keeping track of a reference. */
    static final int COPY_BELOW = 2_048;

    private final Shard shard;
    private final SendTokens tokens;
    private final ByteBufAllocator allocator;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(2);
    private long taken;
    private boolean refused;

    WriteQueue(final Shard shard, final SendTokens tokens, final ByteBufAllocator allocator) {
        this.shard = shard;
        this.tokens = tokens;
        this.allocator = allocator;
    }

    /** Whether everything has been taken. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /**
     * Whether the next buffer may go to the stack. Not when it has said that the connection has ended: it tells that at the end of
     * the batch, and until then whoever writes for as long as he may would write for ever.
     */
    boolean takesMore() {
        return waiting.isEmpty() && !refused;
    }

    /** Bytes that the stack has taken so far. */
    long taken() {
        return taken;
    }

    /** Sends now, or keeps for later, in order. False when too many buffers wait; then the buffer is released. */
    boolean add(final long connection, final ByteBuf data) {
        final ByteBuf buffer = sendable(data);
        if (waiting.isEmpty() && connection > 0 && push(connection, buffer)) {
            return true;
        }
        if (waiting.size() == Connection.MAX_PENDING_WRITES) {
            buffer.release();
            return false;
        }
        waiting.add(buffer);
        return true;
    }

    /** Sends what waits, as far as the send buffer has room. */
    void flush(final long connection) {
        while (!waiting.isEmpty() && push(connection, waiting.peek())) {
            waiting.remove();
        }
    }

    /** Gives up what waits. */
    void clear() {
        while (!waiting.isEmpty()) {
            waiting.remove().release();
        }
    }

    /** One piece of direct memory: arrays, composites and the like are copied. */
    private ByteBuf sendable(final ByteBuf data) {
        if (Memory.isOnePiece(data)) {
            return data;
        }
        final ByteBuf copy = allocator.directBuffer(data.readableBytes()).writeBytes(data);
        data.release();
        return copy;
    }

    /** True when the buffer is done with: sent whole, or not wanted any more. False: the send buffer is full. */
    private boolean push(final long connection, final ByteBuf buffer) {
        while (buffer.isReadable()) {
            final int length = buffer.readableBytes();
            final int copied = length < COPY_BELOW ? copy(connection, buffer, length) : -Errno.ENOBUFS;
            final boolean reference = copied == -Errno.ENOBUFS; // too long, or no room for copies: lend it
            final int sent = reference ? refer(connection, buffer, length) : copied;
            if (sent == -Errno.EAGAIN || sent == 0) {
                return false;
            }
            if (sent < 0) { // the connection has ended or was shut down: the end itself is reported elsewhere
                refused = true;
                break;
            }
            taken += sent;
            if (reference && sent == length) {
                return true; // our reference went to the token
            }
            buffer.skipBytes(sent);
        }
        buffer.release();
        return true;
    }

    private int copy(final long connection, final ByteBuf buffer, final int length) {
        view.wrap(Memory.address(buffer, buffer.readerIndex()), length);
        return shard.send(connection, view, 0, length);
    }

    private int refer(final long connection, final ByteBuf buffer, final int length) {
        final long token = tokens.hold(buffer);
        final int sent = shard.sendReference(connection, Memory.address(buffer, buffer.readerIndex()), length, token);
        if (sent <= 0) {
            tokens.cancel(token);
        } else if (sent < length) {
            buffer.retain();
        }
        return sent;
    }
}
