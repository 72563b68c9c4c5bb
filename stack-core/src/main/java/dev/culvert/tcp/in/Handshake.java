package dev.culvert.tcp.in;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.CWR;
import static dev.culvert.wire.TcpFlyweight.ECE;

import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.BufferTuning;
import dev.culvert.tcp.Ecn;
import dev.culvert.tcp.PathMtu;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.Timestamps;
import dev.culvert.tcp.UserTimeout;
import dev.culvert.tcp.congestion.InitialWindow;
import dev.culvert.tcp.option.SegmentOptions;
import dev.culvert.tcp.out.ReceiveWindow;
import dev.culvert.timer.TimerKind;
import dev.culvert.wire.IpAddress;

/** What both ends have agreed on once their SYNs have crossed, and the entry to ESTABLISHED. Shard's thread only. */
public final class Handshake {
    private static final int DEFAULT_MSS_V4 = 536; // RFC 9293 §3.7.1, MUST-15
    private static final int DEFAULT_MSS_V6 = 1_220;
    private static final int LEAST_MSS = 48; // as Linux: a smaller offer would mean more header than text
    private static final long MS = 1_000_000L;

    private final TcpContext context;
    private final PathMtu pathMtu;

    /** For the connections of this shard. */
    public Handshake(final TcpContext context, final PathMtu pathMtu) {
        this.context = context;
        this.pathMtu = pathMtu;
    }

    /** The MSS that a SYN announces, or the default. */
    static int peerMss(final Segment seg) {
        if (seg.options.mss <= 0) {
            return IpAddress.isV4(seg.remoteHi(), seg.remoteLo()) ? DEFAULT_MSS_V4 : DEFAULT_MSS_V6;
        }
        return Math.max(seg.options.mss, LEAST_MSS);
    }

    /**
     * Whether a SYN asks for ECN (RFC 3168 §6.1.1) and may have it. As on Linux a SYN that is itself ECN-capable does not: the
     * RFC forbids that, and a middlebox that sets the bits of all packets alike would do the same to ours.
     */
    static boolean grantsEcn(final Segment seg, final TcpConfig config) {
        return (seg.flags & (ECE | CWR)) == (ECE | CWR) && !seg.isEct() && config.ecn() != Ecn.OFF;
    }

    /**
     * RFC 3168 §6.1.1. After an active OPEN our SYN must have asked: a SYN is answered by its like, by a SYN-ACK with ECE alone;
     * one that returns both bits is broken. Once a SYN went out that did not ask, our own text is never ECN-capable.
     */
    private static void agreeOnEcn(final Tcb tcb, final Segment seg) {
        if (!tcb.active) {
            tcb.rcv.ecn = grantsEcn(seg, tcb.config);
        } else if (tcb.config.ecn() == Ecn.REQUEST) {
            final int wanted = seg.has(ACK) ? ECE : ECE | CWR;
            tcb.rcv.ecn = (seg.flags & (ECE | CWR)) == wanted;
        }
        tcb.snd.ect = tcb.rcv.ecn && tcb.snd.retries == 0;
    }

    /** Takes over what the peer's SYN or SYN-ACK said; SEG.SEQ becomes IRS. */
    void agree(final Tcb tcb, final Segment seg, final long nowNs) {
        final SegmentOptions offered = seg.options;
        tcb.rcv.irs = seg.seq;
        tcb.rcv.nxt = seg.seq + 1;
        tcb.rcv.lastAckSent = tcb.rcv.nxt;
        tcb.rcv.up = seg.seq;
        tcb.rcv.timestamps = offered.hasTimestamps && tcb.config.timestamps();
        tcb.rcv.sack = offered.sackPermitted && tcb.config.sack();
        if (offered.windowShift >= 0 && tcb.config.windowScaling()) {
            if (offered.windowShiftTooLarge) { // RFC 7323 §2.3
                context.count(StackCounter.TcpInWindowScaleTooLarge);
            }
            tcb.snd.shift = (byte) offered.windowShift;
            tcb.rcv.shift = ReceiveWindow.shiftFor(tcb.config);
        }
        agreeOnEcn(tcb, seg);
        UserTimeout.adopt(tcb, offered.userTimeoutMs);
        tcb.snd.peerMss = peerMss(seg);
        tcb.snd.wnd = seg.wnd; // RFC 7323 §2.2: the window of a SYN is never scaled
        tcb.snd.maxWnd = seg.wnd;
        tcb.snd.wl1 = seg.seq;
        tcb.snd.wl2 = seg.ack;
        if (tcb.rcv.timestamps) {
            tcb.rcv.tsRecent = offered.tsVal;
            tcb.rcv.tsRecentNs = nowNs;
        }
    }

    /** The path's segment size and with it the initial window: from now on text may be sent. */
    void openPath(final Tcb tcb, final boolean synLost, final long nowNs) {
        pathMtu.start(tcb);
        BufferTuning.onPath(tcb);
        final int mss = tcb.snd.mss;
        tcb.congestion.onOpen(mss, synLost ? mss : InitialWindow.bytes(tcb.config.initialWindowSegments(), mss), nowNs);
        tcb.snd.validatedNs = nowNs;
        context.beginRecovery(tcb);
    }

    /**
     * Whether the path has lost our SYN or SYN-ACK, so that the initial window is one segment (RFC 5681 §3.1). RFC 6928 §2
     * recommends that, as Linux does it, only after the second repetition: the first timeout of 1 s is shorter than some round
     * trips. An echo of the first one's timestamp proves that nothing was lost.
     */
    private static boolean lostSyns(final Tcb tcb, final Segment seg) {
        final boolean firstArrived = tcb.rcv.timestamps
                && seg.options.hasTimestamps
                && seg.options.tsEcr == Timestamps.value(tcb.snd.openedNs, tcb.rcv.tsOffset);
        return tcb.snd.retries > 1 && !firstArrived;
    }

    /** Both SYNs are acknowledged, by {@code seg}: ESTABLISHED. {@code rttNs} is the handshake's round trip, or −1. */
    void establish(final Tcb tcb, final Segment seg, final long rttNs, final long nowNs) {
        context.shadows.succeeded(tcb);
        if (tcb.fastOpen == null) {
            openPath(tcb, lostSyns(tcb, seg), nowNs);
        } else { // it may have sent text already
            tcb.fastOpen.end();
            tcb.fastOpen = null;
        }
        tcb.timers.cancel(TimerKind.RETRANSMIT);
        if (tcb.snd.retries > 0) {
            tcb.rtt.onHandshakeTimedOut();
        }
        if (rttNs >= 0) {
            tcb.rtt.onSample(rttNs);
        }
        tcb.snd.userTimeoutDue = tcb.config.userTimeoutOptionMs() > 0;
        tcb.snd.retries = 0;
        tcb.counts.delivered++;
        tcb.snd.lastSentNs = nowNs;
        tcb.lastReceivedNs = nowNs;
        tcb.establishedNs = nowNs;
        context.move(tcb, tcb.snd.finQueued ? TcpState.FIN_WAIT_1 : TcpState.ESTABLISHED, nowNs);
        if (tcb.config.keepAlive()) {
            context.timers.set(tcb.timers, TimerKind.KEEPALIVE, nowNs + UserTimeout.keepAliveIdleMs(tcb) * MS);
        }
        context.count(tcb.active ? StackCounter.TcpActiveOpens : StackCounter.TcpPassiveOpens);
        context.tell(tcb, Readiness.CONNECTED | Readiness.WRITABLE);
        context.touch(tcb);
    }
}
