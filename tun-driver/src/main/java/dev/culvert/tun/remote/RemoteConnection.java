package dev.culvert.tun.remote;

import dev.culvert.env.Errno;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.tun.Acceptor;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.StackLane;
import dev.culvert.tun.TransportAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.DirectBuffer;

/** A connection on a thread other than the stack's: turns what its {@link Pipe} shows into calls of its handler. */
final class RemoteConnection implements Connection {
    private final RemoteLoop loop;
    private final long id;
    private final AtomicBoolean bellRung = new AtomicBoolean();
    private final PipeHandler stackSide;
    private final Pipe pipe;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(2);
    private final TransportAddress localAsked;
    private final TransportAddress remote;
    private ConnectionHandler handler;
    private Object attachment;
    private ByteBuf current; // partly read
    private boolean queued;
    private boolean connectedTold;
    private boolean peerClosedTold;
    private boolean readPaused;
    private boolean hasRead;
    private boolean writeRefused;
    private boolean shutdownWanted;
    private boolean closeWanted;
    private boolean handedOver; // shutdown or close has gone to the pipe
    private boolean over;
    private int error;

    RemoteConnection(
            final RemoteLoop loop,
            final StackLane lane,
            final ConnectionHandler handler,
            final TransportAddress local,
            final TransportAddress remote) {
        this.loop = loop;
        this.handler = handler;
        this.localAsked = local;
        this.remote = remote;
        id = loop.commands().newId();
        stackSide = new PipeHandler(lane, this::ringLoop);
        pipe = stackSide.pipe();
    }

    long id() {
        return id;
    }

    PipeHandler stackSide() {
        return stackSide;
    }

    /** On the stack's thread, which must not wait: a bell that does not fit makes the loop look at everything. */
    private void ringLoop() {
        if (!bellRung.getAndSet(true) && !loop.commands().ring(id)) {
            loop.bellLost();
        }
    }

    // ------------------------------------------------------------------ from the loop

    void onBell() {
        loop.look(this);
    }

    /** False when it stands in the loop's queue already. */
    boolean queue() {
        final boolean first = !queued;
        queued = true;
        return first;
    }

    void accepted(final Acceptor acceptor) {
        try {
            handler = acceptor.accept(this);
        } catch (final RuntimeException | Error failure) {
            failed(failure);
        }
        if (handler == null) {
            handler = connection -> {};
            abort();
        }
    }

    /** Tells the handler everything that it is to hear now. A failing handler loses its connection. */
    void dispatch() {
        queued = false;
        bellRung.set(false); // before the look at the pipe: a later change rings again
        if (over) {
            return;
        }
        try {
            tell();
        } catch (final RuntimeException | Error failure) {
            failed(failure);
            abort();
        }
    }

    private void failed(final Throwable failure) {
        System.getLogger("dev.culvert")
                .log(System.Logger.Level.ERROR, "handler of " + this + " failed; connection aborted", failure);
    }

    private void tell() {
        if (pipe.has(Pipe.CONNECTED) && !connectedTold && isOpen()) {
            connectedTold = true;
            handler.onConnected(this);
        }
        tellWritable();
        tellReadable();
        if (pipe.isEndOfText() && current == null && !peerClosedTold && !closeWanted) {
            peerClosedTold = true;
            handler.onPeerClosed(this);
        }
        final int softError = pipe.takeSoftError();
        if (softError != 0 && isOpen()) {
            handler.onSoftError(this, softError);
        }
        tellClosed();
    }

    private void tellWritable() {
        flush();
        if (writeRefused && isWritable()) {
            writeRefused = false;
            handler.onWritable(this);
        }
    }

    private void tellReadable() {
        do {
            if (readPaused || closeWanted || readableBytes() == 0) {
                return;
            }
            hasRead = false;
            handler.onReadable(this);
        } while (hasRead && pipe.has(Pipe.CLOSED));
        if (hasRead && readableBytes() > 0) {
            loop.look(this);
        }
    }

    private void tellClosed() {
        if (pipe.has(Pipe.CLOSED) && (pipe.error() != 0 || closeWanted || readableBytes() == 0)) {
            finish();
        }
    }

    /** The loop ends: nothing more will be heard from the stack. */
    void endNow() {
        abort();
        try {
            finish();
        } catch (final RuntimeException | Error failure) {
            failed(failure);
        }
    }

    private void finish() {
        if (!over) {
            over = true;
            error = error == 0 ? pipe.error() : error;
            try {
                handler.onClosed(this, error);
            } finally {
                releaseAll();
                pipe.close();
                loop.forget(this);
            }
        }
    }

    private void releaseAll() {
        while (!waiting.isEmpty()) {
            waiting.remove().release();
        }
        if (current != null) {
            current.release();
            current = null;
        }
    }

    // ------------------------------------------------------------------ receiving

    @Override
    public ByteBuf read() {
        loop.checkThread();
        final ByteBuf buffer = next();
        current = null;
        took(buffer == null ? 0 : buffer.readableBytes());
        return buffer;
    }

    @Override
    public int read(final ByteBuf target) {
        loop.checkThread();
        int count = 0;
        while (target.isWritable() && (current = next()) != null) {
            final int length = Math.min(current.readableBytes(), target.writableBytes());
            target.writeBytes(current, length);
            count += length;
            endIfRead();
        }
        return took(count);
    }

    @Override
    public int view(final DirectBuffer text) {
        loop.checkThread();
        current = next();
        if (current == null) {
            return 0;
        }
        text.wrap(current.nioBuffer().slice());
        return text.capacity();
    }

    @Override
    public int skip(final int length) {
        loop.checkThread();
        int count = 0;
        while (count < length && (current = next()) != null) {
            final int here = Math.min(current.readableBytes(), length - count);
            current.skipBytes(here);
            count += here;
            endIfRead();
        }
        return took(count);
    }

    private void endIfRead() {
        if (!current.isReadable()) {
            current.release();
            current = null;
        }
    }

    private ByteBuf next() {
        return current != null ? current : closeWanted ? null : pipe.read();
    }

    private int took(final int count) {
        hasRead |= count > 0;
        if (count > 0 && pipe.has(Pipe.PEER_CLOSED | Pipe.CLOSED)) {
            loop.look(this); // this may have been the last of the text
        }
        return count;
    }

    @Override
    public int readableBytes() {
        loop.checkThread();
        return closeWanted ? 0 : pipe.readableBytes() + (current == null ? 0 : current.readableBytes());
    }

    @Override
    public boolean isPeerClosed() {
        return pipe.has(Pipe.PEER_CLOSED);
    }

    @Override
    public void pauseReading() {
        loop.checkThread();
        readPaused = true;
    }

    @Override
    public void resumeReading() {
        loop.checkThread();
        readPaused = false;
        loop.look(this);
    }

    // ------------------------------------------------------------------ sending

    @Override
    public boolean write(final ByteBuf data) {
        loop.checkThread();
        if (!isOpen() || shutdownWanted || !data.isReadable()) {
            data.release();
            return isWritable();
        }
        if (waiting.size() == MAX_PENDING_WRITES) {
            data.release();
            throw new IllegalStateException(
                    MAX_PENDING_WRITES + " writes wait already; write when isWritable() or after onWritable");
        }
        if (!waiting.isEmpty() || !pipe.write(data)) {
            waiting.add(data);
        }
        writeRefused = !isWritable();
        return !writeRefused;
    }

    private void flush() {
        while (!waiting.isEmpty() && pipe.write(waiting.peek())) {
            waiting.remove();
        }
        if (waiting.isEmpty() && !handedOver && (closeWanted || shutdownWanted)) {
            handedOver = closeWanted;
            hand();
        }
    }

    private void hand() {
        if (closeWanted) {
            pipe.close();
        } else {
            pipe.shutdownWrite();
        }
    }

    @Override
    public boolean isWritable() {
        loop.checkThread();
        return isOpen() && !shutdownWanted && waiting.isEmpty() && pipe.isWritable();
    }

    @Override
    public int writableBytes() {
        return isWritable() ? pipe.writableBytes() : 0;
    }

    @Override
    public int queuedBytes() {
        loop.checkThread();
        return pipe.queuedBytes();
    }

    // ------------------------------------------------------------------ ending

    @Override
    public void shutdownWrite() {
        loop.checkThread();
        if (isOpen() && !shutdownWanted) {
            shutdownWanted = true;
            flush();
        }
    }

    @Override
    public void close() {
        loop.checkThread();
        if (isOpen()) {
            closeWanted = true;
            if (current != null) {
                abort(); // unread text: RFC 9293 §3.6.1, SHLD-3
            } else {
                flush();
            }
        }
    }

    @Override
    public void abort() {
        loop.checkThread();
        if (!over) {
            closeWanted = true;
            handedOver = true;
            error = Errno.ECONNABORTED;
            releaseAll();
            pipe.abort();
            loop.look(this);
        }
    }

    @Override
    public boolean isOpen() {
        return !closeWanted && !pipe.has(Pipe.CLOSED | Pipe.STACK_CLOSING);
    }

    // ------------------------------------------------------------------ status and options

    @Override
    public TransportAddress localAddress() {
        final TransportAddress known = pipe.localAddress();
        return known == null ? localAsked : known;
    }

    @Override
    public TransportAddress remoteAddress() {
        return remote;
    }

    @Override
    public TcpState state() {
        return pipe.state();
    }

    @Override
    public int error() {
        return error == 0 ? pipe.error() : error;
    }

    @Override
    public String obstacle() {
        return pipe.obstacle();
    }

    @Override
    public TcpConfig config() {
        final TcpConfig known = pipe.config();
        return known == null ? loop.stack().tcpConfig() : known;
    }

    @Override
    public void configure(final TcpConfig config) {
        stackSide.configure(config);
    }

    @Override
    public ByteBufAllocator allocator() {
        return loop.allocator();
    }

    @Override
    public Object attachment() {
        return attachment;
    }

    @Override
    public void attach(final Object value) {
        attachment = value;
    }

    @Override
    public void handler(final ConnectionHandler value) {
        loop.checkThread();
        handler = value;
        loop.look(this);
    }

    @Override
    public boolean execute(final Runnable task) {
        return loop.execute(task);
    }

    @Override
    public String toString() {
        return localAddress() + " <-> " + remote;
    }
}
