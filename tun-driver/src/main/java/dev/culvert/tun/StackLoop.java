package dev.culvert.tun;

import dev.culvert.env.Errno;
import dev.culvert.env.Secrets;
import dev.culvert.ip.Handover;
import dev.culvert.shard.Shard;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.PacketDevice;
import dev.culvert.tun.device.PacketHandler;
import dev.culvert.tun.device.PacketRing;
import dev.culvert.tun.ring.CommandRing;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The duty cycle of a stack, run to completion: commands, packets, timers, handlers, packets out. One thread at a time, the
 * one that {@link LoopThread} lets in.
 */
final class StackLoop implements ApplicationEvents, PacketHandler, StackLane {
    /** As many as a batch of segments can be answered with. */
    private static final int PACKETS_PER_ROUND = 256;

    /** Rounds in which timers wait because packets that came before their deadline have yet to be read. */
    private static final int MAX_TIMERLESS_ROUNDS = 16;

    private static final int COMMANDS_PER_ROUND = 256;

    /** How long a loop sleeps before it asks again whether there is room in another one's ring. */
    private static final long HELD_NS = 50_000;

    /** Looking at so many takes a few hundred microseconds. */
    private static final int SOCKETS_PER_PAGE = 2_048;

    final Shard shard;
    final SendTokens tokens = new SendTokens();
    final ByteBufAllocator allocator;
    final List<IpAddress> addresses;
    final List<LocalListener> listeners = new ArrayList<>();
    final ConnectionList connections = new ConnectionList();
    final CommandRing commands;
    final LoopThread thread = new LoopThread();
    /** Packets that came to another loop and are for this one. */
    final PacketRing inbox;

    final StackLoops loops;

    private final String name;
    private final PacketDevice device;
    private final StackMonitor monitor;
    private final ArrayDeque<LocalConnection> toLookAt = new ArrayDeque<>();
    private final LongSupplier clock;
    private final TimeWaitWatch timeWaitWatch;
    private final PacketHandler takeOver = this::onHandedOver;
    private long nowNs;
    private boolean inRound;
    private int timerlessRounds;
    private final int largestPacket;
    private boolean held;
    private boolean closing;
    private volatile boolean quiet;
    private long closeDeadlineNs;
    private volatile boolean stopped;
    private volatile String doomed;
    private volatile String failure;
    /** Opens when the loop has stopped. */
    final CountDownLatch whenStopped = new CountDownLatch(1);

    StackLoop(
            final CulvertStackBuilder builder,
            final ShardConfig config,
            final Secrets secrets,
            final PacketDevice device,
            final StackLoops loops,
            final int index) {
        final int count = builder.devices.size();
        this.loops = loops;
        this.device = device;
        name = builder.name;
        inbox = count == 1 ? null : PacketRing.ofMany();
        largestPacket = device.offloads() ? OutboundPacket.MAX_LENGTH : device.mtu();
        clock = builder.clock();
        nowNs = clock.getAsLong();
        allocator = builder.allocator;
        monitor = builder.monitor;
        addresses = config.addresses();
        timeWaitWatch = new TimeWaitWatch(config, monitor);
        commands = new CommandRing(device::wakeUp, thrown -> handlerFailed(null, thrown));
        shard = new Shard(
                config,
                secrets,
                index,
                count,
                count == 1 ? Handover.NONE : loops::handOver,
                device,
                this,
                tokens,
                builder.probe,
                nowNs);
    }

    // ------------------------------------------------------------------ the duty cycle

    /** One round; returns how much was done. */
    int doWork() {
        thread.driveBy(Thread.currentThread());
        if (stopped) {
            return 0;
        }
        inRound = true;
        try {
            return round();
        } catch (final DeviceException gone) {
            fail(gone.getMessage());
            return 1;
        } catch (final RuntimeException | Error broken) { // handlers are caught elsewhere: this is the stack itself
            handlerFailed(null, broken);
            fail("the stack has failed: " + broken);
            return 1;
        } finally {
            inRound = false;
        }
    }

    private int round() {
        nowNs = clock.getAsLong();
        if (doomed != null) {
            fail(doomed);
            return 1;
        }
        final int commanded = commands.drain(COMMANDS_PER_ROUND);
        final int received = receive();
        timerlessRounds = received < PACKETS_PER_ROUND && !device.mayHaveMore() ? 0 : timerlessRounds + 1;
        final int timers = timerlessRounds % MAX_TIMERLESS_ROUNDS == 0 ? timers() : 0;
        final int looked = look();
        shard.endBatch(nowNs);
        device.flush();
        timeWaitWatch.look(shard.counters(), nowNs);
        quiet = closing && connections.isEmpty() && shard.connectionCount() == 0;
        if (closing && (quiet && loops.areQuiet() || closeDeadlineNs - nowNs <= 0)) {
            stop();
        }
        return commanded + received + timers + looked;
    }

    /** First what others have handed over, which never has to wait; then no more than would find room with them. */
    private int receive() {
        if (inbox == null) {
            return device.receive(this, PACKETS_PER_ROUND);
        }
        final int taken = inbox.drain(takeOver, PACKETS_PER_ROUND);
        final int room = loops.room(this, PACKETS_PER_ROUND, largestPacket);
        held = room == 0;
        return taken + (held ? 0 : device.receive(this, room));
    }

    /** Whether the calling code runs inside a round: in a handler or a task. */
    boolean isInRound() {
        return thread.isMine() && inRound;
    }

    /** Lets the calling thread in for one call; false when somebody else is inside. Then {@link #leave}. */
    boolean tryEnter() {
        if (thread.tryEnter()) {
            nowNs = clock.getAsLong();
            return true;
        }
        return false;
    }

    void leave() {
        thread.leave();
    }

    /** Makes the calling thread the driver, unless there is one. */
    boolean becomeDriver() {
        return thread.isDriven() ? thread.isMine() : driveFromNowOn();
    }

    private boolean driveFromNowOn() {
        thread.driveBy(Thread.currentThread());
        return true;
    }

    private int timers() {
        final long deadlineNs = shard.nextDeadlineNs();
        if (deadlineNs == Long.MAX_VALUE || deadlineNs - nowNs > 0) {
            return 0;
        }
        shard.onTimeout(nowNs);
        return 1;
    }

    /** Looks at the connections that asked for it before this round; those that ask again wait for the next one. */
    private int look() {
        final int count = toLookAt.size();
        for (int i = 0; i < count; i++) {
            final LocalConnection connection = toLookAt.remove();
            connection.queued = false;
            connection.dispatch();
        }
        return count;
    }

    /** Sleeps until there is work, at most so long. */
    void await(final long timeoutNs) {
        final long deadlineNs = shard.nextDeadlineNs();
        final long untilDeadlineNs =
                deadlineNs == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(deadlineNs - clock.getAsLong(), 0);
        final long untilCloseNs = closing ? Math.max(closeDeadlineNs - clock.getAsLong(), 0) : Long.MAX_VALUE;
        final long sleepNs = Math.min(timeoutNs, Math.min(untilDeadlineNs, untilCloseNs));
        if (sleepNs <= 0 || stopped || !toLookAt.isEmpty() || !commands.fallAsleep()) {
            return;
        }
        if (inbox != null && (held || !inbox.isEmpty())) {
            commands.wokenUp();
            if (held && inbox.isEmpty()) { // the device would not let us sleep
                LockSupport.parkNanos(this, Math.min(sleepNs, HELD_NS));
            }
            return;
        }
        try {
            device.await(sleepNs);
        } catch (final DeviceException gone) {
            fail(gone.getMessage());
        } finally {
            commands.wokenUp();
        }
    }

    // ------------------------------------------------------------------ from the device and the shard

    @Override
    public void onPacket(final UnsafeBuffer buffer, final int offset, final int length, final PacketMetadata metadata) {
        shard.onPacket(buffer, offset, length, metadata, nowNs);
    }

    private void onHandedOver(
            final UnsafeBuffer buffer, final int offset, final int length, final PacketMetadata metadata) {
        shard.onHandedOver(buffer, offset, length, metadata, nowNs);
    }

    @Override
    public void onConnection(final long connection, final Object attachment, final int readiness) {
        if (attachment instanceof LocalConnection local) {
            local.raise(readiness);
            local.dispatch();
        }
    }

    @Override
    public void onListener(final long listener, final Object attachment) {
        ((LocalListener) attachment).acceptAll();
    }

    // ------------------------------------------------------------------ for connections and listeners

    /** The time of this round, in ns. */
    long nowNs() {
        return nowNs;
    }

    @Override
    public CommandRing commands() {
        return commands;
    }

    void wakeUp() {
        device.wakeUp();
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
        final LocalConnection connection = new LocalConnection(this, handler, from, remote, false);
        if (!executeNow(() -> open(connection, source, from.port(), config))) {
            throw new IllegalStateException("stack " + name + " has stopped");
        }
        return connection;
    }

    void checkThread() {
        if (!thread.isMine()) {
            throw new IllegalStateException("a connection belongs to its stack's thread; use execute()");
        }
    }

    /** Calls the handler of this connection in the next round. */
    void look(final LocalConnection connection) {
        if (!connection.queued) {
            connection.queued = true;
            toLookAt.add(connection);
        }
    }

    /** Opens a connection, unless it was closed before its turn came. */
    void open(final LocalConnection connection, final IpAddress local, final int localPort, final TcpConfig config) {
        connections.add(connection);
        if (!connection.isOpen()) {
            look(connection);
            return;
        }
        final TransportAddress remote = connection.remoteAddress();
        final long id = stopped
                ? -Errno.ENETDOWN
                : shard.connect(local, localPort, remote.address(), remote.port(), config, connection, nowNs);
        if (id > 0) {
            connection.opened(id);
        } else {
            connection.refused((int) -id, stopped ? "" : shard.portHolder());
        }
    }

    void opened(final LocalConnection connection, final boolean passive) {
        monitor.onOpened(connection, passive);
    }

    void closed(final LocalConnection connection, final int error, final long written, final long read) {
        monitor.onClosed(connection, error, written, read);
    }

    /** The application's code threw. {@code connection} is null when it was a task. */
    void handlerFailed(final LocalConnection connection, final Throwable thrown) {
        try {
            monitor.onHandlerFailure(connection, thrown);
        } catch (final RuntimeException ignored) {
            // a monitor that fails on failures is not asked again
        }
    }

    boolean execute(final Runnable task) {
        return !stopped && commands.offer(task);
    }

    @Override
    public boolean executeNow(final Runnable task) {
        if (stopped) {
            return false;
        }
        if (thread.isMine()) {
            task.run();
        } else if (tryEnter()) {
            try {
                task.run();
            } finally {
                leave();
            }
        } else {
            return offer(task);
        }
        return true;
    }

    private boolean offer(final Runnable task) {
        while (!commands.offer(task)) {
            if (stopped) {
                return false;
            }
            loops.relax(); // the loop drains the ring in every round
        }
        return true;
    }

    // ------------------------------------------------------------------ status

    StackStatistics statistics() {
        return new StackStatistics(
                shard.connectionCount(), shard.halfOpenCount(), shard.timeWaitCount(), shard.memoryInUseBytes());
    }

    SocketPage sockets(final long cursor, final Set<TcpState> states) {
        final List<SocketInfo> found = new ArrayList<>();
        final long next = shard.sockets(cursor, SOCKETS_PER_PAGE, states, row -> found.add(SocketInfo.of(row)), nowNs);
        return new SocketPage(found, next);
    }

    boolean isStopped() {
        return stopped;
    }

    String failure() {
        return failure;
    }

    // ------------------------------------------------------------------ the end

    /** Closes listeners and asks every connection to close; the loop ends once that is done or the time is over. */
    void beginClose(final long graceNs) {
        final long deadlineNs = clock.getAsLong() + graceNs;
        if (closing) {
            closeDeadlineNs = Math.min(deadlineNs - closeDeadlineNs, 0) + closeDeadlineNs; // may only come nearer
            return;
        }
        closing = true;
        closeDeadlineNs = deadlineNs;
        List.copyOf(listeners).forEach(LocalListener::close);
        connections.forEach(LocalConnection::askToClose);
    }

    /** Whether it is closing and nothing is left that somebody waits for: TIME-WAIT may be cut short. Any thread. */
    boolean isQuiet() {
        return quiet;
    }

    /** Resets what is left and ends. */
    private void stop() {
        connections.forEach(LocalConnection::abort);
        shard.abortAll(nowNs);
        shard.endBatch(nowNs);
        device.flush();
        end();
    }

    /** Another loop of the stack has failed: this one does so in its next round. Any thread. */
    void failSoon(final String reason) {
        doomed = reason;
        device.wakeUp();
    }

    /** The device has gone, or the stack is broken: nothing can be sent any more. */
    private void fail(final String reason) {
        failure = reason;
        try {
            if (loops.fail(this, reason)) {
                monitor.onStackFailure(reason, Errno.ENETDOWN);
            }
        } catch (final RuntimeException thrown) {
            handlerFailed(null, thrown);
        }
        connections.forEach(connection -> connection.endWith(Errno.ENETDOWN));
        end();
    }

    private void end() {
        stopped = true;
        while (commands.drain(COMMANDS_PER_ROUND) + look() > 0) {
            Thread.onSpinWait(); // what they ask for now is refused, so this ends
        }
        shard.close();
        tokens.releaseAll();
        device.close();
        whenStopped.countDown();
    }
}
