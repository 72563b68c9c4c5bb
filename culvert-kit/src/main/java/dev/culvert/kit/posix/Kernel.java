package dev.culvert.kit.posix;

import dev.culvert.env.Errno;
import dev.culvert.kit.script.VirtualStack;
import dev.culvert.shard.Shard;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.ConnectionInfo;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.IpAddress;
import java.util.List;

/** What the calls share: the stack, the process's descriptors, the calls that block and the settings. Single-threaded. */
final class Kernel {
    final Descriptors files = new Descriptors();
    final PendingCalls pending = new PendingCalls();
    final List<IpAddress> addresses;
    private final int mtuBytes;
    private final boolean offload;
    private final long seed;
    final Settings settings = new Settings();
    private final Wakeups wakeups = new Wakeups(this);
    private final ConnectionInfo queueInfo = new ConnectionInfo();
    VirtualStack stack;

    Kernel(
            final List<IpAddress> addresses,
            final int mtuBytes,
            final boolean offload,
            final long seed,
            final long startNs) {
        this.offload = offload;
        this.addresses = List.copyOf(addresses);
        this.mtuBytes = mtuBytes;
        this.seed = seed;
        stack = newStack(startNs);
    }

    private VirtualStack newStack(final long startNs) {
        final ShardConfig config = ShardConfig.of(addresses.toArray(new IpAddress[0]))
                .withMtu(mtuBytes, mtuBytes)
                .withOffload(offload)
                .withTcp(settings.tcp());
        final VirtualStack made = new VirtualStack(config, seed, startNs);
        made.onReady(wakeups::onConnection);
        return made;
    }

    Shard shard() {
        return stack.shard();
    }

    long nowNs() {
        return stack.nowNs();
    }

    /** Drops everything without a packet; time goes on. */
    void reset() {
        final long nowNs = nowNs();
        files.clear();
        pending.clear();
        shard().close();
        stack = newStack(nowNs);
        settingsChanged();
    }

    // ------------------------------------------------------------------ calls

    SystemCall call(final String name) {
        return new SystemCall(name, nowNs());
    }

    SystemCall done(final SystemCall call, final long result) {
        return call.finish(result, nowNs());
    }

    SystemCall fail(final SystemCall call, final int errno) {
        return call.fail(errno, nowNs());
    }

    /** The socket behind a descriptor; null after the call was ended with EBADF or ENOTSOCK. */
    TcpSocket socket(final SystemCall call, final int fd) {
        final Descriptors.OpenFile file = files.get(fd);
        if (file instanceof TcpSocket socket) {
            observe(socket);
            return socket;
        }
        fail(call, file == null ? LinuxConstants.EBADF : LinuxConstants.ENOTSOCK);
        return null;
    }

    /** Bytes written that the peer has, or never will: nothing refers to them any more. */
    long acknowledged(final TcpSocket socket) {
        final boolean queued = socket.connection != TcpSocket.NONE && shard().info(socket.connection, queueInfo) == 0;
        return queued ? socket.written - queueInfo.sendQueueBytes : socket.written;
    }

    /** Something has happened: calls that wait try again. */
    void happened() {
        wakeups.lookAround();
        pending.retry(nowNs());
    }

    /** The settings have changed: what is opened from now on starts from them. */
    void settingsChanged() {
        shard().configure(settings.tcp());
        shard().ephemeralPorts(settings.firstEphemeral, settings.lastEphemeral);
        shard().reservedPorts(settings.reservedPorts);
        final long[] keys = settings.fastOpenKeys;
        if (keys.length > 0) {
            shard().fastOpenKeys(keys[0], keys[1], keys[keys.length - 2], keys[keys.length - 1]);
        }
        for (final Descriptors.OpenFile file : files.open()) {
            if (file instanceof TcpSocket socket && socket.isListening()) {
                configureListeners(socket);
            }
        }
    }

    /** The options of a listener have changed. */
    void configureListeners(final TcpSocket socket) {
        if (socket.listener != TcpSocket.NONE) {
            final boolean v4 = socket.local.isV4();
            shard().configureListener(socket.listener, socket.options.applyTo(settings, v4));
        }
        if (socket.listenerV4 != TcpSocket.NONE) {
            shard().configureListener(socket.listenerV4, socket.options.applyTo(settings, true));
        }
    }

    /** Connections that wait to be accepted. */
    int waiting(final TcpSocket socket) {
        return Math.max(0, socket.listener == TcpSocket.NONE ? 0 : shard().waiting(socket.listener))
                + Math.max(0, socket.listenerV4 == TcpSocket.NONE ? 0 : shard().waiting(socket.listenerV4));
    }

    /** Runs a call that may have to wait, at most {@code timeoutUs} (0: without end). */
    SystemCall run(
            final SystemCall call,
            final boolean nonBlocking,
            final long timeoutUs,
            final PendingCalls.Attempt attempt,
            final PendingCalls.Attempt tooLate) {
        attempt.run(call);
        if (!call.isFinished()) {
            if (nonBlocking) {
                tooLate.run(call);
            } else {
                final long deadline = timeoutUs == 0 ? PendingCalls.NEVER : nowNs() + timeoutUs * 1_000L;
                pending.add(call, attempt, deadline, tooLate);
            }
        }
        return call;
    }

    // ------------------------------------------------------------------ what became of a connection

    /** Takes note of what has happened to the connection since the last call. */
    void observe(final TcpSocket socket) {
        if (socket.connection == TcpSocket.NONE || socket.endSeen) {
            return;
        }
        final boolean peerClosed = (stack.readiness(socket.connection) & Readiness.PEER_CLOSED) != 0;
        socket.done |= peerClosed;
        socket.receiveShutdown |= peerClosed;
        final TcpState state = shard().state(socket.connection);
        if (state == TcpState.CLOSED || state == TcpState.TIME_WAIT) {
            socket.endSeen = true;
            final int error = state == TcpState.CLOSED ? shard().error(socket.connection) : Errno.OK;
            // As tcp_reset() has it: whoever has read the end of the text can only be surprised while writing.
            socket.error = error == Errno.ECONNRESET && peerClosed && !socket.sendShutdown ? Errno.EPIPE : error;
            socket.receiveShutdown = true;
            socket.sendShutdown = true;
        }
    }

    /** The state of the connection; CLOSED where there is none or it has ended, TIME-WAIT included, LISTEN for a listener. */
    TcpState state(final TcpSocket socket) {
        if (socket.isListening()) {
            return TcpState.LISTEN;
        }
        if (socket.connection == TcpSocket.NONE) {
            return TcpState.CLOSED;
        }
        final TcpState state = shard().state(socket.connection);
        return state == TcpState.TIME_WAIT ? TcpState.CLOSED : state;
    }
}
