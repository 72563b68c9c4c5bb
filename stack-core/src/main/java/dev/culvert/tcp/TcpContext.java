package dev.culvert.tcp;

import dev.culvert.buffer.Memory;
import dev.culvert.buffer.PayloadOwner;
import dev.culvert.buffer.PieceStore;
import dev.culvert.buffer.Pool;
import dev.culvert.buffer.Reassembly;
import dev.culvert.counters.Counters;
import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.env.Secrets;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.tcp.congestion.CongestionControl;
import dev.culvert.tcp.congestion.CongestionControls;
import dev.culvert.tcp.congestion.InitialWindow;
import dev.culvert.tcp.fastopen.FastOpenCache;
import dev.culvert.tcp.fastopen.FastOpenKeys;
import dev.culvert.tcp.halfopen.HalfOpenTable;
import dev.culvert.tcp.loss.SentStore;
import dev.culvert.tcp.syncookie.SynCookie;
import dev.culvert.tcp.timewait.TimeWaitTable;
import dev.culvert.timer.ShardTimers;
import dev.culvert.wire.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Everything that the connections of one shard share: tables, pools, timers, counters, and the two lists that a batch leaves
 * behind (who must be told something, who must send something). Shard's thread only.
 */
public final class TcpContext {
    private static final int SLOT_BITS = 24;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;

    /** Counters and drops. */
    public final Counters counters;
    /** Off-heap memory. */
    public final Memory memory;
    /** Payload. */
    public final PieceStore pieces;
    /** What happens when these take most of the memory. */
    public final MemoryPressure pressure;
    /** Timers of connections with a control block. */
    public final ShardTimers timers;
    /** Connections with a control block. */
    public final ConnectionTable connections;
    /** The SYN queue. */
    public final HalfOpenTable halfOpen;
    /** TIME-WAIT. */
    public final TimeWaitTable timeWait;
    /** Those of its rows whose 4-tuple is being opened anew. */
    public final Shadows shadows;
    /** What happens when that is full. */
    public final TimeWaitOverflow timeWaitOverflow;
    /** Passive OPENs. */
    public final ListenerTable listeners = new ListenerTable();
    /** What peers must not predict. */
    public final Secrets secrets;
    /** Initial sequence numbers and timestamp offsets. */
    public final IsnGenerator isn;
    /** Which connections are this shard's. */
    public final FlowOwner owner;
    /** SYN cookies. */
    public final SynCookie synCookie;
    /** Fast Open cookies that we give out. */
    public final FastOpenKeys fastOpenKeys;
    /** Fast Open cookies that we were given. */
    public final FastOpenCache fastOpenCache = new FastOpenCache();
    /** Local ports for those who name none. */
    public final EphemeralPorts ports;
    /** Which of them, or of those that the application names, an active OPEN may have. */
    public final LocalPorts localPorts;
    /** What TCP asks of IP. */
    public final LocalRouting routing;
    /** Facts of the ACK that is being processed. */
    public final AckFacts facts = new AckFacts();
    /** Largest super-segment that output may build, as an IP packet; 0: every packet is one segment. */
    public final int maxPacketBytes;
    /** What new connections start from. */
    public TcpConfig config;
    /** The time of the latest happening or call that came with one. */
    public long nowNs;

    final SentStore sentStore = new SentStore();
    private final RecoveryPool recoveries;
    private final Probe probe;
    private final List<Tcb> slots = new ArrayList<>();
    private final Pool<Tcb> pool = new Pool<>();
    private final Pool<Reassembly> reassemblies = new Pool<>();
    private final List<Tcb> freed = new ArrayList<>();

    /** Connections with something to send. */
    public final WorkList<Tcb> dirty = new WorkList<>(new Tcb[64]);
    /** Connections with something to tell the application. */
    public final WorkList<Tcb> ready = new WorkList<>(new Tcb[64]);
    /** Listeners with something to accept. */
    public final WorkList<Listener> acceptable = new WorkList<>(new Listener[8]);

    private long generation;

    /** Builds empty tables. */
    public TcpContext(
            final TcpConfig config,
            final Secrets secrets,
            final FlowOwner flowOwner,
            final Counters counters,
            final Memory memory,
            final PayloadOwner owner,
            final LocalRouting routing,
            final Probe probe,
            final Limits limits,
            final long nowNs) {
        this.config = config;
        this.nowNs = nowNs;
        this.counters = counters;
        this.memory = memory;
        this.routing = routing;
        this.probe = probe;
        recoveries = new RecoveryPool(counters);
        pieces = new PieceStore(memory, owner);
        pressure = new MemoryPressure(memory, pieces, counters);
        timers = new ShardTimers(nowNs);
        connections = new ConnectionTable(secrets);
        this.secrets = secrets;
        this.owner = flowOwner;
        isn = new IsnGenerator(secrets);
        synCookie = new SynCookie(secrets);
        fastOpenKeys = new FastOpenKeys(secrets);
        maxPacketBytes = limits.maxPacketBytes;
        halfOpen = new HalfOpenTable(memory, limits.halfOpen, nowNs);
        ports = new EphemeralPorts(secrets, flowOwner, limits.ephemeralLow, limits.ephemeralHigh, nowNs);
        timeWait = new TimeWaitTable(memory, limits.timeWait, connections::hash, ports::ended);
        timeWaitOverflow = limits.timeWaitOverflow;
        shadows = new Shadows(timeWait, connections, probe);
        localPorts = new LocalPorts(this);
    }

    /**
     * Sizes that a context is built with.
     *
     * @param maxPacketBytes largest super-segment that output may build, as an IP packet; 0: none
     * @param halfOpen half-open rows at most
     * @param timeWait TIME-WAIT rows at most
     * @param timeWaitOverflow what happens beyond that
     * @param ephemeralLow first ephemeral port
     * @param ephemeralHigh last ephemeral port
     */
    public record Limits(
            int maxPacketBytes,
            int halfOpen,
            int timeWait,
            TimeWaitOverflow timeWaitOverflow,
            int ephemeralLow,
            int ephemeralHigh) {}

    // ------------------------------------------------------------------ control blocks

    /**
     * A control block for a flow that has none, in state CLOSED and entered in the table. Without a configuration of its own
     * ({@code ownConfig} is null) it takes the shard's.
     */
    public Tcb create(final Flow flow, final int hash, final TcpConfig ownConfig, final int iss, final int tsOffset) {
        final Tcb pooled = pool.take();
        final Tcb tcb = pooled == null ? new Tcb(this) : pooled;
        final int slot = pooled == null ? slots.size() : (int) tcb.id & SLOT_MASK;
        if (pooled == null) {
            slots.add(tcb);
        }
        final TcpConfig tcbConfig = ownConfig == null ? config : ownConfig;
        tcb.open(++generation << SLOT_BITS | slot, tcbConfig, iss);
        tcb.followsShard = ownConfig == null;
        tcb.hash = hash;
        tcb.localHi = flow.localHi();
        tcb.localLo = flow.localLo();
        tcb.remoteHi = flow.remoteHi();
        tcb.remoteLo = flow.remoteLo();
        tcb.localPort = (char) flow.localPort();
        tcb.remotePort = (char) flow.remotePort();
        tcb.rcv.tsOffset = tsOffset;
        if (tcb.congestion == null || !CongestionControls.isCalled(tcb.congestion, tcbConfig.congestion())) {
            tcb.congestion = CongestionControls.create(tcbConfig.congestion());
        }
        connections.add(tcb);
        return tcb;
    }

    /** Loss recovery begins anew, in the way that configuration and peer allow. */
    public void beginRecovery(final Tcb tcb) {
        final boolean withSack = tcb.rcv.sack && tcb.config.recovery() == RecoveryAlgorithm.RACK;
        tcb.recovery = recoveries.change(tcb.recovery, withSack);
        tcb.recovery.open(tcb.sent, tcb.congestion, tcb.snd.iss);
    }

    /**
     * The congestion control is the one that the connection's configuration names, as after Linux's
     * tcp_set_congestion_control(): another one takes over the window, which means nothing before the path is known.
     */
    public void changeCongestion(final Tcb tcb) {
        if (CongestionControls.isCalled(tcb.congestion, tcb.config.congestion())) {
            return;
        }
        final CongestionControl next = CongestionControls.create(tcb.config.congestion());
        final int initial = InitialWindow.bytes(tcb.config.initialWindowSegments(), tcb.snd.mss);
        next.onTakeOver(tcb.congestion, tcb.snd.mss, initial, nowNs);
        tcb.congestion = next;
        tcb.recovery.onControl(next);
    }

    /** A connection in SYN-SENT takes another local port, and with it another ISS. */
    public void moveTo(final Tcb tcb, final int port, final long nowNs) {
        connections.remove(tcb);
        tcb.localPort = (char) port;
        tcb.hash = connections.hash(tcb);
        final long secret = isn.hash(tcb);
        tcb.rcv.tsOffset = isn.tsOffset(secret);
        tcb.snd.beginAt(shadows.reuse(tcb.hash, tcb, isn.isn(secret, nowNs), nowNs));
        beginRecovery(tcb);
        connections.add(tcb);
    }

    /** The connection that an application means, or null when the identifier is stale. */
    public Tcb get(final long id) {
        final int slot = (int) id & SLOT_MASK;
        if (id <= 0 || slot >= slots.size()) {
            return null;
        }
        final Tcb tcb = slots.get(slot);
        return tcb.id == id && tcb.isOpen() ? tcb : null;
    }

    /** Releases what a connection holds and takes it out of the table; the application may still look at the remains. */
    public void retire(final Tcb tcb) {
        connections.remove(tcb);
        ports.ended(tcb);
        timers.remove(tcb.timers);
        tcb.snd.clearBuffer();
        tcb.sent.clear();
        dropReassembly(tcb);
    }

    /** Nobody needs the control block any more: it goes back to the pool when the batch ends. */
    public void free(final Tcb tcb) {
        if (!tcb.freed) {
            tcb.freed = true;
            tcb.rcv.clearBuffer();
            tcb.attachment = null;
            freed.add(tcb);
        }
    }

    /** The batch has ended: control blocks that were freed in it go back to the pool. */
    public void recycle() {
        for (int i = freed.size() - 1; i >= 0; i--) {
            final Tcb tcb = freed.get(i);
            if (!tcb.dirty && !tcb.told && !tcb.awaitsMemory) { // a list may still hold it when the batch was cut short
                pool.give(tcb);
                freed.set(i, freed.get(freed.size() - 1));
                freed.remove(freed.size() - 1);
            }
        }
    }

    /** Calls {@code action} for every connection with a control block. */
    public void forEach(final Consumer<Tcb> action) {
        walk(0, slots.size(), action);
    }

    /**
     * Calls {@code action} for the connections among the next control blocks, each of which keeps its place while it lives.
     *
     * @param from 0, or where the previous call has stopped
     * @param count control blocks at most
     * @return where to go on, or −1: there is none
     */
    public int walk(final int from, final int count, final Consumer<Tcb> action) {
        final int to = (int) Math.min((long) from + count, slots.size());
        for (int i = from; i < to; i++) {
            if (!slots.get(i).freed) {
                action.accept(slots.get(i));
            }
        }
        return to == slots.size() ? -1 : to;
    }

    /** The first connection with a control block for which {@code wanted} holds, or null; walks them all. */
    public Tcb first(final Predicate<Tcb> wanted) {
        for (final Tcb tcb : slots) {
            if (!tcb.freed && wanted.test(tcb)) {
                return tcb;
            }
        }
        return null;
    }

    /** The out-of-order queue of a connection, from the pool when it has none yet. */
    public Reassembly reassembly(final Tcb tcb) {
        if (tcb.rcv.reassembly == null) {
            final Reassembly pooled = reassemblies.take();
            tcb.rcv.reassembly = pooled == null ? new Reassembly(pieces) : pooled;
        }
        return tcb.rcv.reassembly;
    }

    /** Returns the out-of-order queue to the pool. */
    public void dropReassembly(final Tcb tcb) {
        if (tcb.rcv.reassembly != null) {
            tcb.rcv.reassembly.clear();
            reassemblies.give(tcb.rcv.reassembly);
            tcb.rcv.reassembly = null;
        }
    }

    /** Segments in flight on all connections. */
    public int segmentsInFlight() {
        return sentStore.live();
    }

    // ------------------------------------------------------------------ what a batch leaves behind

    /** The connection may have something to send. */
    public void touch(final Tcb tcb) {
        if (!tcb.dirty) {
            tcb.dirty = true;
            dirty.add(tcb);
        }
    }

    /** The next connection with something to send, or null. */
    public Tcb nextDirty() {
        final Tcb tcb = dirty.poll();
        if (tcb != null) {
            tcb.dirty = false;
        }
        return tcb;
    }

    /** The application must hear of this. */
    public void tell(final Tcb tcb, final int readiness) {
        tcb.readiness |= readiness;
        if (!tcb.told && tcb.listener == null && !tcb.orphan) {
            tcb.told = true;
            ready.add(tcb);
        }
    }

    /** There is memory again: those whose data was refused for want of it may try again. */
    public void tellWhoAwaitsMemory() {
        for (Tcb tcb = pressure.nextServed(); tcb != null; tcb = pressure.nextServed()) {
            if (tcb.isOpen()) {
                tell(tcb, Readiness.WRITABLE);
            }
        }
    }

    /** The next connection with something to tell, or null. */
    public Tcb nextReady() {
        final Tcb tcb = ready.poll();
        if (tcb != null) {
            tcb.told = false;
        }
        return tcb;
    }

    /** A connection waits to be accepted. */
    public void tell(final Listener listener) {
        if (!listener.told) {
            listener.told = true;
            acceptable.add(listener);
        }
    }

    /** The next listener with something to accept, or null. */
    public Listener nextAcceptable() {
        final Listener listener = acceptable.poll();
        if (listener != null) {
            listener.told = false;
        }
        return listener;
    }

    // ------------------------------------------------------------------ states

    /** Moves a connection to another state. */
    public void move(final Tcb tcb, final TcpState to, final long nowNs) {
        final TcpState from = tcb.state;
        if (from == to) {
            return;
        }
        if (counts(to) != counts(from)) {
            counters.add(StackCounter.TcpCurrEstab, counts(to) ? 1 : -1);
        }
        tcb.state = to;
        probe.onStateChange(tcb, from, to, nowNs);
    }

    /** RFC 4022: tcpCurrEstab counts ESTABLISHED and CLOSE-WAIT. */
    private static boolean counts(final TcpState state) {
        return state == TcpState.ESTABLISHED || state == TcpState.CLOSE_WAIT;
    }

    /** A connection has sent sequence numbers. */
    public void sent(final Tcb tcb, final int from, final int to, final long nowNs) {
        probe.onSent(tcb, from, to, nowNs);
    }

    /** The acknowledgement that {@link #facts} are about was processed. */
    public void acknowledged(final Tcb tcb, final Segment seg) {
        probe.onAck(tcb, seg, facts);
    }

    /** A row, which has no control block, changed its state. */
    public void moved(final Flow flow, final TcpState from, final TcpState to, final long nowNs) {
        probe.onStateChange(flow, from, to, nowNs);
    }

    /** A handshake begins: its half-open row, to be filled, or −1 when there is no memory. */
    public int addHalfOpen(final Listener listener, final Flow flow, final int hash, final long deadlineNs) {
        final int row = halfOpen.rows.insert(hash, flow, deadlineNs);
        if (row >= 0) {
            listener.countHalfOpen(1);
        }
        return row;
    }

    /** A handshake came to nothing: removes its row; a shadow of the 4-tuple answers again. */
    public void removeHalfOpen(final int row, final long nowNs) {
        if (timeWait.shadows() > 0) {
            shadows.failed(halfOpen.rows.flow(row), nowNs);
        }
        endHalfOpen(row, listeners.get(halfOpen.at(row).listener()));
    }

    /** A handshake is over: removes its row; {@code listener} is the row's, null when it was closed. */
    public void endHalfOpen(final int row, final Listener listener) {
        if (listener != null) {
            listener.countHalfOpen(-1);
        }
        ports.ended(halfOpen.rows.flow(row));
        halfOpen.rows.remove(row);
    }

    /** What the connections of a listener start from. */
    public TcpConfig configOf(final Listener listener) {
        return listener.config == null ? config : listener.config;
    }

    /** A passive OPEN, which has no control block, changed its state. */
    public void moved(final Listener listener, final TcpState from, final TcpState to) {
        probe.onListener(listener.id, from, to);
    }

    /** A SYN with text came to nothing: the server is avoided for a while, as RFC 7413 §4.1.3 wants ("negative responses"). */
    public void fastOpenRefused(final Tcb tcb, final long nowNs) {
        if (tcb.state == TcpState.SYN_SENT && !tcb.sent.isEmpty()) {
            fastOpenCache.lost(tcb.remoteHi(), tcb.remoteLo(), nowNs);
            count(StackCounter.TcpExtTCPFastOpenActiveFail);
        }
    }

    /** Counts a drop. */
    public void drop(final DropReason reason) {
        counters.drop(reason);
    }

    /** A connection finds no place in the accept queue. */
    public void listenOverflow() {
        counters.increment(StackCounter.TcpExtListenOverflows);
        counters.increment(StackCounter.TcpExtListenDrops);
        counters.drop(DropReason.TCP_LISTEN_OVERFLOW);
    }

    /** Counts an event. */
    public void count(final StackCounter counter) {
        counters.increment(counter);
    }
}
