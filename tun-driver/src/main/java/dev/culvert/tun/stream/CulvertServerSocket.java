package dev.culvert.tun.stream;

import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.TransportAddress;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/** Accepts connections for simple programs, blocking. Any threads but the stack's own. */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class CulvertServerSocket implements Closeable {
    private CulvertServerSocket() {}

    /** Listens on an address and port (port 0: a free one). */
    public static CulvertServerSocket bind(final CulvertStack stack, final TransportAddress local, final int backlog)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Listens on a port of all addresses. */
    public static CulvertServerSocket bind(final CulvertStack stack, final int port) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Waits for the next connection. */
    public CulvertSocket accept() throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Waits for the next connection; fails with {@link java.net.SocketTimeoutException} when the time is over. */
    public CulvertSocket accept(final Duration timeout) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Where it listens. */
    public TransportAddress localAddress() {
        throw new UnsupportedOperationException();
    }

    /** Stops listening; threads that wait in {@link #accept} fail. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
