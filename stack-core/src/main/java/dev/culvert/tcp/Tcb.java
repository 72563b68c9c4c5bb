package dev.culvert.tcp;

import dev.culvert.env.Errno;
import dev.culvert.tcp.congestion.CongestionControl;
import dev.culvert.tcp.fastopen.FastOpenQueue;
import dev.culvert.tcp.loss.LossRecovery;
import dev.culvert.tcp.loss.RttEstimator;
import dev.culvert.tcp.loss.SentSegments;
import dev.culvert.timer.TimerNode;
import dev.culvert.wire.Flow;
import dev.culvert.wire.IpAddress;

/**
 * The transmission control block of one connection (RFC 9293 §3.3.1), from its SYN until TIME-WAIT, where a row takes over.
 * Pooled: everything is set anew by {@link #open}. Fields are public to the packages that implement the RFC's chapter 3.10;
 * applications see an identifier. Shard's thread only.
 */
public final class Tcb implements Flow {
    /** Identifier that the application uses; positive, never used again. */
    public long id;
    /** What the application attached. */
    public Object attachment;
    /** Where the connection is in RFC 9293 figure 5. */
    public TcpState state = TcpState.CLOSED;
    /** Send side. */
    public final SendState snd;
    /** Receive side. */
    public final ReceiveState rcv;
    /** What it was opened with, or has been changed to. */
    public TcpConfig config;
    /** The application asked for nothing special: what the shard changes at run time counts for this connection too. */
    public boolean followsShard;
    /** What is in flight. */
    public final SentSegments sent;
    /** Which of that is lost, as {@link TcpContext#beginRecovery} has chosen it. */
    public LossRecovery recovery;
    /** How much may be in flight. */
    public CongestionControl congestion;
    /** How long a round trip takes. */
    public final RttEstimator rtt = new RttEstimator();
    /** What it has counted. */
    public final ConnectionCounts counts = new ConnectionCounts();
    /** Its timers. */
    public final TimerNode timers = new TimerNode(this);

    /** Opened by our SYN, not by the peer's (RFC 9293 MUST-11). */
    public boolean active;
    /** The local port was chosen for it, so that another one does as well. */
    public boolean portChosen;
    /** The listener that it came from while it waits to be accepted; null otherwise. */
    public Listener listener;
    /** Opened by a SYN with data (RFC 7413) and waiting for the handshake to complete; null otherwise. */
    public FastOpenQueue fastOpen;
    /** Our SYN carried a Fast Open option: a cookie in the answer is wanted. */
    public boolean askedFastOpen;
    /** The application has closed or aborted it: nobody will read, nobody is told. */
    public boolean orphan;
    /** Why it ended, or 0. */
    public int error;
    /** The latest soft error, or 0 (RFC 9293 §3.9.1.8). */
    public int softError;
    /** Bits of {@link Readiness} that the application has not been told yet. */
    public int readiness;
    /** When the handshake was complete, in ns; 0: not yet. */
    public long establishedNs;
    /** When something last came from the peer, in ns: for keepalive. */
    public long lastReceivedNs;
    /** User timeout that both ends have found, in ms (RFC 5482 §3.1); 0: none. */
    public int adoptedUserTimeoutMs;
    /** Keepalive probes sent since then. */
    public byte keepAliveProbes;
    /** When an unacceptable segment or one that needs a challenge (RFC 5961 §7) was last answered, in ns. */
    public long lastInvalidAckNs;

    long localHi;
    long localLo;
    long remoteHi;
    long remoteLo;
    char localPort;
    char remotePort;
    int hash;
    boolean inTable;
    boolean dirty;
    boolean awaitsMemory;
    boolean told;
    boolean freed;
    Tcb nextAccept;

    Tcb(final TcpContext context) {
        snd = new SendState(context.pieces);
        rcv = new ReceiveState(context.pieces);
        sent = new SentSegments(context.sentStore);
    }

    /** Becomes a new connection in state CLOSED. */
    void open(final long newId, final TcpConfig newConfig, final int iss) {
        id = newId;
        config = newConfig;
        state = TcpState.CLOSED;
        attachment = null;
        active = false;
        portChosen = false;
        listener = null;
        fastOpen = null;
        askedFastOpen = false;
        orphan = false;
        error = Errno.OK;
        softError = Errno.OK;
        readiness = 0;
        lastReceivedNs = 0;
        establishedNs = 0;
        adoptedUserTimeoutMs = 0;
        keepAliveProbes = 0;
        lastInvalidAckNs = Long.MIN_VALUE / 2;
        inTable = false;
        freed = false;
        nextAccept = null;
        counts.reset();
        snd.open(iss);
        rcv.open();
        BufferTuning.begin(this);
        rcv.quickAcks = newConfig.quickAcks();
        sent.rate.open();
        rtt.open(newConfig.initialRtoMs(), newConfig.minRtoMs(), newConfig.maxRtoMs());
    }

    /**
     * Bytes per second at which text may leave, 0: as the windows allow. Where the congestion control has no opinion but pacing is
     * wanted, it is what would send the window in a round trip, and some more so that the window fills and can grow: twice in slow
     * start, 1.2 times later, as on Linux.
     */
    public long pacingBytesPerSecond() {
        long rate = congestion.pacingBytesPerSecond();
        if (rate == 0 && config.pacing() && rtt.srttNs() > 0) {
            final long window = congestion.windowBytes();
            final boolean slowStart = window < congestion.slowStartThresholdBytes() / 2;
            rate = Math.max(1, (long) ((slowStart ? 2 : 1.2) * window * 1e9 / rtt.srttNs()));
        }
        final long most = config.maxPacingBytesPerSecond();
        return most == 0 || rate != 0 && rate < most ? rate : most;
    }

    /** Whether text leaves at a pace at all. */
    public boolean isPaced() {
        return config.pacing() || config.maxPacingBytesPerSecond() > 0 || congestion.pacingBytesPerSecond() > 0;
    }

    /** Whether both addresses are IPv4. */
    public boolean isV4() {
        return IpAddress.isV4(remoteHi, remoteLo);
    }

    /** Whether the identifier still means this connection. */
    public boolean isOpen() {
        return !freed && !orphan;
    }

    @Override
    public long localHi() {
        return localHi;
    }

    @Override
    public long localLo() {
        return localLo;
    }

    @Override
    public int localPort() {
        return localPort;
    }

    @Override
    public long remoteHi() {
        return remoteHi;
    }

    @Override
    public long remoteLo() {
        return remoteLo;
    }

    @Override
    public int remotePort() {
        return remotePort;
    }
}
