package dev.culvert.shard;

import dev.culvert.buffer.PayloadOwner;
import dev.culvert.counters.Counters;
import dev.culvert.env.Secrets;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketSink;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One single-threaded TCP/IP stack without a clock, a thread, a socket or a file: time comes in as an argument, packets
 * come in and go out as bytes. Happenings ({@link #onPacket}, {@link #onTimeout}) and calls of the application may come in
 * any number; {@link #endBatch} then tells the application what became ready and sends what may go. The same happenings and
 * calls at the same times with the same secrets give the same packets, bit for bit.
 *
 * <p>All methods belong to one thread. Times are ns of any monotonic clock. Calls answer with a negative {@code Errno} when
 * they cannot do what was asked. A connection identifier stays valid until {@link #close} or {@link #abort}; afterwards
 * calls with it answer {@code -EBADF}. Identifiers are positive and never come back.
 */
public final class Shard {
    public Shard(
            final ShardConfig config,
            final Secrets secrets,
            final int shardId,
            final int shardCount,
            final PacketSink sink,
            final ApplicationEvents events,
            final PayloadOwner payloadOwner,
            final Probe probe,
            final long nowNs) {}

    // ------------------------------------------------------------------ happenings

    /** A packet has come in: {@code length} bytes at {@code offset}, valid during the call. */
    public void onPacket(
            final UnsafeBuffer buffer,
            final int offset,
            final int length,
            final PacketMetadata metadata,
            final long nowNs) {}

    /** Time has passed: runs every timer whose deadline is at or before {@code nowNs}. */
    public void onTimeout(final long nowNs) {}

    /**
     * Ends a batch of happenings and calls: packets between our own addresses are processed, the application is told what
     * became ready, and every connection with something to say sends what it may.
     */
    public void endBatch(final long nowNs) {}

    // ------------------------------------------------------------------ questions

    /** When {@link #onTimeout} must be called next, in ns; {@code Long.MAX_VALUE}: not before something else happens. */
    public long nextDeadlineNs() {
        return Long.MAX_VALUE;
    }

    /** The counters; readable from any thread. */
    public Counters counters() {
        return new Counters();
    }

    // ------------------------------------------------------------------ calls: RFC 9293 §3.10.1, OPEN

    /**
     * Passive OPEN: waits for connections to a port.
     *
     * @param local one of our addresses, or {@code IpAddress.ANY_V4} or {@code ANY_V6}
     * @param port 1 to 65,535; 0 picks a free one
     * @param backlog connections that may wait for {@link #accept}, at least 1
     * @param config what its connections start from; null: the shard's configuration
     * @return the listener's identifier, {@code -EADDRINUSE}, {@code -EADDRNOTAVAIL} or {@code -EINVAL}
     */
    public long listen(
            final IpAddress local, final int port, final int backlog, final TcpConfig config, final Object attachment) {
        return 0;
    }

    /** Next established connection of a listener, or {@code -EAGAIN}. The attachment becomes the connection's. */
    public long accept(final long listener, final Object attachment) {
        return 0;
    }

    /** Stops listening. Connections that nobody has accepted are reset. */
    public int closeListener(final long listener, final long nowNs) {
        return 0;
    }

    /** The port that a listener waits on, or {@code -EBADF}. */
    public int listenerPort(final long listener) {
        return 0;
    }

    /**
     * Active OPEN: sends a SYN and returns; {@code CONNECTED} or {@code CLOSED} follows.
     *
     * @param local one of our addresses; null: the stack chooses
     * @param localPort 0: an ephemeral port
     * @param config null: the shard's configuration
     * @return the connection's identifier, {@code -EADDRINUSE}, {@code -EADDRNOTAVAIL}, {@code -ENETUNREACH} or {@code -EINVAL}
     */
    public long connect(
            final IpAddress local,
            final int localPort,
            final IpAddress remote,
            final int remotePort,
            final TcpConfig config,
            final Object attachment,
            final long nowNs) {
        return 0;
    }

    // ------------------------------------------------------------------ calls: §3.10.2, SEND

    /**
     * Queues a copy of the bytes for sending.
     *
     * @return bytes taken, possibly fewer than offered; {@code -EAGAIN} when the buffer is full ({@code WRITABLE} follows),
     *     {@code -EPIPE} after the write side was closed, or the connection's error
     */
    public int send(final long connection, final DirectBuffer source, final int offset, final int length) {
        return 0;
    }

    /**
     * Queues off-heap memory for sending without copying it. The stack reads it until the {@code PayloadOwner} gets the
     * token back, once per call that returned a positive number. When fewer bytes are taken than offered, the rest needs a
     * call, and a token, of its own.
     *
     * @return as {@link #send}
     */
    public int sendReference(final long connection, final long address, final int length, final long token) {
        return 0;
    }

    /** Bytes that {@link #send} would take now. */
    public int sendSpace(final long connection) {
        return 0;
    }

    // ------------------------------------------------------------------ calls: §3.10.3, RECEIVE

    /**
     * Copies received text.
     *
     * @return bytes copied; 0 at the end of the text (the peer has closed); {@code -EAGAIN} when nothing has come; or the
     *     connection's error, after everything that had arrived was read
     */
    public int receive(final long connection, final MutableDirectBuffer target, final int offset, final int length) {
        return 0;
    }

    /** Bytes that {@link #receive} would give now; negative: an error. */
    public int receivable(final long connection) {
        return 0;
    }

    // ------------------------------------------------------------------ calls: §3.10.4 CLOSE, §3.10.5 ABORT

    /** CLOSE of RFC 9293: no more data from us; a FIN follows what is queued. Receiving goes on. */
    public int shutdownWrite(final long connection, final long nowNs) {
        return 0;
    }

    /**
     * The application is done with the connection: as {@link #shutdownWrite}, and nothing more will be received. Unread text
     * turns it into a reset (RFC 9293 §3.6.1, SHLD-3). The identifier is invalid from now on.
     */
    public int close(final long connection, final long nowNs) {
        return 0;
    }

    /** ABORT: a RST to the peer and everything queued is thrown away. The identifier is invalid from now on. */
    public int abort(final long connection, final long nowNs) {
        return 0;
    }

    // ------------------------------------------------------------------ calls: §3.10.6, STATUS

    /** The connection's state; CLOSED when the identifier is stale. */
    public TcpState state(final long connection) {
        return TcpState.CLOSED;
    }

    /** Why the connection ended ({@code Errno}), or its latest soft error; 0: neither. */
    public int error(final long connection) {
        return 0;
    }

    /** Changes a connection's configuration; what only matters while opening stays as it is. */
    public int configure(final long connection, final TcpConfig config) {
        return 0;
    }

    /** The connection's configuration, or null when the identifier is stale. */
    public TcpConfig config(final long connection) {
        return null;
    }

    /** Replaces what new connections start from. TIME-WAIT rows keep the length that they began with. */
    public void configure(final TcpConfig config) {}

    // ------------------------------------------------------------------ ICMP

    /**
     * Sends an ICMP or ICMPv6 echo request; answers come through {@code EchoListener}.
     *
     * @return 0 or a negative errno
     */
    public int ping(
            final IpAddress remote,
            final int identifier,
            final int sequence,
            final DirectBuffer payload,
            final int offset,
            final int length) {
        return 0;
    }

    // ------------------------------------------------------------------ placeholders until the core lands

    public dev.culvert.tcp.Flow flow(final long connection) {
        return null;
    }

    public void echoListener(final EchoListener listener) {}

    public int connectionCount() {
        return 0;
    }

    public int timeWaitCount() {
        return 0;
    }

    public int halfOpenCount() {
        return 0;
    }

    public long memoryInUseBytes() {
        return 0;
    }

    public void abortAll(final long nowNs) {}

    public void close() {}

    public void ephemeralPorts(final int low, final int high) {}
}
