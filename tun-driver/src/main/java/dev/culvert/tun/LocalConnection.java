package dev.culvert.tun;

import dev.culvert.env.Errno;
import dev.culvert.shard.Shard;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.agrona.DirectBuffer;

/** A connection on the stack's own thread: turns what the shard reports into calls of its handler. */
final class LocalConnection implements Connection {
    /** Bytes that a handler is asked to read before other connections have their turn. */
    private static final int MOST_AT_ONCE = 1 << 20;

    /** Neighbours in the loop's list of connections. */
    LocalConnection previous;

    LocalConnection next;
    /** Whether it stands in the loop's queue of connections to look at. */
    boolean queued;

    private final StackLoop loop;
    private final Shard shard;
    private final ReadSide reads;
    private final WriteQueue writes;
    private final boolean passive;
    private ConnectionHandler handler;
    private Object attachment;
    private TransportAddress local;
    private TransportAddress remote;

    private long id; // 0: not open yet, or not any more
    private int raised;
    private boolean connectedTold;
    private boolean peerClosedTold;
    private boolean readPaused;
    private boolean writeRefused; // the handler waits for onWritable
    private boolean shutdownWanted;
    private boolean shutdownDone;
    private boolean closeWanted;
    private boolean ended;
    private boolean over; // onClosed has been called
    private int error;
    private String obstacle = "";

    LocalConnection(
            final StackLoop loop,
            final ConnectionHandler handler,
            final TransportAddress local,
            final TransportAddress remote,
            final boolean passive) {
        this.loop = loop;
        this.shard = loop.shard;
        this.reads = new ReadSide(loop.shard, loop.allocator);
        this.writes = new WriteQueue(loop.shard, loop.tokens, loop.allocator);
        this.handler = handler;
        this.local = local;
        this.remote = remote;
        this.passive = passive;
    }

    // ------------------------------------------------------------------ from the loop

    /** The stack has opened the connection. */
    void opened(final long connection) {
        id = connection;
        final Flow flow = shard.flow(connection);
        local = new TransportAddress(new IpAddress(flow.localHi(), flow.localLo()), flow.localPort());
        remote = new TransportAddress(new IpAddress(flow.remoteHi(), flow.remoteLo()), flow.remotePort());
        if (passive) {
            // What came before somebody accepted was not reported: ask for it.
            raised = Readiness.CONNECTED | readinessOf(shard.state(connection));
        }
        if (shutdownWanted) {
            shutdownWhenFlushed();
        }
    }

    private static int readinessOf(final TcpState state) {
        return switch (state) {
            case CLOSE_WAIT, CLOSING, LAST_ACK -> Readiness.PEER_CLOSED;
            case TIME_WAIT, CLOSED -> Readiness.CLOSED;
            case LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 -> 0;
        };
    }

    /** It could not be opened; {@code why} says more than the number, or is empty. */
    void refused(final int errno, final String why) {
        obstacle = why;
        endWith(errno);
    }

    /** The connection ends without the stack's doing: it could not be opened, or the device has gone. */
    void endWith(final int errno) {
        ended = true;
        error = errno;
        loop.look(this);
    }

    /** The stack is about to stop. */
    void askToClose() {
        try {
            if (isOpen()) {
                handler.onStackClosing(this);
            }
        } catch (final RuntimeException | Error failure) {
            loop.handlerFailed(this, failure);
            abort();
        }
    }

    /** Something became ready. */
    void raise(final int readiness) {
        raised |= readiness;
    }

    /** Tells the handler everything that it is to hear now. A failing handler loses its connection. */
    void dispatch() {
        if (over) {
            return;
        }
        try {
            tell();
        } catch (final RuntimeException | Error failure) {
            loop.handlerFailed(this, failure);
            abort();
            finish();
        }
    }

    private void tell() {
        if ((raised & Readiness.CLOSED) != 0 && !ended && id > 0) {
            ended = true;
            error = shard.error(id);
        }
        if (id > 0) {
            tellConnected();
            tellWritable();
            tellReadable();
            tellPeerClosed();
            tellSoftError();
        }
        if (ended && mayFinish()) {
            finish();
        }
    }

    private void tellConnected() {
        if ((raised & Readiness.CONNECTED) != 0 && !connectedTold && isOpen()) {
            connectedTold = true;
            loop.opened(this, passive);
            handler.onConnected(this);
        }
    }

    private void tellWritable() {
        if (id > 0 && !writes.isEmpty()) {
            writes.flush(id);
            shutdownWhenFlushed();
        }
        if (writeRefused && isWritable()) {
            writeRefused = false;
            handler.onWritable(this);
        }
    }

    /** As long as the handler reads, since what it takes now is still in the cache; others wait for no more than a megabyte. */
    private void tellReadable() {
        final long enough = reads.taken() + MOST_AT_ONCE;
        do {
            if (readPaused || closeWanted || readableBytes() == 0) {
                return;
            }
            reads.watch();
            handler.onReadable(this);
            // when the end has come, what is left is read now or never
        } while (reads.hasProgress() && (ended || !writeRefused && reads.taken() < enough));
        if (reads.hasProgress() && readableBytes() > 0) {
            loop.look(this);
        }
    }

    private void tellPeerClosed() {
        final boolean closed = (raised & (Readiness.PEER_CLOSED | Readiness.CLOSED)) != 0 && error == 0;
        if (closed && !peerClosedTold && !closeWanted && id > 0 && readableBytes() == 0) {
            peerClosedTold = true;
            handler.onPeerClosed(this);
        }
    }

    private void tellSoftError() {
        if ((raised & Readiness.SOFT_ERROR) != 0) {
            raised &= ~Readiness.SOFT_ERROR;
            if (isOpen()) {
                handler.onSoftError(this, shard.error(id));
            }
        }
    }

    /** An orderly end waits for a slow reader; trouble does not. */
    private boolean mayFinish() {
        return error != 0 || closeWanted || readableBytes() == 0;
    }

    private void finish() {
        if (over) {
            return;
        }
        over = true;
        ended = true;
        if (connectedTold) {
            loop.closed(this, error, writes.taken(), reads.taken());
        }
        try {
            handler.onClosed(this, error);
        } catch (final RuntimeException | Error failure) {
            loop.handlerFailed(this, failure);
        } finally {
            writes.clear();
            forget();
            loop.connections.remove(this);
        }
    }

    /** Gives the identifier back to the stack. */
    private void forget() {
        if (id > 0) {
            shard.close(id, loop.nowNs());
            id = 0;
        }
    }

    // ------------------------------------------------------------------ receiving

    @Override
    public ByteBuf read() {
        loop.checkThread();
        final ByteBuf text = reads.read(id);
        lookForTheEnd();
        return text;
    }

    @Override
    public int read(final ByteBuf target) {
        loop.checkThread();
        final int count = reads.read(id, target);
        lookForTheEnd();
        return count;
    }

    @Override
    public int view(final DirectBuffer text) {
        loop.checkThread();
        return reads.view(id, text);
    }

    @Override
    public int skip(final int length) {
        loop.checkThread();
        final int count = reads.skip(id, length);
        lookForTheEnd();
        return count;
    }

    private void lookForTheEnd() {
        if ((raised & (Readiness.PEER_CLOSED | Readiness.CLOSED)) != 0) {
            loop.look(this); // this may have been the last of the text
        }
    }

    @Override
    public int readableBytes() {
        loop.checkThread();
        return reads.available(id);
    }

    @Override
    public boolean isPeerClosed() {
        loop.checkThread();
        return (raised & Readiness.PEER_CLOSED) != 0;
    }

    @Override
    public void pauseReading() {
        loop.checkThread();
        readPaused = true;
    }

    @Override
    public void resumeReading() {
        loop.checkThread();
        if (readPaused) {
            readPaused = false;
            loop.look(this);
        }
    }

    // ------------------------------------------------------------------ sending

    @Override
    public boolean write(final ByteBuf data) {
        loop.checkThread();
        if (!isOpen() || shutdownWanted) {
            data.release();
            return false;
        }
        if (!data.isReadable()) {
            data.release();
        } else if (!writes.add(id, data)) {
            throw new IllegalStateException(
                    MAX_PENDING_WRITES + " writes wait already; write when isWritable() or after onWritable");
        }
        writeRefused = !writes.isEmpty();
        return writes.takesMore();
    }

    @Override
    public boolean isWritable() {
        loop.checkThread();
        return isOpen() && !shutdownWanted && writes.takesMore();
    }

    @Override
    public int writableBytes() {
        return isWritable() && id > 0 ? Math.max(shard.sendSpace(id), 0) : 0;
    }

    @Override
    public int queuedBytes() {
        loop.checkThread();
        return id > 0 ? Math.max(shard.sendQueue(id), 0) : 0;
    }

    // ------------------------------------------------------------------ ending

    @Override
    public void shutdownWrite() {
        loop.checkThread();
        shutdownWanted = true;
        shutdownWhenFlushed();
    }

    private void shutdownWhenFlushed() {
        if (id <= 0 || !writes.isEmpty()) {
            return;
        }
        if (closeWanted) {
            forget();
            ended = true;
            loop.look(this);
        } else if (shutdownWanted && !shutdownDone) {
            shutdownDone = true;
            shard.shutdownWrite(id, loop.nowNs());
        }
    }

    @Override
    public void close() {
        loop.checkThread();
        if (isOpen()) {
            closeWanted = true;
            if (id == 0) {
                ended = true; // asked for before the stack opened it
                loop.look(this);
            }
            shutdownWhenFlushed();
        }
    }

    @Override
    public void abort() {
        loop.checkThread();
        if (!over) {
            if (id > 0) {
                shard.abort(id, loop.nowNs());
                id = 0;
            }
            writes.clear();
            closeWanted = true;
            error = error == 0 ? Errno.ECONNABORTED : error;
            ended = true;
            loop.look(this);
        }
    }

    @Override
    public boolean isOpen() {
        return !closeWanted && !ended;
    }

    // ------------------------------------------------------------------ status and options

    @Override
    public TransportAddress localAddress() {
        return local;
    }

    @Override
    public TransportAddress remoteAddress() {
        return remote;
    }

    @Override
    public TcpState state() {
        loop.checkThread();
        return id > 0 ? shard.state(id) : TcpState.CLOSED;
    }

    @Override
    public int error() {
        loop.checkThread();
        return ended || id == 0 ? error : shard.error(id);
    }

    @Override
    public String obstacle() {
        loop.checkThread();
        return obstacle;
    }

    @Override
    public TcpConfig config() {
        loop.checkThread();
        final TcpConfig config = id > 0 ? shard.config(id) : null;
        return config == null ? loop.loops.settings.tcpConfig() : config;
    }

    @Override
    public void configure(final TcpConfig config) {
        loop.checkThread();
        if (id > 0) {
            shard.configure(id, config);
        }
    }

    @Override
    public ByteBufAllocator allocator() {
        return loop.allocator;
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
        return local + " <-> " + remote;
    }
}
