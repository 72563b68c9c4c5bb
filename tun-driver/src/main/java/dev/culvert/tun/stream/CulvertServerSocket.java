package dev.culvert.tun.stream;

import dev.culvert.tun.Acceptor;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.Listener;
import dev.culvert.tun.Network;
import dev.culvert.tun.TransportAddress;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;

/** Accepts connections for simple programs, blocking. Any threads but the stack's own. */
public final class CulvertServerSocket implements Closeable {
    /** Accepted connections that wait for a thread; as many again wait in the stack. */
    private static final int MAX_READY = 256;

    private final CulvertStack stack;
    private final ManyToManyConcurrentArrayQueue<CulvertSocket> ready = new ManyToManyConcurrentArrayQueue<>(MAX_READY);
    private final Semaphore permits = new Semaphore(0);
    private volatile Listener listener;
    private volatile boolean paused;
    private volatile boolean closed;

    private CulvertServerSocket(final CulvertStack stack) {
        this.stack = stack;
    }

    /** Listens on an address and port (port 0: a free one). */
    public static CulvertServerSocket bind(final CulvertStack stack, final TransportAddress local, final int backlog)
            throws IOException {
        final CulvertServerSocket server = new CulvertServerSocket(stack);
        final Acceptor acceptor = server::accepted;
        return server.open(() -> stack.listen(local, backlog, null, acceptor));
    }

    /** Listens on a port of all addresses. */
    public static CulvertServerSocket bind(final CulvertStack stack, final int port) throws IOException {
        final CulvertServerSocket server = new CulvertServerSocket(stack);
        final Acceptor acceptor = server::accepted;
        return server.open(() -> stack.listen(port, Network.DEFAULT_BACKLOG, null, acceptor));
    }

    private CulvertServerSocket open(final Callable<Listener> listen) throws IOException {
        listener = stack.call(listen);
        if (paused) { // other threads of the stack were quick
            listener.pauseAccepting();
        }
        return this;
    }

    /** On the stack's thread. */
    private ConnectionHandler accepted(final Connection connection) {
        if (closed) {
            return null;
        }
        final CulvertSocket socket = CulvertSocket.accepted(stack, connection);
        if (!ready.offer(socket)) {
            socket.abort();
            return socket.handler();
        }
        permits.release();
        if (ready.size() >= MAX_READY - 1) {
            paused = true;
            final Listener opened = listener;
            if (opened != null) {
                opened.pauseAccepting();
            }
        }
        return socket.handler();
    }

    /** Waits for the next connection. */
    public CulvertSocket accept() throws IOException {
        return accept(Duration.ZERO);
    }

    /**
     * Waits for the next connection; zero: without limit.
     *
     * @throws SocketTimeoutException when the time is over
     */
    public CulvertSocket accept(final Duration timeout) throws IOException {
        waitForOne(timeout);
        final CulvertSocket socket = ready.poll();
        if (closed || socket == null) {
            permits.release(); // for the next thread that waits
            if (socket != null) {
                socket.abort();
            }
            throw new SocketException("Socket is closed");
        }
        if (paused && ready.size() <= MAX_READY / 2) {
            paused = false;
            listener.resumeAccepting();
        }
        return socket;
    }

    private void waitForOne(final Duration timeout) throws IOException {
        if (stack.inLoop()) {
            throw new IllegalStateException("blocking calls on the stack's own thread would wait for ever");
        }
        final long startNs = System.nanoTime();
        try {
            while (!permits.tryAcquire(slice(timeout, startNs), TimeUnit.NANOSECONDS)) {
                if (stack.isStopped()) {
                    throw Failures.stopped(stack);
                }
                if (!timeout.isZero() && System.nanoTime() - startNs >= timeout.toNanos()) {
                    throw new SocketTimeoutException("Accept timed out");
                }
            }
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted in accept").initCause(interrupted);
        }
    }

    /** Waits in slices, to notice a stack that has stopped. */
    private static long slice(final Duration timeout, final long startNs) {
        final long sliceNs = 100_000_000;
        return timeout.isZero() ? sliceNs : Math.min(sliceNs, timeout.toNanos() - (System.nanoTime() - startNs));
    }

    /** Where it listens. */
    public TransportAddress localAddress() {
        return listener.localAddress();
    }

    /** Stops listening; threads that wait in {@link #accept} fail, and connections that nobody took are reset. */
    @Override
    public void close() {
        closed = true;
        listener.close();
        CulvertSocket unwanted;
        while ((unwanted = ready.poll()) != null) {
            unwanted.abort();
        }
        permits.release();
    }
}
