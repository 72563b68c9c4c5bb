package dev.culvert.tcp;

/** A passive OPEN: a port in state LISTEN and its accept queue. Shard's thread only. */
public final class Listener {
    private static final long NEVER = Long.MIN_VALUE / 2;

    /** Identifier that the application uses. */
    public final long id;
    /** Upper word of the local address; see {@link #wildcard}. */
    public final long localHi;
    /** Lower word of the local address. */
    public final long localLo;
    /** Whether it takes connections to every local address of its family. */
    public final boolean wildcard;
    /** Whether its family is IPv4. */
    public final boolean v4;
    /** Local port. */
    public final int port;
    /** What its connections start from; null: the shard's configuration of the moment. */
    public TcpConfig config;
    /** What the application attached. */
    public final Object attachment;

    /** When a SYN was last answered with a cookie, in ns; long ago: never. */
    public long lastCookieNs = NEVER;

    private int backlog;
    private int halfOpen;
    private Tcb firstWaiting;
    private Tcb lastWaiting;
    private int waiting;
    boolean told;

    Listener(
            final long id,
            final long localHi,
            final long localLo,
            final boolean wildcard,
            final boolean v4,
            final int port,
            final int backlog,
            final TcpConfig config,
            final Object attachment) {
        this.id = id;
        this.localHi = localHi;
        this.localLo = localLo;
        this.wildcard = wildcard;
        this.v4 = v4;
        this.port = port;
        this.backlog = backlog;
        this.config = config;
        this.attachment = attachment;
    }

    /** Connections that may wait to be accepted, and handshakes that may be under way. */
    public int backlog() {
        return backlog;
    }

    /** As a second {@code listen(2)}: what waits already keeps waiting. */
    public void backlog(final int connections) {
        backlog = connections;
    }

    /** Whether as many handshakes are under way as there may be: the next SYN meets a cookie or is dropped. */
    public boolean isSynQueueFull() {
        return halfOpen >= backlog;
    }

    /** A half-open row begins ({@code +1}) or ends ({@code -1}). */
    void countHalfOpen(final int change) {
        halfOpen += change;
    }

    /** Whether no further connection may wait. */
    public boolean isFull() {
        return waiting >= backlog;
    }

    /** Connections that wait to be accepted. */
    public int waiting() {
        return waiting;
    }

    /** An established connection begins to wait. */
    public void enqueue(final Tcb tcb) {
        tcb.listener = this;
        if (lastWaiting == null) {
            firstWaiting = tcb;
        } else {
            lastWaiting.nextAccept = tcb;
        }
        lastWaiting = tcb;
        waiting++;
    }

    /** The connection that has waited longest, or null. */
    public Tcb dequeue() {
        final Tcb tcb = firstWaiting;
        if (tcb != null) {
            firstWaiting = tcb.nextAccept;
            if (firstWaiting == null) {
                lastWaiting = null;
            }
            tcb.nextAccept = null;
            tcb.listener = null;
            waiting--;
        }
        return tcb;
    }
}
