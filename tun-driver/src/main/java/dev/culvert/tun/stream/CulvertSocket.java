package dev.culvert.tun.stream;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.TransportAddress;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * A connection for simple programs: a blocking pair of streams, for any threads but the stack's own. One thread may read
 * while another one writes.
 */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class CulvertSocket implements Closeable {
    private CulvertSocket() {}

    /**
     * Connects and waits until the connection is established.
     *
     * @param timeout how long to wait; the stack's own limit applies as well (RFC 9293 §3.8.3)
     * @throws java.net.ConnectException when the peer refuses; {@link java.net.SocketTimeoutException} when it does not answer
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
        throw new UnsupportedOperationException();
    }

    /** What the peer sends. Closing it closes the socket. */
    public InputStream getInputStream() {
        throw new UnsupportedOperationException();
    }

    /** To the peer; a full send buffer makes the writer wait. Closing it closes the socket. */
    public OutputStream getOutputStream() {
        throw new UnsupportedOperationException();
    }

    /** How long a read waits before it fails with {@link java.net.SocketTimeoutException}; zero: without limit. */
    public void setReadTimeout(final Duration timeout) {
        throw new UnsupportedOperationException();
    }

    /** Half close: a FIN follows what was written; reading goes on. */
    public void shutdownOutput() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Our end. */
    public TransportAddress localAddress() {
        throw new UnsupportedOperationException();
    }

    /** The peer's end. */
    public TransportAddress remoteAddress() {
        throw new UnsupportedOperationException();
    }

    /** Ends the connection in good order; what was written is delivered in the background. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    /** Ends the connection with a reset. */
    public void abort() {
        throw new UnsupportedOperationException();
    }
}
