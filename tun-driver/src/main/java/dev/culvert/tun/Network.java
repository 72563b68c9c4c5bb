package dev.culvert.tun;

import dev.culvert.tcp.TcpConfig;
import java.io.IOException;

/**
 * Where connections come from. {@link CulvertStack} calls the handlers on the stack's own thread; a
 * {@code RemoteLoop} calls the same handlers on a thread of yours. May be called from any thread.
 */
public interface Network {
    /** Connections that may wait to be accepted unless told otherwise. */
    int DEFAULT_BACKLOG = 1_024;

    /**
     * Waits for connections (passive OPEN, RFC 9293 §3.10.1).
     *
     * @param local one of the stack's addresses, 0.0.0.0 or {@code ::} with a port; port 0 picks a free one
     * @param backlog connections that may wait to be accepted, at least 1
     * @param config what its connections start from; null: the stack's configuration
     * @param acceptor gives each connection its handler
     * @throws java.net.BindException when the address is not the stack's or the port is taken; the message names it
     * @throws IOException when the stack has stopped
     */
    Listener listen(TransportAddress local, int backlog, TcpConfig config, Acceptor acceptor) throws IOException;

    /** As {@link #listen(TransportAddress, int, TcpConfig, Acceptor)} with the defaults. */
    default Listener listen(final TransportAddress local, final Acceptor acceptor) throws IOException {
        return listen(local, DEFAULT_BACKLOG, null, acceptor);
    }

    /** Waits on a port of all addresses of the stack, IPv4 and IPv6; port 0 picks one that is free for both. */
    Listener listen(int port, int backlog, TcpConfig config, Acceptor acceptor) throws IOException;

    /** As {@link #listen(int, int, TcpConfig, Acceptor)} with the defaults. */
    default Listener listen(final int port, final Acceptor acceptor) throws IOException {
        return listen(port, DEFAULT_BACKLOG, null, acceptor);
    }

    /**
     * Opens a connection (active OPEN, RFC 9293 §3.10.1) and returns at once. The handler hears
     * {@link ConnectionHandler#onConnected}, or {@link ConnectionHandler#onClosed} with what went wrong. Like every
     * connection, the result belongs to the thread that calls the handler.
     *
     * @param local address and port to use; null: the stack chooses both; an unspecified address or port 0: that part
     * @param config null: the stack's configuration
     */
    Connection connect(TransportAddress local, TransportAddress remote, TcpConfig config, ConnectionHandler handler);

    /** Opens a connection from wherever the stack chooses, with the stack's configuration. */
    default Connection connect(final TransportAddress remote, final ConnectionHandler handler) {
        return connect(null, remote, null, handler);
    }
}
