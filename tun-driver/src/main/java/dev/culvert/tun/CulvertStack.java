package dev.culvert.tun;

import dev.culvert.counters.Counters;
import dev.culvert.env.Errno;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.MemoryLevels;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.tun.device.PacketDevice;
import dev.culvert.tun.ring.CommandRing;
import dev.culvert.wire.IpAddress;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A TCP/IP stack on a packet device. It runs to completion on one thread: packets in, timers, handlers, packets out. Either
 * {@link #start} makes that thread, or a loop of yours calls {@link #doWork} and {@link #await}; there is no other one.
 *
 * <p>Methods may be called from any thread unless they say otherwise. What they ask for happens on the stack's thread.
 */
public final class CulvertStack implements Network, AutoCloseable {
    /** How long {@link #close} waits for data to be delivered. */
    public static final Duration CLOSE_GRACE = Duration.ofSeconds(3);

    private static final Duration STOP_MARGIN = Duration.ofSeconds(2);

    private final StackLoop loop;
    private final PacketDevice device;
    private final String name;
    private final long spinNs;
    private final AtomicBoolean started = new AtomicBoolean();

    CulvertStack(final CulvertStackBuilder builder, final ShardConfig config) {
        device = builder.device;
        name = builder.name;
        spinNs = builder.spinNs;
        loop = new StackLoop(builder, config);
    }

    /** Begins to describe a stack. */
    public static CulvertStackBuilder builder() {
        return new CulvertStackBuilder();
    }

    // ------------------------------------------------------------------ driving

    /** Starts the stack's thread, which lives until {@link #close} or until the device goes. Once only. */
    public CulvertStack start() {
        if (started.getAndSet(true)) {
            throw new IllegalStateException("stack " + name + " was started before");
        }
        final Thread thread = new FastThreadLocalThread(this::run, name);
        loop.thread.driveBy(thread); // from now on calls wait for it
        thread.start();
        return this;
    }

    /**
     * One round: commands of other threads, up to 256 packets, timers, handlers, packets out. Never waits. The first caller's
     * thread becomes the stack's thread.
     *
     * @return how much was done; 0: nothing, so that it is time to {@link #await}
     */
    public int doWork() {
        return loop.doWork();
    }

    /**
     * Sleeps until there is work: a packet, a command, a timer; at most {@code timeoutNs}. May return early. The stack's
     * thread only.
     */
    public void await(final long timeoutNs) {
        loop.await(timeoutNs);
    }

    /** Makes the current or the next {@link #await} return at once. */
    public void wakeUp() {
        device.wakeUp();
    }

    /** Whether the calling thread is the stack's. */
    public boolean inLoop() {
        return loop.thread.isMine();
    }

    /** Runs something on the stack's thread, later. False when 1,024 tasks are waiting already or the stack has stopped. */
    public boolean execute(final Runnable task) {
        return loop.execute(task);
    }

    /**
     * Runs something on the stack's thread and waits for its result.
     *
     * @throws IOException when the stack has stopped or the waiting thread is interrupted, or what the task itself throws
     */
    public <T> T call(final Callable<T> task) throws IOException {
        return new StackCall<>(loop, task).await();
    }

    // ------------------------------------------------------------------ connections

    @Override
    public Listener listen(
            final TransportAddress local, final int backlog, final TcpConfig config, final Acceptor acceptor)
            throws IOException {
        return call(() -> {
            final LocalListener listener = new LocalListener(loop, acceptor);
            listener.open(local, backlog, config);
            return listener;
        });
    }

    @Override
    public Listener listen(final int port, final int backlog, final TcpConfig config, final Acceptor acceptor)
            throws IOException {
        return call(() -> {
            final LocalListener listener = new LocalListener(loop, acceptor);
            listener.openAll(port, backlog, config);
            return listener;
        });
    }

    @Override
    public Connection connect(
            final TransportAddress local,
            final TransportAddress remote,
            final TcpConfig config,
            final ConnectionHandler handler) {
        final IpAddress any = remote.address().isV4() ? IpAddress.ANY_V4 : IpAddress.ANY_V6;
        final TransportAddress from = local == null ? new TransportAddress(any, 0) : local;
        final IpAddress source = from.address().isAny() ? null : from.address();
        final LocalConnection connection = new LocalConnection(loop, handler, from, remote, false);
        if (!loop.executeNow(() -> loop.open(connection, source, from.port(), config))) {
            throw new IllegalStateException("stack " + name + " has stopped");
        }
        return connection;
    }

    // ------------------------------------------------------------------ ICMP

    /**
     * Sends an ICMP or ICMPv6 echo request with {@code length} bytes of payload (0 to 65,507).
     *
     * @throws IOException when the address cannot be reached from the stack's addresses
     */
    public void ping(final IpAddress remote, final int identifier, final int sequence, final int length)
            throws IOException {
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[length]);
        for (int i = 0; i < length; i++) {
            payload.putByte(i, (byte) i);
        }
        final int result = call(() -> loop.shard.ping(remote, identifier, sequence, payload, 0, length));
        if (result < 0) {
            throw new NoRouteToHostException(remote + ": " + Errno.message(result));
        }
    }

    /** Whom to tell of echo replies, on the stack's thread; null: nobody. */
    public void echoListener(final EchoHandler listener) {
        loop.executeNow(() -> loop.shard.echoListener(
                listener == null
                        ? null
                        : (hi, lo, identifier, sequence, length, ttl) ->
                                listener.onEchoReply(new IpAddress(hi, lo), identifier, sequence, length, ttl)));
    }

    // ------------------------------------------------------------------ settings and status

    /** What new connections start from. */
    public TcpConfig tcpConfig() {
        return loop.tcpConfig();
    }

    /** Replaces what new connections start from; takes effect soon. */
    public void configure(final TcpConfig config) {
        loop.configure(config);
    }

    /** The range that ports come from when a connection names none, as {@code LOW-HIGH}. */
    public String ephemeralPorts() {
        return loop.ephemeralPorts();
    }

    /** Changes that range, both ends inclusive; takes effect soon. */
    public void ephemeralPorts(final int low, final int high) {
        loop.ephemeralPorts(low, high);
    }

    /** Ports of that range that are never chosen, such as {@code 40000,50000-50010}; empty: there are none. */
    public String reservedPorts() {
        return loop.reservedPorts();
    }

    /**
     * Changes them, as Linux's ip_local_reserved_ports; takes effect soon.
     *
     * @throws IllegalArgumentException when the text is no list of ports; the message says what is wrong
     */
    public void reservedPorts(final String ports) {
        loop.reservedPorts(ports);
    }

    /** Most off-heap memory for payload and rows, in bytes. */
    public long memoryLimitBytes() {
        return loop.memoryLimitBytes();
    }

    /**
     * Changes it, at least 1 MiB; takes effect soon. What is beyond it stays until it is freed.
     *
     * @throws IllegalArgumentException when it is less
     */
    public void memoryLimitBytes(final long bytes) {
        loop.memoryLimitBytes(bytes);
    }

    /** How full memory is when windows shrink, data is refused and SYNs are refused. */
    public MemoryLevels memoryLevels() {
        return loop.memoryLevels();
    }

    /** Changes that; takes effect soon. */
    public void memoryLevels(final MemoryLevels levels) {
        loop.memoryLevels(levels);
    }

    /** The stack's own addresses. */
    public List<IpAddress> addresses() {
        return loop.addresses;
    }

    /** Name of the stack. */
    public String name() {
        return name;
    }

    /** Largest IP packet of the device, in bytes. */
    public int mtu() {
        return device.mtu();
    }

    /** Name of the device. */
    public String deviceName() {
        return device.name();
    }

    /** What the stack has counted so far. */
    public Counters counters() {
        return loop.counters();
    }

    /** Packets that the device would not take. */
    public long transmitDrops() {
        return device.transmitDrops();
    }

    /** What the stack holds now. */
    public StackStatistics statistics() throws IOException {
        return call(loop::statistics);
    }

    /**
     * A part of what the stack has: listeners, connections, half-open ones and TIME-WAIT. Parts are small enough not to keep
     * the stack from its work. What is there from the first to the last part is listed at least once; what comes or goes
     * meanwhile may be, and a connection in TIME-WAIT may be listed twice.
     *
     * @param cursor 0, or {@link SocketPage#next} of the part before
     * @param states which ones
     */
    public SocketPage sockets(final long cursor, final Set<TcpState> states) throws IOException {
        return call(() -> loop.sockets(cursor, states));
    }

    // ------------------------------------------------------------------ the end

    /**
     * Ends the stack in good order: listeners close, every connection closes, and once everything is delivered or
     * {@code grace} is over the rest is reset and the device closed. Waits for that; where nobody else drives the loop it
     * does so itself, and from a handler it only begins. A second call may shorten the grace.
     */
    public void shutdown(final Duration grace) {
        if (loop.isInRound()) {
            loop.beginClose(grace.toNanos());
            return;
        }
        loop.executeNow(() -> loop.beginClose(grace.toNanos()));
        if (!started.get() && loop.becomeDriver()) {
            run();
        }
        awaitEnd(grace.plus(STOP_MARGIN));
    }

    /** {@link #shutdown} with {@link #CLOSE_GRACE}. */
    @Override
    public void close() {
        shutdown(CLOSE_GRACE);
    }

    /** Whether it has stopped, by {@link #close} or because the device has gone. */
    public boolean isStopped() {
        return loop.isStopped();
    }

    /** Why it stopped by itself; null: it did not. */
    public String failure() {
        return loop.failure();
    }

    /** Waits until the stack has stopped; false when the time was over before. */
    public boolean awaitStopped(final Duration timeout) throws InterruptedException {
        return loop.whenStopped.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void awaitEnd(final Duration limit) {
        try {
            if (!awaitStopped(limit)) {
                System.getLogger("dev.culvert")
                        .log(System.Logger.Level.WARNING, "stack " + name + " is not being driven");
            }
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt(); // the stack goes on to end without us
        }
    }

    /** Drives the loop until it stops; with nothing to do it looks for work a little while before it sleeps. */
    private void run() {
        long idleSinceNs = System.nanoTime();
        while (!loop.isStopped()) {
            if (loop.doWork() > 0) {
                idleSinceNs = System.nanoTime();
            } else if (System.nanoTime() - idleSinceNs < spinNs) {
                Thread.onSpinWait();
            } else {
                loop.await(Long.MAX_VALUE);
            }
        }
    }

    // ------------------------------------------------------------------ for faces built on this one

    /** What other threads ask of this stack; for whoever builds another face, such as {@code RemoteLoop}. */
    public CommandRing commands() {
        return loop.commands;
    }

    /**
     * Runs something on the stack's thread: at once when called there, else as soon as possible, in order; waits for room in
     * the ring. False once the stack has stopped.
     */
    public boolean executeNow(final Runnable task) {
        return loop.executeNow(task);
    }

    /** Where buffers come from. */
    public ByteBufAllocator allocator() {
        return loop.allocator;
    }
}
