package dev.culvert.tcp.in;

import static dev.culvert.wire.TcpFlyweight.ECE;
import static dev.culvert.wire.TcpFlyweight.FIN;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.BufferTuning;
import dev.culvert.tcp.Endings;
import dev.culvert.tcp.MtuSearch;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.ReceiveState;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.SendState;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.Timestamps;
import dev.culvert.tcp.UserTimeout;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.tcp.out.RecoveryTimers;
import dev.culvert.tcp.out.Replies;
import dev.culvert.timer.TimerKind;

/**
 * RFC 9293 §3.10.7.4, fifth step: what the acknowledgement means for SND.UNA, the send window, round-trip time, loss recovery
 * and our own FIN. Shard's thread only.
 */
public final class AckProcessing {
    private static final boolean CONTINUE = false;
    private static final boolean DONE = true;

    private final TcpContext context;
    private final Replies replies;
    private final Endings endings;
    private final Handshake handshake;
    private final FastOpenClient fastOpen;
    private final SackProcessing sacks;
    private final RecoveryTimers timers;
    private final MtuSearch search;

    /** Answers through these. */
    public AckProcessing(
            final TcpContext context,
            final Replies replies,
            final Endings endings,
            final Handshake handshake,
            final FastOpenClient fastOpen,
            final RecoveryTimers timers,
            final MtuSearch search) {
        this.context = context;
        this.replies = replies;
        this.endings = endings;
        this.handshake = handshake;
        this.fastOpen = fastOpen;
        this.timers = timers;
        this.search = search;
        sacks = new SackProcessing(context);
    }

    boolean process(final Tcb tcb, final Segment seg, final long nowNs) {
        if (tcb.state == TcpState.SYN_RECEIVED && completeHandshake(tcb, seg, nowNs) == DONE) {
            return DONE;
        }
        final SendState snd = tcb.snd;
        if (Seq.gt(seg.ack, snd.nxt)) {
            context.drop(DropReason.TCP_ACK_UNSENT_DATA);
            replies.ackUnacceptable(tcb, seg, nowNs);
            return DONE;
        }
        if (Seq.lt(seg.ack, snd.una - snd.maxWnd)) { // RFC 5961 §5.2
            context.drop(DropReason.TCP_TOO_OLD_ACK);
            replies.challengeAck(tcb, nowNs);
            return DONE;
        }
        updateTsRecent(tcb.rcv, seg, nowNs);
        heardFromPeer(tcb, nowNs);
        UserTimeout.adopt(tcb, seg.options.userTimeoutMs);
        if (Seq.ge(seg.ack, snd.una)) {
            acknowledge(tcb, seg, nowNs);
        }
        return afterOurFin(tcb, nowNs);
    }

    /** SYN-RECEIVED with a control block: the ACK must be for our SYN, "and continue processing with the variables below". */
    private boolean completeHandshake(final Tcb tcb, final Segment seg, final long nowNs) {
        if (Seq.le(seg.ack, tcb.snd.una) || Seq.gt(seg.ack, tcb.snd.nxt)) {
            context.drop(DropReason.TCP_ACK_UNSENT_DATA);
            replies.resetAt(tcb, seg.ack);
            return DONE;
        }
        if (tcb.active) {
            fastOpen.synAcknowledged(tcb, seg.ack, nowNs);
        } else {
            tcb.snd.una = tcb.snd.iss + 1; // what was sent behind the SYN-ACK is dealt with below
        }
        handshake.establish(tcb, seg, tcb.snd.retries == 0 ? nowNs - tcb.snd.openedNs : -1, nowNs);
        return CONTINUE;
    }

    /**
     * RFC 7323 §4.3 (2): only a segment at or before the last ACK that we sent moves TS.Recent; as on Linux none does whose
     * acknowledgment is refused, so that a blind guess at a sequence number cannot make the peer's segments look old.
     */
    private static void updateTsRecent(final ReceiveState rcv, final Segment seg, final long nowNs) {
        if (rcv.timestamps
                && seg.options.hasTimestamps
                && Seq.ge(seg.options.tsVal, rcv.tsRecent)
                && Seq.le(seg.seq, rcv.lastAckSent)) {
            rcv.tsRecent = seg.options.tsVal;
            rcv.tsRecentNs = nowNs;
        }
    }

    private static void heardFromPeer(final Tcb tcb, final long nowNs) {
        tcb.lastReceivedNs = nowNs;
        tcb.keepAliveProbes = 0;
        tcb.softError = Errno.OK; // as Linux: whatever it was, it is over
        tcb.snd.unanswered = 0;
    }

    private void acknowledge(final Tcb tcb, final Segment seg, final long nowNs) {
        final SendState snd = tcb.snd;
        final int window = seg.has(SYN) ? seg.wnd : seg.wnd << snd.shift; // RFC 7323 §2.2
        if (tcb.sent.isEmpty()
                && seg.ack == snd.una
                && seg.options.sackBlocks == 0) { // a D-SACK may come later than all ACKs
            updateWindow(tcb, seg, window, nowNs);
            context.touch(tcb);
            return; // as on Linux: nothing was in flight, and loss recovery and congestion control learn nothing
        }
        final AckFacts facts = context.facts;
        facts.nowNs = nowNs;
        facts.una = seg.ack;
        facts.nxt = snd.nxt;
        facts.mssBytes = snd.mss;
        facts.packetBytes = Math.max(snd.mss, context.maxPacketBytes);
        facts.inFlightBytes = tcb.recovery.inFlightBytes();
        tcb.sent.recallFlight(facts, tcb.congestion.windowBytes());
        facts.cwndLimited = isCwndLimited(tcb);
        facts.paced = tcb.isPaced();
        if (facts.cwndLimited || 2L * snd.mostInFlight >= tcb.congestion.windowBytes()) {
            snd.validatedNs = nowNs;
        }
        facts.duplicate = isDuplicate(tcb, seg, window);
        facts.overtaken = tcb.rcv.timestamps && Seq.lt(seg.options.tsVal, tcb.rcv.tsRecent);
        facts.congestionEchoed = snd.ect && seg.has(ECE) && !seg.has(SYN) && !tcb.sent.isEmpty();
        facts.echoedNs = echoedNs(tcb, seg, nowNs);
        tcb.sent.beginAck(facts.echoedNs, tcb.rtt.minRttNs());
        facts.ackedBytes = tcb.sent.acknowledge(seg.ack, nowNs);
        sacks.process(tcb, seg, facts);
        facts.deliveredBytes = tcb.sent.deliveredBytes();
        facts.rttNs = roundTripNs(tcb, seg, nowNs);
        updateWindow(tcb, seg, window, nowNs);
        countDelivered(tcb, facts);
        if (facts.rttNs >= 0) {
            tcb.rtt.onSample(facts.rttNs, samplesPerRtt(facts));
        }
        facts.srttNs = tcb.rtt.srttNs();
        facts.minRttNs = tcb.rtt.minRttNs();
        if (facts.ackedBytes > 0) {
            advance(tcb, facts);
        }
        facts.lostBytes = 0;
        facts.canSendNew = snd.unsentBytes() > 0 && Seq.lt(snd.nxt, snd.una + snd.wnd);
        tcb.sent.endAck(facts, tcb.rtt.minRttNs());
        if (tcb.recovery.isRecovering() && !tcb.rcv.sack) { // it does not say when what it covers arrived
            facts.deliveryRateBytesPerSecond = 0;
        }
        tcb.recovery.onAck(facts);
        search.onAck(tcb);
        if (tcb.sent.headSacked()) {
            timers.hurry(tcb, nowNs);
        }
        facts.inFlightAfterBytes = tcb.recovery.inFlightBytes();
        tcb.congestion.onDelivery(facts);
        context.acknowledged(tcb, seg);
        context.touch(tcb);
    }

    /** When the segment that the ACK echoes was sent at the latest (RFC 7323 §4.1). */
    private static long echoedNs(final Tcb tcb, final Segment seg, final long nowNs) {
        return tcb.rcv.timestamps && seg.options.hasTimestamps
                ? Timestamps.lastMomentNs(seg.options.tsEcr, nowNs, tcb.rcv.tsOffset)
                : Long.MAX_VALUE;
    }

    private void countDelivered(final Tcb tcb, final AckFacts facts) {
        // A record may be a super-segment.
        final int whole = facts.deliveredBytes < facts.mssBytes ? 0 : facts.deliveredBytes / facts.mssBytes;
        final int segments = Math.max(tcb.sent.deliveredRecords(), whole);
        tcb.counts.delivered += segments;
        if (facts.congestionEchoed && segments > 0) {
            tcb.counts.deliveredMarked += segments;
            context.counters.add(StackCounter.TcpExtTCPDeliveredCE, segments);
        }
    }

    /**
     * The round trip that this ACK measures, or −1. Our own record of what was sent once is exact; when everything that is
     * acknowledged was sent again, the echoed timestamp says which transmission arrived (RFC 7323 §4.1).
     */
    private long roundTripNs(final Tcb tcb, final Segment seg, final long nowNs) {
        final long measured = tcb.sent.rttNs();
        final boolean backdated = tcb.sent.latenessNs() > 0; // and the echo with it
        if (measured >= 0
                || context.facts.ackedBytes == 0
                || backdated
                || !tcb.rcv.timestamps
                || !seg.options.hasTimestamps) {
            return measured;
        }
        return Timestamps.roundTripNs(seg.options.tsEcr, nowNs, tcb.rcv.tsOffset);
    }

    /** RFC 5681 §2, "duplicate acknowledgment": all five conditions. */
    private static boolean isDuplicate(final Tcb tcb, final Segment seg, final int window) {
        return !tcb.sent.isEmpty()
                && seg.textLength == 0
                && !seg.has(SYN | FIN)
                && seg.ack == tcb.snd.una
                && window == tcb.snd.wnd;
    }

    /** RFC 7661: a window that was not used says nothing about the path. In slow start half of it is enough, as on Linux. */
    private static boolean isCwndLimited(final Tcb tcb) {
        final int window = tcb.congestion.windowBytes();
        return tcb.snd.cwndLimited
                || window < tcb.congestion.slowStartThresholdBytes() && window < 2L * tcb.snd.mostInFlight
                || tcb.recovery.isRecovering();
    }

    /**
     * "The send window should be updated" only by a segment that is not older than the last one that did. As on Linux an ACK
     * that moves SND.UNA is never too old, whatever its sequence number: the window is counted from SND.UNA, and would grow
     * beyond what the peer has offered if only SND.UNA moved.
     */
    private void updateWindow(final Tcb tcb, final Segment seg, final int window, final long nowNs) {
        final SendState snd = tcb.snd;
        final boolean newer = Seq.lt(snd.wl1, seg.seq) || snd.wl1 == seg.seq && Seq.le(snd.wl2, seg.ack);
        if (newer || Seq.gt(seg.ack, snd.una)) {
            if (window > 0 && snd.wnd == 0 && tcb.timers.isRunning(TimerKind.PERSIST)) {
                tcb.timers.cancel(TimerKind.PERSIST);
                snd.retries = 0;
                snd.stalledSinceNs = nowNs;
            }
            snd.wnd = window;
            snd.maxWnd = Math.max(snd.maxWnd, window);
            snd.wl1 = seg.seq;
            snd.wl2 = seg.ack;
        }
    }

    private void advance(final Tcb tcb, final AckFacts facts) {
        final SendState snd = tcb.snd;
        tcb.counts.bytesAcknowledged += facts.una - snd.una;
        snd.una = facts.una;
        snd.urgent &= Seq.lt(facts.una, snd.up);
        final int text = Seq.min(facts.una, snd.textEnd) - snd.bufferStart();
        if (text > 0) {
            snd.discard(text);
        }
        snd.retries = 0;
        snd.stalledSinceNs = facts.nowNs;
        if (tcb.sent.isEmpty()) {
            timers.stop(tcb);
        } else {
            timers.onAcknowledged(tcb, facts.nowNs);
        }
        tellSpace(tcb);
    }

    /** RFC 7323 appendix G: every second segment in flight is acknowledged on its own, and each such ACK is a sample. */
    private static int samplesPerRtt(final AckFacts facts) {
        final int each = 2 * facts.mssBytes;
        return facts.inFlightBytes <= each ? 1 : (facts.inFlightBytes + each - 1) / each;
    }

    /** As on Linux, a sender that was told to wait hears when a third of its buffer is free. */
    private void tellSpace(final Tcb tcb) {
        final SendState snd = tcb.snd;
        if (!snd.spaceWanted) {
            return;
        }
        if (!context.pressure.isOn(context.nowNs)) {
            BufferTuning.onSendRoomWanted(tcb);
        }
        final boolean unsentEnough = snd.unsentBytes() >= tcb.config.notSentLowWaterBytes();
        if (snd.limit - snd.buffer.size() >= snd.limit / 3 && !unsentEnough) {
            snd.spaceWanted = false;
            context.tell(tcb, Readiness.WRITABLE);
        }
    }

    /** What the acknowledgement of our FIN does in each state. */
    private boolean afterOurFin(final Tcb tcb, final long nowNs) {
        if (!tcb.snd.finAcked()) {
            return CONTINUE;
        }
        return switch (tcb.state) {
            case FIN_WAIT_1 -> {
                context.move(tcb, TcpState.FIN_WAIT_2, nowNs);
                context.tell(tcb, Readiness.SEND_COMPLETE);
                endings.limitFinWait2(tcb, nowNs);
                yield CONTINUE;
            }
            case CLOSING -> {
                final int row = endings.toTimeWait(tcb, nowNs);
                if (row < 0
                        || tcb.rcv.ackNow) { // the ACK of the peer's FIN was still owed, or the last word is said now
                    replies.lastAck(row, tcb, nowNs);
                }
                yield DONE;
            }
            case LAST_ACK -> {
                endings.toClosed(tcb, Errno.OK, nowNs);
                yield DONE;
            }
            case LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_2, CLOSE_WAIT, TIME_WAIT, CLOSED -> CONTINUE;
        };
    }
}
