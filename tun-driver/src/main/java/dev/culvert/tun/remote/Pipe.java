package dev.culvert.tun.remote;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.tun.TransportAddress;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * What the stack's thread and an application's thread share for one connection: a bounded ring of buffers in each direction
 * and flags. Everything is level-triggered: whoever changes something rings, and the other side looks at all of it.
 *
 * <p>The application's methods may be called by one reading and one writing thread; those of the stack's side only by
 * {@link PipeHandler}.
 */
public final class Pipe {
    /** The handshake is complete. */
    public static final int CONNECTED = 1;
    /** The peer has closed; what stands in the ring is the last of the text. */
    public static final int PEER_CLOSED = 1 << 1;
    /** The connection has ended, with {@link #error}. */
    public static final int CLOSED = 1 << 2;

    /** The stack is about to stop: it sends what was written before and nothing more. */
    public static final int STACK_CLOSING = 1 << 3;

    private static final int SOFT_ERROR = 1 << 4;

    static final int SHUTDOWN_WANTED = 1 << 8;
    static final int CLOSE_WANTED = 1 << 9;
    static final int ABORT_WANTED = 1 << 10;

    private static final int SLOTS = 64;
    /** A ring takes buffers as long as it holds fewer bytes than this. */
    private static final int BUDGET = 256 << 10;

    private final OneToOneConcurrentArrayQueue<ByteBuf> inbound = new OneToOneConcurrentArrayQueue<>(SLOTS);
    private final OneToOneConcurrentArrayQueue<ByteBuf> outbound = new OneToOneConcurrentArrayQueue<>(SLOTS);
    private final AtomicInteger inboundBytes = new AtomicInteger();
    private final AtomicInteger outboundBytes = new AtomicInteger();
    private final AtomicInteger flags = new AtomicInteger();
    private final Runnable ringStack;
    private final Runnable ringApplication;
    private volatile boolean readStalled; // the stack's side waits for room in the inbound ring
    private volatile boolean writeStalled; // the application waits for room in the outbound ring
    private volatile int error;
    private volatile String obstacle = "";
    private volatile int softError;
    private volatile TcpState state = TcpState.CLOSED;
    private volatile TcpConfig config;
    private volatile TransportAddress local;
    private volatile TransportAddress remote;

    Pipe(final Runnable ringStack, final Runnable ringApplication) {
        this.ringStack = ringStack;
        this.ringApplication = ringApplication;
    }

    // ------------------------------------------------------------------ the application's side

    /** Received text, which is the caller's to release; null when nothing is there now. */
    public ByteBuf read() {
        final ByteBuf buffer = inbound.poll();
        if (buffer != null) {
            final int left = inboundBytes.addAndGet(-buffer.readableBytes());
            if (readStalled && left <= BUDGET / 2) {
                ringStack.run();
            }
        }
        return buffer;
    }

    /** Whether {@link #read} has something to give. */
    public boolean isReadable() {
        return !inbound.isEmpty();
    }

    /** Bytes that {@link #read} would give now; never more. */
    public int readableBytes() {
        return Math.max(inboundBytes.get(), 0); // below 0: what was just read is not counted in yet
    }

    /** Whether the peer has closed and everything was read. */
    public boolean isEndOfText() {
        return has(PEER_CLOSED) && inbound.isEmpty(); // the flag is set after the last buffer
    }

    /** Sends a buffer and takes it; false when there is no room: then the buffer stays the caller's. */
    public boolean write(final ByteBuf buffer) {
        final int length = buffer.readableBytes();
        if (!isWritable()) {
            return false;
        }
        outboundBytes.addAndGet(length);
        outbound.offer(buffer);
        if (has(CLOSED)) {
            releaseOutbound(); // the stack's side has left and may not have seen this one
        } else {
            ringStack.run();
        }
        return true;
    }

    /** Whether {@link #write} takes a buffer now; if not, the application hears when it does. */
    public boolean isWritable() {
        if (hasRoom()) {
            return true;
        }
        writeStalled = true;
        return hasRoom(); // the stack may have made room before it saw that we wait
    }

    private boolean hasRoom() {
        return outboundBytes.get() < BUDGET && outbound.size() < SLOTS;
    }

    /** Bytes that may be written before {@link #isWritable} turns false. */
    public int writableBytes() {
        return outbound.size() < SLOTS ? Math.max(BUDGET - outboundBytes.get(), 0) : 0;
    }

    /** Bytes written that the stack has yet to take into its send buffer. */
    public int queuedBytes() {
        return outboundBytes.get();
    }

    /** A FIN after everything written so far. */
    public void shutdownWrite() {
        want(SHUTDOWN_WANTED);
    }

    /** The application is done: as {@code Connection.close}. It must not call {@link #read} any more. */
    public void close() {
        want(CLOSE_WANTED);
    }

    /** As {@code Connection.abort}. The application must not call {@link #read} any more. */
    public void abort() {
        want(ABORT_WANTED | CLOSE_WANTED);
    }

    private void want(final int bits) {
        final int before = flags.getAndUpdate(now -> now | bits);
        if ((before & bits) == bits) {
            return;
        }
        if ((before & CLOSED) == 0) {
            ringStack.run();
        } else if ((bits & CLOSE_WANTED) != 0 && (before & CLOSE_WANTED) == 0) {
            releaseInbound(); // the stack's side has left already
        }
    }

    /** Whether one of these flags is up. */
    public boolean has(final int bits) {
        return (flags.get() & bits) != 0;
    }

    /** Why the connection ended ({@code Errno}); 0: in good order, or not yet. */
    public int error() {
        return error;
    }

    /** As {@code Connection.obstacle}. */
    public String obstacle() {
        return obstacle;
    }

    /** The latest soft error ({@code Errno}), once; 0: none since the last call. */
    public int takeSoftError() {
        final int before = flags.getAndUpdate(now -> now & ~SOFT_ERROR);
        return (before & SOFT_ERROR) == 0 ? 0 : softError;
    }

    /** The connection's state as of its last event. */
    public TcpState state() {
        return state;
    }

    /** The connection's configuration as of its last event; null before the first one. */
    public TcpConfig config() {
        return config;
    }

    /** Our end; complete with {@link #CONNECTED}. */
    public TransportAddress localAddress() {
        return local;
    }

    /** The peer's end. */
    public TransportAddress remoteAddress() {
        return remote;
    }

    // ------------------------------------------------------------------ the stack's side

    void between(final TransportAddress localEnd, final TransportAddress remoteEnd) {
        local = localEnd;
        remote = remoteEnd;
    }

    /** Whether the inbound ring takes another buffer; if not, the application rings when it does. */
    boolean mayReceive() {
        if (hasInboundRoom()) {
            readStalled = false;
            return true;
        }
        readStalled = true;
        return hasInboundRoom();
    }

    private boolean hasInboundRoom() {
        return inboundBytes.get() < BUDGET && inbound.size() < SLOTS;
    }

    /** Received text, after {@link #mayReceive}. It stands in the ring before it is counted, so that what is counted can be read. */
    void received(final ByteBuf buffer) {
        final int length = buffer.readableBytes(); // the application may have released it once it stands there
        inbound.offer(buffer);
        inboundBytes.addAndGet(length);
    }

    boolean hasInbound() {
        return !inbound.isEmpty();
    }

    /** The next buffer to send, or null. */
    ByteBuf nextToSend() {
        return outbound.peek();
    }

    /** The buffer that {@link #nextToSend} has shown goes to the connection. */
    void takeToSend(final int length) {
        outbound.poll();
        final int left = outboundBytes.addAndGet(-length);
        if (writeStalled && left <= BUDGET / 2) {
            writeStalled = false;
            ringApplication.run();
        }
    }

    void raise(final int bits) {
        flags.getAndUpdate(now -> now | bits);
        ringApplication.run();
    }

    /** Text has come. The fence puts it before the look at who sleeps; a ring's own store would only be ordered. */
    void ring() {
        VarHandle.fullFence();
        ringApplication.run();
    }

    /** Trouble that does not end the connection. */
    void softError(final int errno) {
        softError = errno;
        raise(SOFT_ERROR);
    }

    /** What an observer on another thread may know of the connection: as of the last event. */
    void observed(final TcpState now, final TcpConfig in) {
        state = now;
        config = in;
    }

    /** The connection has ended; the stack's side leaves the pipe. */
    void closed(final int errno, final String why) {
        obstacle = why;
        error = errno;
        state = TcpState.CLOSED;
        final int before = flags.getAndUpdate(now -> now | CLOSED);
        releaseOutbound();
        if ((before & CLOSE_WANTED) != 0) {
            releaseInbound(); // the application has left already
        }
        ringApplication.run();
    }

    private void releaseInbound() {
        release(inbound);
    }

    /** Either side, after {@link #CLOSED}: the lock keeps them apart. */
    private synchronized void releaseOutbound() {
        release(outbound);
    }

    private static void release(final OneToOneConcurrentArrayQueue<ByteBuf> ring) {
        ByteBuf buffer;
        while ((buffer = ring.poll()) != null) {
            buffer.release();
        }
    }
}
