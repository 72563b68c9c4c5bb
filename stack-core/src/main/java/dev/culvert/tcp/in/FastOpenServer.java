package dev.culvert.tcp.in;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.Listener;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.ReceiveState;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.fastopen.FastOpenKeys.Verdict;
import dev.culvert.tcp.option.FastOpenOption;
import dev.culvert.tcp.out.HandshakeOutput;
import dev.culvert.timer.TimerKind;

/**
 * RFC 7413 §4.2.2: a SYN that proves by its cookie that its sender has been here before becomes a connection in SYN-RECEIVED
 * that can be accepted, and its text can be read, before the handshake is complete. Every other SYN takes the ordinary way,
 * with a cookie for the next time if it asked for one. Shard's thread only.
 */
public final class FastOpenServer {
    private final TcpContext context;
    private final HandshakeOutput output;
    private final Handshake handshake;
    private final FastOpenOption granted = new FastOpenOption();

    /** Answers through {@code output}. */
    public FastOpenServer(final TcpContext context, final HandshakeOutput output, final Handshake handshake) {
        this.context = context;
        this.output = output;
        this.handshake = handshake;
    }

    /** What the SYN-ACK must carry after {@link #accept} has refused: a cookie, or nothing. */
    FastOpenOption granted() {
        return granted;
    }

    /** Decides about a SYN that a listener may take; true when it has been answered. */
    boolean accept(
            final Listener listener,
            final int hash,
            final Segment seg,
            final int iss,
            final int tsOffset,
            final long nowNs) {
        granted.clear();
        final FastOpenOption offered = seg.options.fastOpen;
        final int limit = context.configOf(listener).fastOpenPending();
        final boolean cookieless = context.configOf(listener).fastOpenCookieless();
        if (limit == 0 || offered.length == FastOpenOption.ABSENT && (!cookieless || seg.textLength == 0)) {
            return false;
        }
        if (!listener.fastOpen.hasRoom(limit, nowNs)) {
            context.count(StackCounter.TcpExtTCPFastOpenListenOverflow);
            return false;
        }
        if (cookieless) {
            context.count(StackCounter.TcpExtTCPFastOpenPassive);
            open(listener, hash, seg, iss, tsOffset, nowNs);
            return true;
        }
        if (!offered.hasCookie()) {
            context.count(StackCounter.TcpExtTCPFastOpenCookieReqd);
            context.fastOpenKeys.grant(seg, offered.experimental, granted, nowNs);
            return false;
        }
        final Verdict verdict = context.fastOpenKeys.judge(seg, offered, nowNs);
        if (verdict != Verdict.GOOD) {
            context.fastOpenKeys.grant(seg, offered.experimental, granted, nowNs);
        }
        if (verdict == Verdict.BAD) {
            context.count(StackCounter.TcpExtTCPFastOpenPassiveFail);
            return false;
        }
        if (verdict == Verdict.AGEING) {
            context.count(StackCounter.TcpExtTCPFastOpenPassiveAltKey);
        }
        context.count(StackCounter.TcpExtTCPFastOpenPassive);
        open(listener, hash, seg, iss, tsOffset, nowNs);
        return true;
    }

    private void open(
            final Listener listener,
            final int hash,
            final Segment seg,
            final int iss,
            final int tsOffset,
            final long nowNs) {
        final Tcb tcb = context.create(seg, hash, listener.config, iss, tsOffset);
        tcb.state = TcpState.SYN_RECEIVED;
        tcb.snd.nxt = iss + 1;
        tcb.snd.openedNs = nowNs;
        tcb.snd.stalledSinceNs = nowNs;
        tcb.counts.received(seg, nowNs);
        handshake.agree(tcb, seg, nowNs);
        tcb.snd.wl2 = iss;
        handshake.openPath(tcb, false, nowNs);
        takeText(tcb, seg);
        tcb.fastOpen = listener.fastOpen;
        tcb.fastOpen.begin();
        context.moved(seg, TcpState.LISTEN, TcpState.SYN_RECEIVED, nowNs);
        output.syn(tcb, true, granted, nowNs);
        context.timers.set(tcb.timers, TimerKind.RETRANSMIT, nowNs + tcb.rtt.rtoNs());
        listener.enqueue(tcb);
        context.tell(tcb, Readiness.CONNECTED | Readiness.WRITABLE | Readiness.READABLE);
        context.tell(listener);
    }

    /** The text of the SYN; what there is no room for is not acknowledged, and comes again. */
    private void takeText(final Tcb tcb, final Segment seg) {
        final ReceiveState rcv = tcb.rcv;
        final TcpConfig config = tcb.config;
        final int wanted = Math.min(seg.textLength, output.synWindow(tcb, config));
        final int taken = rcv.append(seg.buffer, seg.textOffset, wanted);
        if (taken < seg.textLength) {
            context.drop(taken < wanted ? DropReason.NOMEM : DropReason.TCP_OVERWINDOW);
        }
        rcv.nxt += taken;
        tcb.counts.textWithSyn = taken > 0;
        rcv.mss = Math.max(rcv.mss, seg.segmentSize);
        tcb.counts.bytesReceived += taken;
    }
}
