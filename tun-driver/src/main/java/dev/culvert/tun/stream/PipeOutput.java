package dev.culvert.tun.stream;

import dev.culvert.env.Errno;
import dev.culvert.tun.remote.Pipe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** To a peer, as a blocking stream: the writer waits while the connection has no room. */
final class PipeOutput extends OutputStream {
    private static final int MAX_CHUNK = 1 << 16;

    private final CulvertSocket socket;
    private final Pipe pipe;
    private final Waiting waiting;
    private final ByteBufAllocator allocator;
    private final ReentrantLock lock = new ReentrantLock();

    PipeOutput(final CulvertSocket socket, final Pipe pipe, final Waiting waiting, final ByteBufAllocator allocator) {
        this.socket = socket;
        this.pipe = pipe;
        this.waiting = waiting;
        this.allocator = allocator;
    }

    @Override
    public void write(final int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(final byte[] source, final int offset, final int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        lock.lock();
        try {
            int at = offset;
            final int end = offset + length;
            while (at < end) {
                final int count = Math.min(end - at, MAX_CHUNK);
                send(source, at, count);
                at += count;
            }
        } finally {
            lock.unlock();
        }
    }

    private void send(final byte[] source, final int offset, final int length) throws IOException {
        waiting.until(() -> isOver() || pipe.isWritable(), 0);
        if (isOver()) {
            throw over();
        }
        final ByteBuf buffer = allocator.directBuffer(length, length).writeBytes(source, offset, length);
        if (!pipe.write(buffer)) {
            buffer.release();
            throw new IOException("two threads write to one connection");
        }
    }

    private boolean isOver() {
        return socket.isOutputShutdown() || pipe.has(Pipe.CLOSED | Pipe.STACK_CLOSING);
    }

    private IOException over() {
        if (pipe.has(Pipe.CLOSED) && pipe.error() != 0) {
            return Failures.ended(pipe.error());
        }
        return Failures.ended(socket.isClosed() ? 0 : Errno.EPIPE);
    }

    @Override
    public void close() {
        socket.close();
    }
}
