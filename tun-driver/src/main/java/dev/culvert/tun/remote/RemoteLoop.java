package dev.culvert.tun.remote;

import dev.culvert.tcp.TcpConfig;
import dev.culvert.tun.Acceptor;
import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.Listener;
import dev.culvert.tun.Network;
import dev.culvert.tun.StackLane;
import dev.culvert.tun.TransportAddress;
import dev.culvert.tun.ring.CommandRing;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * A stack's connections on a thread of yours: the same handlers as on the stack's own thread, fed through bounded rings in
 * both directions. Call {@link #run}, or {@link #doWork} and {@link #await} from a loop; the first caller's thread is the
 * one that the handlers are called on. Several loops may share a stack.
 */
public final class RemoteLoop implements Network, AutoCloseable {
    private static final int COMMANDS_PER_ROUND = 256;

    private final CulvertStack stack;
    private final CommandRing commands = new CommandRing(this::wakeUp, RemoteLoop::failed);
    private final Long2ObjectHashMap<RemoteConnection> connections = new Long2ObjectHashMap<>();
    private final Collection<Listener> listeners = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<RemoteConnection> toLookAt = new ArrayDeque<>();
    private volatile Thread thread;
    private volatile boolean bellLost;
    private volatile boolean closeWanted;
    private volatile boolean closed;

    /** A loop over a stack, which somebody else drives. */
    public RemoteLoop(final CulvertStack stack) {
        this.stack = stack;
    }

    private static void failed(final Throwable failure) {
        System.getLogger("dev.culvert").log(System.Logger.Level.ERROR, "task failed", failure);
    }

    // ------------------------------------------------------------------ driving

    /** One round: answers up to 256 bells and calls the handlers; never waits. Returns how much was done. */
    public int doWork() {
        if (thread == null) {
            thread = Thread.currentThread();
        }
        checkThread();
        int work = commands.drain(COMMANDS_PER_ROUND);
        if (closeWanted) {
            closeNow();
        }
        if (bellLost) {
            bellLost = false;
            connections.values().forEach(this::look);
        }
        final int count = toLookAt.size();
        for (int i = 0; i < count; i++) {
            toLookAt.remove().dispatch();
            work++;
        }
        return work;
    }

    /** Sleeps until there is work, at most {@code timeoutNs}. May return early. */
    public void await(final long timeoutNs) {
        checkThread();
        if (toLookAt.isEmpty() && !bellLost && !closeWanted && commands.fallAsleep()) {
            LockSupport.parkNanos(this, timeoutNs);
            commands.wokenUp();
        }
    }

    /** Drives the loop until {@link #close} is called or the thread interrupted. */
    public void run() {
        while (!closed && !Thread.currentThread().isInterrupted()) {
            if (doWork() == 0) {
                await(Long.MAX_VALUE);
            }
        }
    }

    /** Makes the current or the next {@link #await} return at once. Any thread. */
    public void wakeUp() {
        final Thread sleeper = thread;
        if (sleeper != null) {
            LockSupport.unpark(sleeper);
        }
    }

    /** Runs something on the loop's thread; false when too much is waiting or the loop is closed. Any thread. */
    public boolean execute(final Runnable task) {
        return !closed && commands.offer(task);
    }

    /**
     * Stops listening, resets every connection and ends {@link #run}. Happens on the loop's thread: from another one it is
     * only asked for, however much is waiting there.
     */
    @Override
    public void close() {
        closeWanted = true;
        if (thread == null || thread == Thread.currentThread()) {
            closeNow();
        } else {
            wakeUp();
        }
    }

    private void closeNow() {
        if (!closed) {
            closed = true;
            listeners.forEach(Listener::close);
            List.copyOf(connections.values()).forEach(RemoteConnection::endNow);
        }
    }

    // ------------------------------------------------------------------ connections

    @Override
    public Listener listen(
            final TransportAddress local, final int backlog, final TcpConfig config, final Acceptor acceptor)
            throws IOException {
        return listen(acceptor, remote -> stack.listen(local, backlog, config, remote));
    }

    @Override
    public Listener listen(final int port, final int backlog, final TcpConfig config, final Acceptor acceptor)
            throws IOException {
        return listen(acceptor, remote -> stack.listen(port, backlog, config, remote));
    }

    /** One of the stack's ways to listen. */
    @FunctionalInterface
    private interface Opening {
        Listener open(Acceptor acceptor) throws IOException;
    }

    private Listener listen(final Acceptor acceptor, final Opening opening) throws IOException {
        final RemoteAcceptor remote = new RemoteAcceptor(this, acceptor);
        return stack.call(() -> {
            final Listener listener = opening.open(remote);
            remote.listener(listener);
            listeners.add(listener);
            return listener;
        });
    }

    @Override
    public Connection connect(
            final TransportAddress local,
            final TransportAddress remote,
            final TcpConfig config,
            final ConnectionHandler handler) {
        final StackLane lane = stack.lane(local, remote);
        final RemoteConnection connection = new RemoteConnection(this, lane, handler, local, remote);
        final PipeHandler stackSide = connection.stackSide();
        if (!lane.executeNow(() -> stackSide.attachTo(lane.connect(local, remote, config, stackSide)))) {
            throw new IllegalStateException("stack " + stack.name() + " has stopped");
        }
        if (thread == null || thread == Thread.currentThread()) {
            adopt(connection);
        } else if (!execute(() -> adopt(connection))) {
            stackSide.pipe().abort();
            throw new IllegalStateException("the loop has closed or too much is waiting");
        }
        return connection;
    }

    // ------------------------------------------------------------------ for connections

    CulvertStack stack() {
        return stack;
    }

    ByteBufAllocator allocator() {
        return stack.allocator();
    }

    CommandRing commands() {
        return commands;
    }

    /** The stack's thread could not ring: the loop looks at every connection. */
    void bellLost() {
        bellLost = true;
        wakeUp();
    }

    void adopt(final RemoteConnection connection) {
        connections.put(connection.id(), connection);
        commands.register(connection.id(), connection::onBell);
        look(connection);
    }

    void forget(final RemoteConnection connection) {
        connections.remove(connection.id());
        commands.unregister(connection.id());
    }

    void look(final RemoteConnection connection) {
        if (connection.queue()) {
            toLookAt.add(connection);
        }
    }

    void checkThread() {
        if (thread != null && thread != Thread.currentThread()) {
            throw new IllegalStateException("a connection belongs to its loop's thread; use execute()");
        }
    }

    /** Connections that the loop has not ended. Loop's thread. */
    public List<Connection> connections() {
        return new ArrayList<>(connections.values());
    }
}
