package dev.culvert.tun.stream;

import dev.culvert.tun.remote.Pipe;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** What a peer sends, as a blocking stream. */
final class PipeInput extends InputStream {
    private final CulvertSocket socket;
    private final Pipe pipe;
    private final Waiting waiting;
    private final ReentrantLock lock = new ReentrantLock();
    private final byte[] one = new byte[1];
    private volatile long timeoutNs;
    private ByteBuf current;

    PipeInput(final CulvertSocket socket, final Pipe pipe, final Waiting waiting) {
        this.socket = socket;
        this.pipe = pipe;
        this.waiting = waiting;
    }

    void timeoutNs(final long value) {
        timeoutNs = value;
    }

    @Override
    public int read() throws IOException {
        lock.lock();
        try {
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(final byte[] target, final int offset, final int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        lock.lock();
        try {
            if (length == 0) {
                return 0;
            }
            if (current == null && !fetch()) {
                return -1;
            }
            final int count = Math.min(length, current.readableBytes());
            current.readBytes(target, offset, count);
            releaseIfEmpty();
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for text; false at its end. */
    private boolean fetch() throws IOException {
        if (!waiting.until(this::hasSomething, timeoutNs)) {
            throw new SocketTimeoutException("Read timed out");
        }
        if (socket.isClosed()) {
            throw Failures.ended(0);
        }
        current = pipe.read();
        if (current == null && !pipe.isEndOfText()) {
            throw Failures.ended(pipe.error());
        }
        return current != null;
    }

    private boolean hasSomething() {
        return pipe.isReadable() || pipe.has(Pipe.PEER_CLOSED | Pipe.CLOSED) || socket.isClosed();
    }

    private void releaseIfEmpty() {
        if (!current.isReadable()) {
            current.release();
            current = null;
        }
    }

    @Override
    public int available() {
        if (!lock.tryLock()) { // somebody is reading, perhaps waiting
            return pipe.readableBytes();
        }
        try {
            return pipe.readableBytes() + (current == null ? 0 : current.readableBytes());
        } finally {
            lock.unlock();
        }
    }

    /** Gives up what was fetched and not read; true when there was such text. */
    boolean discard() {
        lock.lock();
        try {
            if (current == null) {
                return false;
            }
            current.release();
            current = null;
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
