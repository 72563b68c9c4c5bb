package dev.culvert.endpoint.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Content that is in memory. */
final class BytesBody implements Body {
    private final byte[] bytes;
    private final int end;
    private int at;

    BytesBody(final byte[] bytes, final long from, final long length) {
        this.bytes = bytes;
        at = Math.toIntExact(from);
        end = Math.toIntExact(from + length);
    }

    @Override
    public long remaining() {
        return (long) end - at;
    }

    @Override
    public ByteBuf next(final ByteBufAllocator allocator, final int atMost) {
        final int length = Math.min(atMost, end - at);
        final ByteBuf piece = allocator.directBuffer(length, length).writeBytes(bytes, at, length);
        at += length;
        return piece;
    }

    @Override
    public void close() {
        at = end;
    }
}
