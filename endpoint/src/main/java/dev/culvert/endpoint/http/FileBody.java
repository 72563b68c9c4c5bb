package dev.culvert.endpoint.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A part of a file. Pieces are read when they are to be sent, on the stack's thread: from the page cache that takes tens of
 * microseconds, from a slow disk the stack waits with it. One piece is in memory at a time, apart from what the connection's
 * send buffer holds.
 */
final class FileBody implements Body {
    private final FileChannel channel;
    private final long end;
    private long position;

    /** Opens the file itself, never what a link in its place points to. */
    FileBody(final Path file, final long from, final long length) throws IOException {
        channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        position = from;
        end = from + length;
    }

    @Override
    public long remaining() {
        return end - position;
    }

    @Override
    public ByteBuf next(final ByteBufAllocator allocator, final int atMost) throws IOException {
        final int length = (int) Math.min(atMost, end - position);
        final ByteBuf piece = allocator.directBuffer(length, length);
        try {
            final int read = piece.writeBytes(channel, position, length);
            if (read <= 0) {
                throw new EOFException("the file has become shorter");
            }
            position += read;
            return piece;
        } catch (final IOException | RuntimeException failure) {
            piece.release();
            throw failure;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException failure) {
            throw new UncheckedIOException(failure); // closing what was only read from does not fail
        }
    }
}
