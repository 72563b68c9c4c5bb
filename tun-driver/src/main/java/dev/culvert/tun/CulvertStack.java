package dev.culvert.tun;

import dev.culvert.counters.Counters;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A TCP/IP stack on a packet device. It runs to completion on one thread: packets in, timers, handlers, packets out. Either
 * {@link #start} makes that thread, or a loop of yours calls {@link #doWork} and {@link #await}; there is no other one.
 *
 * <p>Methods may be called from any thread unless they say otherwise. What they ask for happens on the stack's thread.
 */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class CulvertStack implements Network, AutoCloseable {
    /** How long {@link #close} waits for data to be delivered. */
    public static final Duration CLOSE_GRACE = Duration.ofSeconds(3);

    CulvertStack(final CulvertStackBuilder builder, final ShardConfig config) {}

    /** Begins to describe a stack. */
    public static CulvertStackBuilder builder() {
        return new CulvertStackBuilder();
    }

    // ------------------------------------------------------------------ driving

    /** Starts the stack's thread, which lives until {@link #close} or until the device goes. Once only. */
    public CulvertStack start() {
        throw new UnsupportedOperationException();
    }

    /**
     * One round: commands of other threads, up to 64 packets, timers, handlers, packets out. Never waits. The first caller's
     * thread becomes the stack's thread.
     *
     * @return how much was done; 0: nothing, so that it is time to {@link #await}
     */
    public int doWork() {
        throw new UnsupportedOperationException();
    }

    /**
     * Sleeps until there is work: a packet, a command, a timer; at most {@code timeoutNs}. May return early. The stack's
     * thread only.
     */
    public void await(final long timeoutNs) {
        throw new UnsupportedOperationException();
    }

    /** Makes the current or the next {@link #await} return at once. */
    public void wakeUp() {
        throw new UnsupportedOperationException();
    }

    /** Whether the calling thread is the stack's. */
    public boolean inLoop() {
        throw new UnsupportedOperationException();
    }

    /** Runs something on the stack's thread, later. False when 1,024 tasks are waiting already or the stack has stopped. */
    public boolean execute(final Runnable task) {
        throw new UnsupportedOperationException();
    }

    /**
     * Runs something on the stack's thread and waits for its result.
     *
     * @throws IOException when the stack has stopped or the waiting thread is interrupted, or what the task itself throws
     */
    public <T> T call(final Callable<T> task) throws IOException {
        throw new UnsupportedOperationException();
    }

    // ------------------------------------------------------------------ connections

    @Override
    public Listener listen(
            final TransportAddress local, final int backlog, final TcpConfig config, final Acceptor acceptor)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public Listener listen(final int port, final int backlog, final TcpConfig config, final Acceptor acceptor)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public Connection connect(
            final TransportAddress local,
            final TransportAddress remote,
            final TcpConfig config,
            final ConnectionHandler handler) {
        throw new UnsupportedOperationException();
    }

    // ------------------------------------------------------------------ ICMP

    /**
     * Sends an ICMP or ICMPv6 echo request with {@code length} bytes of payload (0 to 65,507).
     *
     * @throws IOException when the address cannot be reached from the stack's addresses
     */
    public void ping(final IpAddress remote, final int identifier, final int sequence, final int length)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Whom to tell of echo replies, on the stack's thread; null: nobody. */
    public void echoListener(final EchoHandler listener) {
        throw new UnsupportedOperationException();
    }

    // ------------------------------------------------------------------ settings and status

    /** What new connections start from. */
    public TcpConfig tcpConfig() {
        throw new UnsupportedOperationException();
    }

    /** Replaces what new connections start from; takes effect soon. */
    public void configure(final TcpConfig config) {
        throw new UnsupportedOperationException();
    }

    /** The stack's own addresses. */
    public List<IpAddress> addresses() {
        throw new UnsupportedOperationException();
    }

    /** Name of the stack. */
    public String name() {
        throw new UnsupportedOperationException();
    }

    /** Largest IP packet of the device, in bytes. */
    public int mtu() {
        throw new UnsupportedOperationException();
    }

    /** Name of the device. */
    public String deviceName() {
        throw new UnsupportedOperationException();
    }

    /** What the stack has counted so far. */
    public Counters counters() {
        throw new UnsupportedOperationException();
    }

    /** What the stack holds now. */
    public StackStatistics statistics() throws IOException {
        throw new UnsupportedOperationException();
    }

    // ------------------------------------------------------------------ the end

    /**
     * Ends the stack in good order: listeners close, every connection closes, and once everything is delivered or
     * {@code grace} is over the rest is reset and the device closed. Waits for that; on the stack's own thread (outside
     * handlers) it drives the loop itself.
     */
    public void shutdown(final Duration grace) {
        throw new UnsupportedOperationException();
    }

    /** {@link #shutdown} with {@link #CLOSE_GRACE}. */
    @Override
    public void close() {
        shutdown(CLOSE_GRACE);
    }

    /** Whether it has stopped, by {@link #close} or because the device has gone. */
    public boolean isStopped() {
        throw new UnsupportedOperationException();
    }

    /** Why it stopped by itself; null: it did not. */
    public String failure() {
        throw new UnsupportedOperationException();
    }

    /** Waits until the stack has stopped; false when the time was over before. */
    public boolean awaitStopped(final Duration timeout) throws InterruptedException {
        throw new UnsupportedOperationException();
    }
}
