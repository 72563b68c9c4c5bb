package dev.culvert.tun.stream;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.tun.Connection;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.StackLane;
import dev.culvert.tun.TransportAddress;
import dev.culvert.tun.remote.Pipe;
import dev.culvert.tun.remote.PipeHandler;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection for simple programs: a blocking pair of streams, for any threads but the stack's own. One thread may read
 * while another one writes.
 */
public final class CulvertSocket implements Closeable {
    private final Waiting reader;
    private final Waiting writer;
    private final Pipe pipe;
    private final PipeHandler handler;
    private final PipeInput input;
    private final PipeOutput output;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean outputShutdown;

    private CulvertSocket(final CulvertStack stack, final StackLane lane) {
        reader = new Waiting(stack);
        writer = new Waiting(stack);
        handler = new PipeHandler(lane, () -> {
            reader.wake();
            writer.wake();
        });
        pipe = handler.pipe();
        input = new PipeInput(this, pipe, reader);
        output = new PipeOutput(this, pipe, writer, stack.allocator());
    }

    /**
     * Connects and waits until the connection is established.
     *
     * @param timeout how long to wait; the stack's own limit applies as well (RFC 9293 §3.8.3)
     * @throws java.net.BindException when the local port cannot be had; the message says who has it, and by which rule
     * @throws java.net.ConnectException when the peer refuses
     * @throws SocketTimeoutException when it does not answer in time
     */
    public static CulvertSocket connect(final CulvertStack stack, final TransportAddress remote, final Duration timeout)
            throws IOException {
        return connect(stack, null, remote, null, timeout);
    }

    /** As above from a local address (null: any) and with a configuration of its own (null: the stack's). */
    public static CulvertSocket connect(
            final CulvertStack stack,
            final TransportAddress local,
            final TransportAddress remote,
            final TcpConfig config,
            final Duration timeout)
            throws IOException {
        final StackLane lane = stack.lane(local, remote);
        final CulvertSocket socket = new CulvertSocket(stack, lane);
        if (!lane.executeNow(() -> socket.handler.attachTo(lane.connect(local, remote, config, socket.handler)))) {
            throw Failures.stopped(stack);
        }
        final boolean answered;
        try {
            answered = socket.writer.until(() -> socket.pipe.has(Pipe.CONNECTED | Pipe.CLOSED), timeout.toNanos());
        } catch (final IOException failure) {
            socket.abort();
            throw failure;
        }
        if (!answered) {
            socket.abort();
            throw new SocketTimeoutException(remote + ": no answer within " + timeout.toMillis() + " ms");
        }
        if (!socket.pipe.has(Pipe.CONNECTED)) {
            throw Failures.opening(remote, socket.pipe.error(), socket.pipe.obstacle());
        }
        return socket;
    }

    /** Around a connection that was accepted. On the stack's thread. */
    static CulvertSocket accepted(final CulvertStack stack, final Connection connection) {
        final CulvertSocket socket = new CulvertSocket(stack, stack.lane());
        socket.handler.attachTo(connection);
        return socket;
    }

    PipeHandler handler() {
        return handler;
    }

    /** What the peer sends. Closing it closes the socket. */
    public InputStream getInputStream() {
        return input;
    }

    /** To the peer; a full send buffer makes the writer wait. Closing it closes the socket. */
    public OutputStream getOutputStream() {
        return output;
    }

    /** How long a read waits before it fails with {@link SocketTimeoutException}; zero: without limit. */
    public void setReadTimeout(final Duration timeout) {
        input.timeoutNs(timeout.toNanos());
    }

    /** Half close: a FIN follows what was written; reading goes on. */
    public void shutdownOutput() {
        outputShutdown = true;
        pipe.shutdownWrite();
    }

    boolean isOutputShutdown() {
        return outputShutdown;
    }

    /** Whether {@link #close} or {@link #abort} was called. */
    public boolean isClosed() {
        return closed.get();
    }

    /** Our end. */
    public TransportAddress localAddress() {
        return pipe.localAddress();
    }

    /** The peer's end. */
    public TransportAddress remoteAddress() {
        return pipe.remoteAddress();
    }

    /**
     * Ends the connection in good order; what was written is delivered in the background. Unread text turns it into a reset.
     */
    @Override
    public void close() {
        if (leave()) {
            if (input.discard()) {
                pipe.abort();
            } else {
                pipe.close();
            }
        }
    }

    /** Ends the connection with a reset. */
    public void abort() {
        if (leave()) {
            input.discard();
            pipe.abort();
        }
    }

    /** Lets threads that wait go, so that the reader is not inside the ring any more; false: closed before. */
    private boolean leave() {
        outputShutdown = true;
        if (closed.getAndSet(true)) {
            return false;
        }
        reader.wake();
        writer.wake();
        return true;
    }

    @Override
    public String toString() {
        return localAddress() + " <-> " + remoteAddress();
    }
}
