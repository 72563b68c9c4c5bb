package dev.culvert.shard;

import dev.culvert.tcp.Listener;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpState;
import dev.culvert.timer.TimerKind;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;

/** One line of a listing of sockets, whatever keeps it: a control block, a row or a listener. Good during the visit only. */
public final class SocketRow {
    private static final long MS = 1_000_000;

    /** RFC 9293 §3.3.2. */
    public TcpState state;
    /** Our address, upper word. */
    public long localHi;
    /** Our address, lower word. */
    public long localLo;
    /** Our port. */
    public int localPort;
    /** The peer's address, upper word; a listener has the unspecified address of its family. */
    public long remoteHi;
    /** The peer's address, lower word. */
    public long remoteLo;
    /** The peer's port; a listener has 0. */
    public int remotePort;
    /** Bytes that nobody has read; of a listener, connections that nobody has accepted. */
    public int receiveQueue;
    /** Bytes that the peer has not acknowledged; of a listener, its backlog. */
    public int sendQueue;
    /** What it waits for. */
    public SocketTimer timer;
    /** How long that may still take, in ms, rounded up. */
    public long timerMs;
    /** Retransmissions, or probes, without an answer. */
    public int retries;

    SocketRow() {}

    private void flow(final TcpState newState, final Flow flow) {
        state = newState;
        localHi = flow.localHi();
        localLo = flow.localLo();
        localPort = flow.localPort();
        remoteHi = flow.remoteHi();
        remoteLo = flow.remoteLo();
        remotePort = flow.remotePort();
        receiveQueue = 0;
        sendQueue = 0;
        retries = 0;
    }

    SocketRow listener(final Listener listener) {
        state = TcpState.LISTEN;
        localHi = listener.localHi;
        localLo = listener.localLo;
        localPort = listener.port;
        remoteHi = 0;
        remoteLo = listener.v4 ? IpAddress.ANY_V4.lo() : 0;
        remotePort = 0;
        receiveQueue = listener.waiting();
        sendQueue = listener.backlog();
        retries = 0;
        timer = SocketTimer.NONE;
        timerMs = 0;
        return this;
    }

    SocketRow connection(final Tcb tcb, final long nowNs) {
        flow(tcb.state, tcb);
        receiveQueue = tcb.rcv.buffer.size();
        sendQueue = tcb.snd.buffer.size();
        retries = tcb.snd.retries;
        if (runs(tcb, TimerKind.RETRANSMIT, SocketTimer.ON, nowNs)
                || runs(tcb, TimerKind.LOSS_PROBE, SocketTimer.ON, nowNs)
                || runs(tcb, TimerKind.REORDERING, SocketTimer.ON, nowNs)
                || runs(tcb, TimerKind.PERSIST, SocketTimer.PERSIST, nowNs)) {
            return this;
        }
        final SocketTimer end = tcb.state == TcpState.FIN_WAIT_2 ? SocketTimer.TIMEWAIT : SocketTimer.LINGER;
        if (!runs(tcb, TimerKind.ORPHAN, end, nowNs)) {
            retries = tcb.keepAliveProbes;
            runs(tcb, TimerKind.KEEPALIVE, SocketTimer.KEEPALIVE, nowNs);
        }
        return this;
    }

    private boolean runs(final Tcb tcb, final TimerKind kind, final SocketTimer name, final long nowNs) {
        final boolean running = tcb.timers.isRunning(kind);
        timer(running ? name : SocketTimer.NONE, running ? tcb.timers.deadlineNs(kind) - nowNs : 0);
        return running;
    }

    private void timer(final SocketTimer name, final long leftNs) {
        timer = name;
        timerMs = Math.max(0, (leftNs + MS - 1) / MS);
    }

    SocketRow halfOpen(final Flow flow, final int timeouts, final long leftNs) {
        flow(TcpState.SYN_RECEIVED, flow);
        retries = timeouts;
        timer(SocketTimer.ON, leftNs);
        return this;
    }

    SocketRow timeWait(final Flow flow, final int leftMs) {
        flow(TcpState.TIME_WAIT, flow);
        timer(SocketTimer.TIMEWAIT, leftMs * MS);
        return this;
    }
}
