package dev.culvert.shard;

import dev.culvert.buffer.Memory;
import dev.culvert.buffer.PayloadOwner;
import dev.culvert.counters.Counters;
import dev.culvert.env.Errno;
import dev.culvert.env.Secrets;
import dev.culvert.ip.EchoListener;
import dev.culvert.ip.Handover;
import dev.culvert.ip.IcmpInput;
import dev.culvert.ip.IcmpOutput;
import dev.culvert.ip.IpInput;
import dev.culvert.ip.IpOutput;
import dev.culvert.ip.LocalAddresses;
import dev.culvert.tcp.ApplicationEvents;
import dev.culvert.tcp.BufferTuning;
import dev.culvert.tcp.ConnectionInfo;
import dev.culvert.tcp.FlowOwner;
import dev.culvert.tcp.Listener;
import dev.culvert.tcp.MemoryLevels;
import dev.culvert.tcp.Probe;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.WantedFlow;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.PacketSink;
import java.util.BitSet;
import java.util.Set;
import java.util.function.Consumer;
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
    /** How often a batch goes round while it produces new work for itself over loopback. */
    private static final int MAX_ROUNDS = 16;

    /** Segments with text per batch: the answers to them must fit the device's queue beside everything else. */
    private static final int SEGMENTS_PER_BATCH = 256;

    private final FlowOwner owner;
    private final ApplicationEvents events;
    private final Counters counters = new Counters();
    private final Memory memory;
    private final LocalAddresses addresses;
    private final TcpContext context;
    private final TcpRooms tcp;
    private final IpOutput ipOutput;
    private final IcmpOutput icmpOutput;
    private final IcmpInput icmpInput;
    private final IpInput ipInput;
    private final SocketList sockets;

    /** A stack of one shard, without connections; parameters as below. */
    public Shard(
            final ShardConfig config,
            final Secrets secrets,
            final PacketSink sink,
            final ApplicationEvents events,
            final PayloadOwner payloadOwner,
            final Probe probe,
            final long nowNs) {
        this(config, secrets, 0, 1, Handover.NONE, sink, events, payloadOwner, probe, nowNs);
    }

    /**
     * One shard of a stack, without connections.
     *
     * @param config the same for all shards, but for what {@link ShardConfig#shareOf} divides
     * @param secrets keys, the same for all shards of one stack
     * @param shardId which of the stack's shards this is, from 0
     * @param shardCount how many there are, 1 to {@link FlowOwner#MAX_SHARDS}
     * @param handover who takes packets that belong to another shard
     * @param sink where packets go
     * @param events who hears of readiness
     * @param payloadOwner who gets lent memory back
     * @param probe who watches
     * @param nowNs the time
     * @throws IllegalArgumentException when several shards have no {@link Handover}
     */
    public Shard(
            final ShardConfig config,
            final Secrets secrets,
            final int shardId,
            final int shardCount,
            final Handover handover,
            final PacketSink sink,
            final ApplicationEvents events,
            final PayloadOwner payloadOwner,
            final Probe probe,
            final long nowNs) {
        if (shardCount > 1 && handover == Handover.NONE) {
            throw new IllegalArgumentException(shardCount + " shards need a way to hand packets over");
        }
        owner = new FlowOwner(secrets, shardId, shardCount);
        this.events = events;
        memory = new Memory(config.memoryLimitBytes());
        addresses = new LocalAddresses(config.addresses(), config.mtuBytes());
        final TcpContext.Limits limits = new TcpContext.Limits(
                config.maxPacketBytes() > config.mtuBytes() ? config.maxPacketBytes() : 0,
                config.maxHalfOpen(),
                config.maxTimeWait(),
                config.timeWaitOverflow(),
                config.ephemeralLow(),
                config.ephemeralHigh());
        context = new TcpContext(
                config.tcp(), secrets, owner, counters, memory, payloadOwner, addresses, probe, limits, nowNs);
        ipOutput = new IpOutput(counters, memory, addresses, owner, config.mtuBytes(), sink);
        sockets = new SocketList(context);
        tcp = new TcpRooms(context, ipOutput, config.checksumOffload());
        icmpOutput = new IcmpOutput(counters, ipOutput, owner::identification, nowNs);
        icmpInput = new IcmpInput(counters, icmpOutput, tcp.icmpArrives);
        ipInput = new IpInput(counters, addresses, owner, handover, icmpOutput, icmpInput, tcp.segmentArrives);
    }

    // ------------------------------------------------------------------ happenings

    /**
     * A packet has come in: {@code length} bytes at {@code offset}, valid during the call, or until the next {@link #endBatch} has
     * returned where the metadata says that they stay.
     */
    public void onPacket(
            final UnsafeBuffer buffer,
            final int offset,
            final int length,
            final PacketMetadata metadata,
            final long now) {
        context.nowNs = now;
        ipInput.arrive(buffer, offset, length, metadata, now);
    }

    /**
     * A packet that had come to another shard and is for this one, as {@link Handover} took it: {@code length} bytes at
     * {@code offset}, valid during the call.
     */
    public void onHandedOver(
            final UnsafeBuffer buffer,
            final int offset,
            final int length,
            final PacketMetadata metadata,
            final long now) {
        context.nowNs = now;
        ipInput.takeOver(buffer, offset, length, metadata, now);
    }

    /** Time has passed: runs every timer whose deadline is at or before {@code now}. {@link #endBatch} must follow. */
    public void onTimeout(final long now) {
        context.nowNs = now;
        context.timers.expire(now, tcp.timerExpiry);
        tcp.rowTimeouts.expire(now);
        ipInput.onTimeout(now);
    }

    /**
     * Ends a batch of happenings and calls: packets between our own addresses are processed, the application is told what
     * became ready, and every connection with something to say sends what it may: 256 segments with text at most, and no more than
     * the device has room for. What had to wait is due at once ({@link #nextDeadlineNs}), or when there is room again.
     */
    public void endBatch(final long now) {
        context.nowNs = now;
        context.tellWhoAwaitsMemory();
        tcp.transmitter.beginBatch(SEGMENTS_PER_BATCH);
        for (int round = 0; round < MAX_ROUNDS && hasWork() && mayTransmit(); round++) {
            for (int i = ipOutput.waitingForUs(); i > 0; i--) {
                ipOutput.takeForUs(ipInput, now);
            }
            tellApplication();
            transmit(now);
        }
        context.pieces.settle();
        context.tellWhoAwaitsMemory(); // in the next batch, which is due at once then
        context.recycle();
    }

    private boolean mayTransmit() {
        return tcp.transmitter.hasQuota() && ipOutput.hasRoom();
    }

    private void transmit(final long now) {
        while (mayTransmit()) {
            final Tcb tcb = context.nextDirty();
            if (tcb == null) {
                return;
            }
            tcp.transmitter.run(tcb, now);
        }
    }

    private boolean hasWork() {
        return ipOutput.waitingForUs() > 0
                || !context.ready.isEmpty()
                || !context.acceptable.isEmpty()
                || !context.dirty.isEmpty();
    }

    private void tellApplication() {
        for (Listener listener = context.nextAcceptable(); listener != null; listener = context.nextAcceptable()) {
            if (context.listeners.get(listener.id) == listener && listener.waiting() > 0) {
                events.onListener(listener.id, listener.attachment);
            }
        }
        for (Tcb tcb = context.nextReady(); tcb != null; tcb = context.nextReady()) {
            if (tcb.isOpen()) {
                final int readiness = tcb.readiness;
                tcb.readiness = 0;
                events.onConnection(tcb.id, tcb.attachment, readiness);
            }
        }
    }

    // ------------------------------------------------------------------ questions

    /** When {@link #onTimeout} must be called next, in ns; {@code Long.MAX_VALUE}: not before something else happens. */
    public long nextDeadlineNs() {
        if (hasWork() && ipOutput.hasRoom()) {
            return context.nowNs;
        }
        final long rows = Math.min(context.halfOpen.rows.nextDeadlineNs(), context.timeWait.nextDeadlineNs());
        return Math.min(Math.min(context.timers.nextDeadlineNs(), rows), ipInput.nextDeadlineNs());
    }

    /** The counters; readable from any thread. */
    public Counters counters() {
        return counters;
    }

    /** Which of the stack's shards this is, from 0. */
    public int shardId() {
        return owner.shardId();
    }

    /**
     * The shard that an active OPEN with this local port has to be asked of. Any thread.
     *
     * @param local null or unspecified: the address that the stack would choose
     */
    public int ownerOf(final IpAddress local, final int localPort, final IpAddress remote, final int remotePort) {
        final IpAddress source = local == null || local.isAny() ? addresses.sourceFor(remote) : local;
        if (source == null) {
            return owner.shardId(); // which will say what is wrong
        }
        final WantedFlow flow = new WantedFlow();
        flow.set(source.hi(), source.lo(), remote.hi(), remote.lo(), remotePort);
        flow.localPort(localPort);
        return owner.of(flow);
    }

    /** How many shards the stack has. */
    public int shardCount() {
        return owner.shardCount();
    }

    /** Connections with a control block: neither half-open nor in TIME-WAIT. */
    public int connectionCount() {
        return context.connections.size();
    }

    /** Rows in TIME-WAIT. */
    public int timeWaitCount() {
        return context.timeWait.size();
    }

    /** Rows in the SYN queue. */
    public int halfOpenCount() {
        return context.halfOpen.rows.size();
    }

    /** Off-heap memory that the shard has taken, in bytes. */
    public long memoryInUseBytes() {
        return memory.inUseBytes();
    }

    /** Pieces of payload in all buffers, and segments in flight; 0 when nothing is queued anywhere. */
    public int buffersInUse() {
        return context.pieces.livePieces() + context.segmentsInFlight();
    }

    /** Connections that have a timer running, or had one that the wheel has not yet reached. */
    public int timersInUse() {
        return context.timers.nodes();
    }

    /**
     * Lists listeners, connections, half-open rows and TIME-WAIT, some at a time, so that a million of them do not keep the
     * stack from its work. What is there from the first to the last call is listed at least once; what comes or goes meanwhile
     * may be, and a row in TIME-WAIT may be listed twice.
     *
     * @param cursor 0, or what the previous call has returned
     * @param most places to look at, at least 1; listeners are not counted
     * @param states which ones
     * @param visitor gets each one, in an object that is good during the visit
     * @return the cursor of the next call; negative: that was all
     */
    public long sockets(
            final long cursor,
            final int most,
            final Set<TcpState> states,
            final Consumer<SocketRow> visitor,
            final long now) {
        return sockets.walk(cursor, most, states, visitor, now);
    }

    // ------------------------------------------------------------------ calls: RFC 9293 §3.10.1, OPEN

    /**
     * Passive OPEN: waits for connections to a port. Of several shards each one accepts its own connections: whoever opens a
     * listener opens it on all of them, with the same port, and takes it back where one refuses.
     *
     * @param local one of our addresses, or {@code IpAddress.ANY_V4} or {@code ANY_V6}
     * @param port 1 to 65,535; 0 picks a free one
     * @param backlog connections that may wait for {@link #accept}, at least 1
     * @param config what its connections start from; null: the shard's configuration
     * @return the listener's identifier, {@code -EADDRINUSE}, {@code -EADDRNOTAVAIL} or {@code -EINVAL}
     */
    public long listen(
            final IpAddress local, final int port, final int backlog, final TcpConfig config, final Object attachment) {
        return tcp.open.listen(local, port, backlog, config, attachment);
    }

    /** As above at this time, which says what is left of TIME-WAIT; otherwise the time of the latest happening counts. */
    public long listen(
            final IpAddress local,
            final int port,
            final int backlog,
            final TcpConfig config,
            final Object attachment,
            final long now) {
        context.nowNs = now;
        return listen(local, port, backlog, config, attachment);
    }

    /**
     * Whether a listener could have this port now, as {@code bind(2)} wants to know before.
     *
     * @return 0, or {@code -EADDRINUSE}: {@link #portHolder} says who has it
     */
    public int mayListen(final IpAddress local, final int port, final TcpConfig config) {
        return tcp.open.mayListen(local, port, config) ? 0 : -Errno.EADDRINUSE;
    }

    /**
     * Who kept the last {@link #listen} or {@link #connect} that named a local port from having it, in words for an error
     * message, and by which rule: "a listener on 0.0.0.0:80; SO_REUSEPORT is off", "the connection 10.0.0.2:80 to
     * 10.0.0.1:4000 in TIME-WAIT, 41 s left; SO_REUSEADDR is off"; empty: nobody.
     */
    public String portHolder() {
        return tcp.open.holder();
    }

    /** Changes what the connections of a listener start from; null: the shard's configuration. */
    public int configureListener(final long listener, final TcpConfig config) {
        final Listener found = context.listeners.get(listener);
        if (found == null) {
            return -Errno.EBADF;
        }
        found.config = config;
        return 0;
    }

    /** Connections of a listener that wait for {@link #accept}, or {@code -EBADF}. */
    public int waiting(final long listener) {
        final Listener found = context.listeners.get(listener);
        return found == null ? -Errno.EBADF : found.waiting();
    }

    /** Next established connection of a listener, or {@code -EAGAIN}. The attachment becomes the connection's. */
    public long accept(final long listener, final Object attachment) {
        final Listener found = context.listeners.get(listener);
        if (found == null) {
            return -Errno.EBADF;
        }
        final Tcb tcb = found.dequeue();
        if (tcb == null) {
            return -Errno.EAGAIN;
        }
        tcb.attachment = attachment;
        context.tell(tcb, 0); // what happened while it waited
        return tcb.id;
    }

    /** Stops listening. Connections that nobody has accepted are reset. */
    public int closeListener(final long listener, final long now) {
        final Listener found = context.listeners.get(listener);
        if (found == null) {
            return -Errno.EBADF;
        }
        context.listeners.remove(found);
        context.ports.forget();
        context.moved(found, TcpState.LISTEN, TcpState.CLOSED);
        abortWaiting(found, now);
        return 0;
    }

    private void abortWaiting(final Listener listener, final long now) {
        for (Tcb tcb = listener.dequeue(); tcb != null; tcb = listener.dequeue()) {
            tcp.close.abort(tcb, now);
        }
    }

    /**
     * Active OPEN of a passive one (RFC 9293 §3.10.1, LISTEN STATE): stops listening and connects from its address and port.
     * Connections that nobody has accepted are reset.
     *
     * @return the connection's identifier; {@code -EBADF}, or what {@link #connect} refuses with: then it still listens
     */
    public long connectListener(
            final long listener,
            final IpAddress remote,
            final int remotePort,
            final Object attachment,
            final long now) {
        final Listener found = context.listeners.get(listener);
        if (found == null) {
            return -Errno.EBADF;
        }
        final long connection = tcp.open.activate(found, remote, remotePort, attachment, now);
        if (connection > 0) {
            abortWaiting(found, now);
        }
        return connection;
    }

    /**
     * As a second {@code listen(2)}: changes how many connections may wait; those that wait already keep waiting.
     *
     * @param backlog at least 1
     * @return 0, {@code -EBADF} or {@code -EINVAL}
     */
    public int backlog(final long listener, final int backlog) {
        final Listener found = context.listeners.get(listener);
        if (found == null || backlog < 1) {
            return found == null ? -Errno.EBADF : -Errno.EINVAL;
        }
        found.backlog(backlog);
        return 0;
    }

    /** The port that a listener waits on, or {@code -EBADF}. */
    public int listenerPort(final long listener) {
        final Listener found = context.listeners.get(listener);
        return found == null ? -Errno.EBADF : found.port;
    }

    /**
     * Active OPEN: sends a SYN and returns; {@code CONNECTED} or {@code CLOSED} follows. Of several shards each one picks among
     * the ports that make the connection its own; a port that is named must do so too ({@link FlowOwner} tells).
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
            final long now) {
        context.nowNs = now;
        return tcp.open.connect(local, localPort, remote, remotePort, config, attachment, null, 0, 0, now);
    }

    /**
     * As {@link #connect}, with the first bytes to send, all of which are taken. With {@code TcpConfig.fastOpenClient} and a
     * cookie of that server they go on the SYN (RFC 7413); the server may then get them twice, so they must be such that this
     * does no harm (§6.1). Without a cookie the SYN asks for one, and the bytes follow the handshake.
     *
     * @param length 0: only asks for a cookie
     * @return as {@link #connect}; {@code -EMSGSIZE} when the send buffer does not hold as much, {@code -ENOBUFS} when memory
     *     has run out
     */
    public long connectWith(
            final IpAddress local,
            final int localPort,
            final IpAddress remote,
            final int remotePort,
            final TcpConfig config,
            final Object attachment,
            final DirectBuffer source,
            final int offset,
            final int length,
            final long now) {
        if (length < 0) {
            return -Errno.EINVAL;
        }
        context.nowNs = now;
        return tcp.open.connect(local, localPort, remote, remotePort, config, attachment, source, offset, length, now);
    }

    /**
     * How many bytes {@link #connectWith} can put on a SYN to this server now; 0: there is no cookie of its (RFC 7413 §4.2.1).
     *
     * @param cookieless whether the connection does without ({@link TcpConfig#fastOpenCookieless})
     */
    public int fastOpenBytes(final IpAddress remote, final boolean cookieless, final long now) {
        return tcp.open.fastOpenBytes(remote.hi(), remote.lo(), cookieless, now);
    }

    /**
     * The keys of the Fast Open cookies that listeners give out, for servers that share them. Without a call they follow from
     * the secrets and change by themselves.
     *
     * @param k0 first 8 bytes of the key, little-endian
     * @param k1 last 8 bytes
     * @param old0 and {@code old1}: a key whose cookies are still good; the same again where there is none
     */
    public void fastOpenKeys(final long k0, final long k1, final long old0, final long old1) {
        context.fastOpenKeys.choose(k0, k1, old0, old1);
    }

    // ------------------------------------------------------------------ calls: §3.10.2, SEND

    /**
     * Queues a copy of the bytes for sending.
     *
     * @return bytes taken, possibly fewer than offered; {@code -EAGAIN} when the buffer is full ({@code WRITABLE} follows),
     *     {@code -ENOBUFS} when memory has run out, {@code -EPIPE} after the write side was closed, or the connection's error
     */
    public int send(final long connection, final DirectBuffer source, final int offset, final int length) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? -Errno.EBADF : tcp.send.copy(tcb, source, offset, length, false);
    }

    /** As {@link #send}; more follows at once, so that a short segment waits for it in this batch (MSG_MORE). */
    public int sendMore(final long connection, final DirectBuffer source, final int offset, final int length) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? -Errno.EBADF : tcp.send.copy(tcb, source, offset, length, true);
    }

    /**
     * Ends a record: no segment carries both bytes sent before and bytes sent after this call (MSG_EOR). Nothing where all of
     * them have left already.
     */
    public int endRecord(final long connection) {
        final Tcb tcb = context.get(connection);
        if (tcb == null) {
            return -Errno.EBADF;
        }
        tcp.send.endRecord(tcb);
        return Errno.OK;
    }

    /**
     * Holds short segments back until the cork is drawn (TCP_CORK), at most for a retransmission timeout of 200 ms to 1 s
     * while nothing is in flight.
     */
    public int cork(final long connection, final boolean corked) {
        final Tcb tcb = context.get(connection);
        if (tcb == null) {
            return -Errno.EBADF;
        }
        tcp.send.cork(tcb, corked);
        return 0;
    }

    /**
     * Queues off-heap memory for sending without copying it. The stack reads it until the {@code PayloadOwner} gets the
     * token, which is not negative, back, once per call that returned a positive number. When fewer bytes are taken than
     * offered, the rest needs a call, and a token, of its own.
     *
     * @return as {@link #send}
     */
    public int sendReference(final long connection, final long address, final int length, final long token) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? -Errno.EBADF : tcp.send.lend(tcb, address, length, token);
    }

    /** Bytes that {@link #send} would take now, or a negative errno. */
    public int sendSpace(final long connection) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? -Errno.EBADF : tcp.send.space(tcb);
    }

    /** Bytes that wait in the send buffer until the peer acknowledges them, sent or not, or a negative errno. */
    public int sendQueue(final long connection) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? -Errno.EBADF : tcb.snd.buffer.size();
    }

    // ------------------------------------------------------------------ calls: §3.10.3, RECEIVE

    /**
     * Copies received text.
     *
     * @return bytes copied; 0 at the end of the text (the peer has closed); {@code -EAGAIN} when nothing has come; or the
     *     connection's error, after everything that had arrived was read
     */
    public int receive(final long connection, final MutableDirectBuffer target, final int offset, final int length) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? -Errno.EBADF : tcp.receive.copy(tcb, target, offset, length);
    }

    /** Copies received text and leaves it to be received; answers as {@link #receive}. */
    public int peek(final long connection, final MutableDirectBuffer target, final int offset, final int length) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? -Errno.EBADF : tcp.receive.peek(tcb, target, offset, length);
    }

    /**
     * Shows received text where it lies, and leaves it to be received: as much of what comes next as lies together. It stays there
     * until the next call for this connection or the end of the batch.
     *
     * @param view is wrapped around the text if there is any
     * @return bytes in view; otherwise as {@link #receive}
     */
    public int view(final long connection, final DirectBuffer view) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? -Errno.EBADF : tcp.receive.view(tcb, view);
    }

    /**
     * Receives text that is not wanted, or was seen by {@link #view}, without a copy, as {@code recv} with MSG_TRUNC on Linux.
     *
     * @param length the most that is taken
     * @return bytes taken; otherwise as {@link #receive}
     */
    public int skip(final long connection, final int length) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? -Errno.EBADF : tcp.receive.skip(tcb, length);
    }

    /** Bytes that {@link #receive} would give now; 0 at the end of the text; or a negative errno. */
    public int receivable(final long connection) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? -Errno.EBADF : tcp.receive.available(tcb);
    }

    /**
     * The application wants no more text: what is there can be read, then comes the end. Text that arrives after our own FIN
     * is answered with a reset, as Linux does.
     */
    public int shutdownRead(final long connection) {
        final Tcb tcb = context.get(connection);
        if (tcb == null) {
            return -Errno.EBADF;
        }
        tcp.receive.shutdown(tcb);
        return 0;
    }

    /** Acknowledges the next segments at once, or as late as allowed, until the connection knows better (TCP_QUICKACK). */
    public int quickAck(final long connection, final boolean quick) {
        final Tcb tcb = context.get(connection);
        if (tcb == null) {
            return -Errno.EBADF;
        }
        tcp.acks.quick(tcb, quick);
        return 0;
    }

    // ------------------------------------------------------------------ calls: urgent data, §3.8.5 and RFC 6093

    /**
     * SEND with the urgent flag ({@code MSG_OOB}): everything up to the end of these bytes is announced as urgent until it
     * is acknowledged. New applications should not use it (SHLD-13).
     *
     * @return as {@link #send}
     */
    public int sendUrgent(final long connection, final DirectBuffer source, final int offset, final int length) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? -Errno.EBADF : tcp.urgent.send(tcb, source, offset, length);
    }

    /**
     * Bytes up to the end of the urgent data that the peer has announced and the application has not read, whether they have
     * arrived or not; 0: there is none (MUST-33). {@code URGENT} tells when it begins and when it moves on.
     */
    public int urgentRemaining(final long connection) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? -Errno.EBADF : tcp.urgent.remaining(tcb);
    }

    /**
     * Whether the next byte to {@link #receive} is the last urgent one, as SIOCATMARK. A call to {@code receive} never reads
     * across this mark: it stops before it.
     */
    public boolean atUrgentMark(final long connection) {
        final Tcb tcb = context.get(connection);
        return tcb != null && tcp.urgent.atMark(tcb);
    }

    /**
     * Where urgent data is not in-line ({@code TcpConfig.urgentInline}): the last urgent byte, as {@code recv(MSG_OOB)}. It
     * has no place in the stream that {@link #receive} gives, and is lost once that has been read beyond it.
     *
     * @param keep whether it can be asked for again ({@code MSG_PEEK})
     * @return 0 to 255; {@code -EAGAIN}: announced, but yet to come; {@code -EINVAL}: nothing urgent, taken already, or in-line
     */
    public int receiveUrgent(final long connection, final boolean keep) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? -Errno.EBADF : tcp.urgent.receive(tcb, keep);
    }

    // ------------------------------------------------------------------ calls: §3.10.4 CLOSE, §3.10.5 ABORT

    /** CLOSE of RFC 9293: no more data from us; a FIN follows what is queued. Receiving goes on. */
    public int shutdownWrite(final long connection, final long now) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? -Errno.EBADF : tcp.close.shutdownWrite(tcb, now);
    }

    /**
     * The application is done with the connection: as {@link #shutdownWrite}, and nothing more will be received. Unread text
     * turns it into a reset (RFC 9293 §3.6.1, SHLD-3). The identifier is invalid from now on.
     */
    public int close(final long connection, final long now) {
        final Tcb tcb = context.get(connection);
        if (tcb == null) {
            return -Errno.EBADF;
        }
        tcp.close.close(tcb, now);
        return 0;
    }

    /** ABORT: a RST to the peer and everything queued is thrown away. The identifier is invalid from now on. */
    public int abort(final long connection, final long now) {
        final Tcb tcb = context.get(connection);
        if (tcb == null) {
            return -Errno.EBADF;
        }
        tcp.close.abort(tcb, now);
        return 0;
    }

    /** Aborts every connection, those included whose application has gone; how many there were. */
    public int abortAll(final long now) {
        final int before = connectionCount();
        context.forEach(tcb -> tcp.close.abort(tcb, now));
        return before;
    }

    /** Ends the shard: all lent memory goes back to its owner and all own memory is freed. No packet is sent. */
    public void close() {
        context.forEach(tcb -> {
            context.retire(tcb);
            context.free(tcb);
        });
        memory.freeAll();
    }

    // ------------------------------------------------------------------ calls: §3.10.6, STATUS

    /** The connection's state; CLOSED when the identifier is stale. */
    public TcpState state(final long connection) {
        final Tcb tcb = context.get(connection);
        if (tcb == null) {
            return TcpState.CLOSED;
        }
        final boolean over =
                tcb.state == TcpState.TIME_WAIT && context.timeWait.find(context.connections.hash(tcb), tcb) < 0;
        return over ? TcpState.CLOSED : tcb.state;
    }

    /** Why the connection ended ({@code Errno}), or its latest soft error; 0: neither. */
    public int error(final long connection) {
        final Tcb tcb = context.get(connection);
        if (tcb == null) {
            return Errno.EBADF;
        }
        return tcb.error != Errno.OK ? tcb.error : tcb.softError;
    }

    /** Fills in what there is to know about a connection; {@code -EBADF} when the identifier is stale. */
    public int info(final long connection, final ConnectionInfo target) {
        final Tcb tcb = context.get(connection);
        if (tcb == null) {
            return -Errno.EBADF;
        }
        target.fill(tcb, context.nowNs);
        target.state = state(connection);
        return 0;
    }

    /** The connection's 4-tuple, valid until it is closed; null when the identifier is stale. */
    public Flow flow(final long connection) {
        return context.get(connection);
    }

    /** Changes a connection's configuration; what only matters while opening stays as it is. */
    public int configure(final long connection, final TcpConfig config) {
        final Tcb tcb = context.get(connection);
        if (tcb == null) {
            return -Errno.EBADF;
        }
        tcb.snd.userTimeoutDue |= config.userTimeoutOptionMs() > 0
                && config.userTimeoutOptionMs() != tcb.config.userTimeoutOptionMs()
                && tcb.state.isSynchronized();
        tcb.config = config;
        tcb.followsShard = false;
        context.changeCongestion(tcb);
        BufferTuning.onConfig(tcb);
        tcp.keepAlive.configured(tcb, context.nowNs);
        context.touch(tcb); // Nagle may have been switched off
        return 0;
    }

    /** The connection's configuration, or null when the identifier is stale. */
    public TcpConfig config(final long connection) {
        final Tcb tcb = context.get(connection);
        return tcb == null ? null : tcb.config;
    }

    /**
     * Replaces what new connections start from. The MSL counts at once for every connection that was opened without a
     * configuration of its own and has yet to enter TIME-WAIT; rows keep the length that they began with.
     */
    public void configure(final TcpConfig config) {
        context.config = config;
    }

    /** Changes the range of ports for connections that name none. */
    public void ephemeralPorts(final int low, final int high) {
        context.ports.range(low, high);
    }

    /** Ports of that range that are never chosen, as Linux's ip_local_reserved_ports; replaces what was set before. */
    public void reservedPorts(final BitSet ports) {
        context.ports.exclude(ports);
    }

    /** Changes the limit of off-heap memory; what is beyond it stays until it is freed. */
    public void memoryLimit(final long bytes) {
        memory.limitBytes(bytes);
    }

    /** Changes where windows shrink, data is refused and SYNs are refused. */
    public void memoryLevels(final MemoryLevels levels) {
        context.pressure.levels(levels);
    }

    // ------------------------------------------------------------------ ICMP

    /**
     * Sends an ICMP or ICMPv6 echo request; answers go to the {@link EchoListener} of shard 0, whichever shard asks.
     *
     * @param length bytes of data; the packet must fit the device's MTU
     * @return 0 or a negative errno
     */
    public int ping(
            final IpAddress remote,
            final int identifier,
            final int sequence,
            final DirectBuffer payload,
            final int offset,
            final int length) {
        final IpAddress source = addresses.sourceFor(remote);
        if (source == null) {
            return -Errno.ENETUNREACH;
        }
        final int headers = remote.isV4() ? 28 : 48;
        if (length < 0 || length + headers > addresses.mtuTo(remote.hi(), remote.lo())) {
            return -Errno.EMSGSIZE;
        }
        icmpOutput.echoRequest(source, remote, identifier, sequence, payload, offset, length);
        return 0;
    }

    /** Who hears of echo replies; null: nobody. */
    public void echoListener(final EchoListener listener) {
        icmpInput.echoListener(listener);
    }
}
