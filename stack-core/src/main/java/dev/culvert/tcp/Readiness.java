package dev.culvert.tcp;

/** Bits that say what an application can do with a connection or a listener now; level-triggered, as poll's are. */
public final class Readiness {
    /** The handshake is complete. */
    public static final int CONNECTED = 1;
    /** There is text to receive, or the end of it. */
    public static final int READABLE = 1 << 1;
    /** There is room in the send buffer again (a third of it, as on Linux) after a send was cut short. */
    public static final int WRITABLE = 1 << 2;
    /** The peer has closed its side; what was received before can still be read. */
    public static final int PEER_CLOSED = 1 << 3;
    /** Everything that was sent, the FIN included, is acknowledged. */
    public static final int SEND_COMPLETE = 1 << 4;
    /** The connection has ended, normally or with {@code error(id)}; after {@code close(id)} nothing more follows. */
    public static final int CLOSED = 1 << 5;
    /** Trouble that does not end the connection: R1 is reached or ICMP reported a soft error (RFC 9293 §3.9.1.8). */
    public static final int SOFT_ERROR = 1 << 6;
    /** Urgent data is ahead, or reaches further than was known (RFC 9293 §3.8.5, MUST-32). */
    public static final int URGENT = 1 << 7;
    /** A listener has a connection to accept. */
    public static final int ACCEPTABLE = 1 << 8;

    private Readiness() {}
}
