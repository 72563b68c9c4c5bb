package dev.culvert.tun;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.agrona.DirectBuffer;

/**
 * One TCP connection. Belongs to the thread that calls its {@link ConnectionHandler}; methods called on another thread
 * fail with an {@link IllegalStateException}, except {@link #execute}.
 */
public interface Connection {
    /** Our end; with the unspecified address or port 0 while a connection that is being opened has none yet. */
    TransportAddress localAddress();

    /** The peer's end. */
    TransportAddress remoteAddress();

    // ------------------------------------------------------------------ receiving

    /**
     * Takes received text, up to 64 KiB of it.
     *
     * @return a direct buffer that is the caller's to release or to {@link #write}; null when nothing is there
     */
    ByteBuf read();

    /** Copies received text to a buffer, as much as it has room for; returns the bytes copied, 0 when nothing is there. */
    int read(ByteBuf target);

    /**
     * Shows received text without a copy, as much of what comes next as lies together, and leaves it to be read. What is seen is
     * read-only and stays there until the next call of {@link #skip} or {@link #read}, at most until the handler returns.
     *
     * @param text is wrapped around it if there is any
     * @return bytes in view; 0 when nothing is there
     */
    int view(DirectBuffer text);

    /**
     * Takes received text that is not wanted or was seen by {@link #view}: the cheapest way to read.
     *
     * @param length the most that is taken, in bytes; not negative
     * @return bytes taken, 0 when nothing is there
     */
    int skip(int length);

    /** Bytes that can be read now. */
    int readableBytes();

    /** Whether the peer has closed its side; received text may still be left to read. */
    boolean isPeerClosed();

    /** Stops {@link ConnectionHandler#onReadable}; the window closes once the receive buffer is full. */
    void pauseReading();

    /** Starts {@link ConnectionHandler#onReadable} again; it is called soon if there is something to read. */
    void resumeReading();

    // ------------------------------------------------------------------ sending

    /**
     * Sends the readable bytes of a buffer, and takes the buffer: it is released when the peer has acknowledged its bytes,
     * or at once if the connection has ended or was shut down. Direct memory is sent without a copy and must not be
     * changed after the call.
     *
     * @return {@link #isWritable}: when false, the buffer was taken all the same; wait for
     *     {@link ConnectionHandler#onWritable} before the next one
     * @throws IllegalStateException when {@value #MAX_PENDING_WRITES} buffers were written in spite of that answer; the
     *     buffer is released
     */
    boolean write(ByteBuf data);

    /** Buffers that may wait for room in the send buffer. */
    int MAX_PENDING_WRITES = 16;

    /** Whether everything written so far fitted into the send buffer, and there is room for more. */
    boolean isWritable();

    /** Bytes that the send buffer has room for now. */
    int writableBytes();

    /** Bytes written that wait in the send buffer until the peer has acknowledged them. */
    int queuedBytes();

    // ------------------------------------------------------------------ ending

    /** Sends a FIN after everything written so far (half close); receiving goes on. */
    void shutdownWrite();

    /**
     * Ends the connection in good order: everything written so far is delivered, then a FIN. Returns at once; delivery goes
     * on in the background. Unread text turns it into a reset (RFC 9293 §3.6.1, SHLD-3).
     */
    void close();

    /** Ends the connection with a reset and throws away what was not delivered. */
    void abort();

    /** Whether neither side has ended it, with {@link #close}, {@link #abort} or an error. */
    boolean isOpen();

    // ------------------------------------------------------------------ status and options

    /** Its state (RFC 9293 §3.3.2). */
    TcpState state();

    /** Why it ended, or its latest soft error ({@code dev.culvert.env.Errno}); 0: neither. */
    int error();

    /**
     * Where {@link #error} is EADDRINUSE or EADDRNOTAVAIL because of the local port that was asked for: who has it, how long
     * TIME-WAIT still lasts, and which rule decided. Empty otherwise.
     */
    String obstacle();

    /** Its configuration. */
    TcpConfig config();

    /** Changes its configuration; what only matters while opening stays as it is. */
    void configure(TcpConfig config);

    /** Where to get buffers that suit {@link #write}. */
    ByteBufAllocator allocator();

    /** What the application attached; null at first. */
    Object attachment();

    /** Attaches something of the application's. */
    void attach(Object attachment);

    /** Hands the connection to another handler; the present one is not called any more. */
    void handler(ConnectionHandler handler);

    /**
     * Runs something on the connection's thread, where it may use the connection. Any thread. Bounded: false when too much
     * is waiting already or the loop has stopped; then nothing is run.
     */
    boolean execute(Runnable task);
}
