package dev.culvert.tun;

import dev.culvert.counters.CounterValues;
import dev.culvert.env.Errno;
import dev.culvert.shard.ShardConfig;
import dev.culvert.shard.SocketCursor;
import dev.culvert.tcp.MemoryLevels;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.tun.device.PacketDevice;
import dev.culvert.wire.IpAddress;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A TCP/IP stack on a packet device. It runs to completion on one thread: packets in, timers, handlers, packets out. Either
 * {@link #start} makes that thread, or a loop of yours calls {@link #doWork} and {@link #await}; there is no other one. On a
 * device with several queues it has a thread for each, which {@link #start} makes: a {@link StackLane}.
 *
 * <p>Methods may be called from any thread unless they say otherwise. What they ask for happens on the stack's thread.
 */
public final class CulvertStack implements Network, AutoCloseable {
    /** How long {@link #close} waits for data to be delivered. */
    public static final Duration CLOSE_GRACE = Duration.ofSeconds(3);

    private static final Duration STOP_MARGIN = Duration.ofSeconds(2);

    private final StackLoops loops;
    private final List<PacketDevice> devices;
    private final String name;
    private final long spinNs;
    private final CounterValues counters;
    private final AtomicBoolean started = new AtomicBoolean();

    CulvertStack(final CulvertStackBuilder builder, final ShardConfig config) {
        devices = builder.devices;
        name = builder.name;
        spinNs = builder.spinNs;
        loops = new StackLoops(builder, config);
        counters = loops.all().size() == 1
                ? loops.first().shard.counters()
                : CounterValues.sumOf(
                        loops.all().stream().map(loop -> loop.shard.counters()).toList());
    }

    /** Begins to describe a stack. */
    public static CulvertStackBuilder builder() {
        return new CulvertStackBuilder();
    }

    // ------------------------------------------------------------------ driving

    /** Starts the stack's thread, or its threads, which live until {@link #close} or until the device goes. Once only. */
    public CulvertStack start() {
        if (started.getAndSet(true)) {
            throw new IllegalStateException("stack " + name + " was started before");
        }
        for (int i = 0; i < loops.all().size(); i++) {
            final StackLoop loop = loops.all().get(i);
            final Thread thread = new FastThreadLocalThread(() -> run(loop), i == 0 ? name : name + "-" + i);
            loop.thread.driveBy(thread); // from now on calls wait for it
            thread.start();
        }
        return this;
    }

    /**
     * One round: commands of other threads, up to 256 packets, timers, handlers, packets out. Never waits. The first caller's
     * thread becomes the stack's thread.
     *
     * @return how much was done; 0: nothing, so that it is time to {@link #await}
     */
    public int doWork() {
        return only().doWork();
    }

    /**
     * Sleeps until there is work: a packet, a command, a timer; at most {@code timeoutNs}. May return early. The stack's
     * thread only.
     */
    public void await(final long timeoutNs) {
        only().await(timeoutNs);
    }

    private StackLoop only() {
        if (loops.all().size() > 1) {
            throw new IllegalStateException("a stack on several queues has threads of its own: start()");
        }
        return loops.first();
    }

    /** Makes the current or the next {@link #await} return at once. */
    public void wakeUp() {
        loops.all().forEach(StackLoop::wakeUp);
    }

    /** Whether the calling thread is one of the stack's. */
    public boolean inLoop() {
        return loops.current() != null;
    }

    /**
     * Runs something on the stack's thread (of several the calling one, else the first), later.
     *
     * @return false when 1,024 tasks are waiting already or the stack has stopped
     */
    public boolean execute(final Runnable task) {
        return loops.here().execute(task);
    }

    /**
     * Runs something on the stack's thread and waits for its result.
     *
     * @throws IOException when the stack has stopped or the waiting thread is interrupted, or what the task itself throws
     */
    public <T> T call(final Callable<T> task) throws IOException {
        return new StackCall<>(loops.here(), task).await();
    }

    // ------------------------------------------------------------------ connections

    @Override
    public Listener listen(
            final TransportAddress local, final int backlog, final TcpConfig config, final Acceptor acceptor)
            throws IOException {
        return SharedListener.open(
                loops,
                acceptor,
                local.port(),
                (listener, port) -> listener.open(new TransportAddress(local.address(), port), backlog, config));
    }

    @Override
    public Listener listen(final int port, final int backlog, final TcpConfig config, final Acceptor acceptor)
            throws IOException {
        return SharedListener.open(
                loops, acceptor, port, (listener, chosen) -> listener.openAll(chosen, backlog, config));
    }

    @Override
    public Connection connect(
            final TransportAddress local,
            final TransportAddress remote,
            final TcpConfig config,
            final ConnectionHandler handler) {
        return lane(local, remote).connect(local, remote, config, handler);
    }

    /**
     * The thread that a connection between these ends is to be opened on: with a local port the one that has such connections,
     * else the calling one of the stack's, else each in turn.
     *
     * @param local null: the stack chooses
     */
    public StackLane lane(final TransportAddress local, final TransportAddress remote) {
        return loops.forConnection(local, remote);
    }

    /** The thread that is calling, or the first one when it is none of the stack's. */
    public StackLane lane() {
        return loops.here();
    }

    /** The stack's threads, one per queue of its device. */
    public List<StackLane> lanes() {
        return List.copyOf(loops.all());
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
        final StackLoop loop = loops.first();
        final int result =
                new StackCall<>(loop, () -> loop.shard.ping(remote, identifier, sequence, payload, 0, length)).await();
        if (result < 0) {
            throw new NoRouteToHostException(remote + ": " + Errno.message(result));
        }
    }

    /** Whom to tell of echo replies, on the stack's thread; null: nobody. */
    public void echoListener(final EchoHandler listener) {
        final StackLoop loop = loops.first();
        loop.executeNow(() -> loop.shard.echoListener(
                listener == null
                        ? null
                        : (hi, lo, identifier, sequence, length, ttl) ->
                                listener.onEchoReply(new IpAddress(hi, lo), identifier, sequence, length, ttl)));
    }

    // ------------------------------------------------------------------ settings and status

    /** What new connections start from. */
    public TcpConfig tcpConfig() {
        return loops.settings.tcpConfig();
    }

    /** Replaces what new connections start from; takes effect soon. */
    public void configure(final TcpConfig config) {
        loops.settings.tcpConfig(config);
    }

    /** The range that ports come from when a connection names none, as {@code LOW-HIGH}. */
    public String ephemeralPorts() {
        return loops.settings.ephemeralPorts();
    }

    /** Changes that range, both ends inclusive; takes effect soon. */
    public void ephemeralPorts(final int low, final int high) {
        loops.settings.ephemeralPorts(low, high);
    }

    /** Ports of that range that are never chosen, such as {@code 40000,50000-50010}; empty: there are none. */
    public String reservedPorts() {
        return loops.settings.reservedPorts();
    }

    /**
     * Changes them, as Linux's ip_local_reserved_ports; takes effect soon.
     *
     * @throws IllegalArgumentException when the text is no list of ports; the message says what is wrong
     */
    public void reservedPorts(final String ports) {
        loops.settings.reservedPorts(ports);
    }

    /** Most off-heap memory for payload and rows, in bytes. */
    public long memoryLimitBytes() {
        return loops.settings.memoryLimitBytes();
    }

    /**
     * Changes it, at least 1 MiB for each thread; takes effect soon. What is beyond it stays until it is freed.
     *
     * @throws IllegalArgumentException when it is less
     */
    public void memoryLimitBytes(final long bytes) {
        loops.settings.memoryLimitBytes(bytes);
    }

    /** How full memory is when windows shrink, data is refused and SYNs are refused. */
    public MemoryLevels memoryLevels() {
        return loops.settings.memoryLevels();
    }

    /** Changes that; takes effect soon. */
    public void memoryLevels(final MemoryLevels levels) {
        loops.settings.memoryLevels(levels);
    }

    /** The stack's own addresses. */
    public List<IpAddress> addresses() {
        return loops.first().addresses;
    }

    /** Name of the stack. */
    public String name() {
        return name;
    }

    /** Largest IP packet of the device, in bytes. */
    public int mtu() {
        return devices.get(0).mtu();
    }

    /** Name of the device. */
    public String deviceName() {
        return devices.get(0).name();
    }

    /** What the stack has counted so far. */
    public CounterValues counters() {
        return counters;
    }

    /** Packets that the device would not take. */
    public long transmitDrops() {
        return devices.stream().mapToLong(PacketDevice::transmitDrops).sum();
    }

    /** What the stack holds now. */
    public StackStatistics statistics() throws IOException {
        StackStatistics sum = StackStatistics.NONE;
        for (final StackLoop loop : loops.all()) {
            sum = sum.plus(new StackCall<>(loop, loop::statistics).await());
        }
        return sum;
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
        final int shard = SocketCursor.shard(cursor);
        if (shard >= loops.all().size()) {
            return new SocketPage(List.of(), SocketCursor.END);
        }
        final StackLoop loop = loops.all().get(shard);
        final Set<TcpState> wanted = shard == 0 ? states : withoutListeners(states);
        final SocketPage page = new StackCall<>(loop, () -> loop.sockets(SocketCursor.within(cursor), wanted)).await();
        return new SocketPage(
                page.sockets(),
                SocketCursor.next(shard, page.next(), loops.all().size()));
    }

    /** Every loop has the same listeners. */
    private static Set<TcpState> withoutListeners(final Set<TcpState> states) {
        final Set<TcpState> others = EnumSet.noneOf(TcpState.class);
        others.addAll(states);
        others.remove(TcpState.LISTEN);
        return others;
    }

    // ------------------------------------------------------------------ the end

    /**
     * Ends the stack in good order: listeners close, every connection closes, and once everything is delivered or
     * {@code grace} is over the rest is reset and the device closed. Waits for that; where nobody else drives the loop it
     * does so itself, and from a handler it only begins. A second call may shorten the grace.
     */
    public void shutdown(final Duration grace) {
        final StackLoop current = loops.current();
        loops.all().forEach(loop -> loop.executeNow(() -> loop.beginClose(grace.toNanos())));
        if (current != null && current.isInRound()) {
            return;
        }
        if (!started.get()) {
            driveToTheEnd();
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
        return loops.all().stream().allMatch(StackLoop::isStopped);
    }

    /** Why it stopped by itself; null: it did not. */
    public String failure() {
        return loops.all().stream()
                .map(StackLoop::failure)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Waits until the stack has stopped; false when the time was over before. */
    public boolean awaitStopped(final Duration timeout) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + timeout.toNanos();
        for (final StackLoop loop : loops.all()) {
            if (!loop.whenStopped.await(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        return true;
    }

    private void driveToTheEnd() {
        if (loops.all().size() > 1) {
            start();
        } else if (loops.first().becomeDriver()) {
            run(loops.first());
        }
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

    /** Drives the loop until it stops; with nothing to do it looks for work a little while before it sleeps, where that has paid. */
    private void run(final StackLoop loop) {
        final IdleSpin spin = new IdleSpin(spinNs, System.nanoTime());
        while (!loop.isStopped()) {
            if (loop.doWork() > 0) {
                spin.worked(System.nanoTime());
            } else if (spin.again(System.nanoTime())) {
                Thread.onSpinWait();
            } else {
                loop.await(Long.MAX_VALUE);
            }
        }
    }

    // ------------------------------------------------------------------ for faces built on this one

    /** Where buffers come from. */
    public ByteBufAllocator allocator() {
        return loops.first().allocator;
    }
}
