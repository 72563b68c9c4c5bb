package dev.culvert.tun;

import dev.culvert.shard.Shard;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** How a connection gets its text out of the stack: copied into buffers of the application's kind. */
final class ReadSide {
    private static final int MAX_READ = 1 << 16;

    private final Shard shard;
    private final ByteBufAllocator allocator;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private boolean progress;
    private long taken;

    ReadSide(final Shard shard, final ByteBufAllocator allocator) {
        this.shard = shard;
        this.allocator = allocator;
    }

    /** Bytes that wait; 0 also when the connection has none to give any more. */
    int available(final long connection) {
        return connection > 0 ? Math.max(shard.receivable(connection), 0) : 0;
    }

    /** Text in a buffer of its own, or null. */
    ByteBuf read(final long connection) {
        final int available = Math.min(available(connection), MAX_READ);
        if (available == 0) {
            return null;
        }
        final ByteBuf buffer = allocator.directBuffer(available, available);
        receive(connection, buffer, available);
        return buffer;
    }

    /** Text appended to a buffer; how many bytes. */
    int read(final long connection, final ByteBuf target) {
        final int length = Math.min(available(connection), target.writableBytes());
        return length == 0 ? 0 : receive(connection, target, length);
    }

    /** Shows text where it lies; how many bytes. */
    int view(final long connection, final DirectBuffer text) {
        return connection > 0 ? Math.max(shard.view(connection, text), 0) : 0;
    }

    /** Takes text without a copy; how many bytes. */
    int skip(final long connection, final int length) {
        return connection > 0 && length > 0 ? took(shard.skip(connection, length)) : 0;
    }

    private int receive(final long connection, final ByteBuf target, final int length) {
        if (target.hasArray()) {
            view.wrap(target.array(), target.arrayOffset() + target.writerIndex(), length);
        } else if (Memory.isOnePiece(target)) {
            view.wrap(Memory.address(target, target.writerIndex()), length);
        } else {
            throw new IllegalArgumentException("reads go to an array or to one piece of direct memory");
        }
        final int received = took(shard.receive(connection, view, 0, length));
        target.writerIndex(target.writerIndex() + received);
        return received;
    }

    /** The stack's answer to a call that takes text. */
    private int took(final int answer) {
        final int bytes = Math.max(answer, 0);
        taken += bytes;
        progress |= bytes > 0;
        return bytes;
    }

    /** Begins to watch whether anything is read. */
    void watch() {
        progress = false;
    }

    /** Whether anything was read since {@link #watch}. */
    boolean hasProgress() {
        return progress;
    }

    /** Bytes that the application has taken so far. */
    long taken() {
        return taken;
    }
}
