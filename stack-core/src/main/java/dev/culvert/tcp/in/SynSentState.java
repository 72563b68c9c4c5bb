package dev.culvert.tcp.in;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.RST;
import static dev.culvert.wire.TcpFlyweight.SYN;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.Endings;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.out.AckScheduler;
import dev.culvert.tcp.out.HandshakeOutput;
import dev.culvert.tcp.out.Replies;
import dev.culvert.timer.TimerKind;

/** RFC 9293 §3.10.7.3, SYN-SENT STATE. */
public final class SynSentState {
    private static final boolean CONTINUE = false;
    private static final boolean DONE = true;

    private static final long REPEAT_SOON_NS = 8_000_000L;

    private final TcpContext context;
    private final Replies replies;
    private final HandshakeOutput output;
    private final AckScheduler acks;
    private final Endings endings;
    private final Handshake handshake;
    private final FastOpenClient fastOpen;
    private final OtherStates otherStates;

    /** Answers through these; what follows the handshake in the same segment goes to {@code otherStates}. */
    public SynSentState(
            final TcpContext context,
            final Replies replies,
            final HandshakeOutput output,
            final AckScheduler acks,
            final Endings endings,
            final Handshake handshake,
            final FastOpenClient fastOpen,
            final OtherStates otherStates) {
        this.context = context;
        this.replies = replies;
        this.output = output;
        this.acks = acks;
        this.endings = endings;
        this.handshake = handshake;
        this.fastOpen = fastOpen;
        this.otherStates = otherStates;
    }

    void arrive(final Tcb tcb, final Segment seg, final long nowNs) {
        tcb.counts.received(seg, nowNs);
        if (step1CheckAck(tcb, seg, nowNs) == CONTINUE
                && step2CheckRst(tcb, seg, nowNs) == CONTINUE
                && step4CheckSyn(tcb, seg, nowNs) == CONTINUE) {
            step5NeitherSynNorRst();
        }
    }

    /** "First, check the ACK bit": it must acknowledge our SYN, and may acknowledge its text. */
    private boolean step1CheckAck(final Tcb tcb, final Segment seg, final long nowNs) {
        if (!seg.has(ACK) || Seq.gt(seg.ack, tcb.snd.una) && Seq.le(seg.ack, tcb.snd.nxt)) {
            return CONTINUE;
        }
        if (seg.has(RST)) {
            context.drop(DropReason.TCP_INVALID_RST);
        } else {
            context.drop(DropReason.TCP_ACK_UNSENT_DATA);
            replies.resetAt(tcb, seg.ack);
        }
        repeatSynSoon(tcb, nowNs);
        return DONE;
    }

    /** The peer had a half-open connection, which our RST ends: the next SYN need not wait for the timeout (§3.5.1). */
    void repeatSynSoon(final Tcb tcb, final long nowNs) {
        if (tcb.state == TcpState.SYN_SENT && tcb.snd.retries == 0) {
            context.timers.set(tcb.timers, TimerKind.RETRANSMIT, nowNs + REPEAT_SOON_NS);
        }
    }

    /** "Second, check the RST bit": believed only with an acceptable ACK. */
    private boolean step2CheckRst(final Tcb tcb, final Segment seg, final long nowNs) {
        if (!seg.has(RST)) {
            return CONTINUE;
        }
        if (seg.has(ACK)) {
            context.count(StackCounter.TcpAttemptFails);
            endings.toClosed(tcb, Errno.ECONNREFUSED, nowNs);
        } else {
            context.drop(DropReason.TCP_INVALID_RST);
        }
        return DONE;
    }

    /** "Fourth, check the SYN bit": with an ACK the connection is established, without one both ends open at once. */
    private boolean step4CheckSyn(final Tcb tcb, final Segment seg, final long nowNs) {
        if (!seg.has(SYN)) {
            return CONTINUE;
        }
        final int shadow = context.shadows.of(tcb, nowNs);
        if (shadow >= 0 && !context.shadows.provesNewer(shadow, seg)) {
            refuse(tcb, seg, nowNs);
            return DONE;
        }
        final long rttNs = tcb.snd.retries == 0 ? nowNs - tcb.snd.openedNs : -1;
        handshake.agree(tcb, seg, nowNs);
        if (!seg.has(ACK)) {
            context.move(tcb, TcpState.SYN_RECEIVED, nowNs);
            output.syn(tcb, true, null, nowNs);
            return DONE;
        }
        fastOpen.learn(tcb, seg, nowNs);
        fastOpen.synAcknowledged(tcb, seg.ack, nowNs);
        handshake.establish(tcb, seg, rttNs, nowNs);
        acks.ackNow(tcb);
        if (Seq.gt(seg.seq + seg.len(), tcb.rcv.nxt)) {
            otherStates.afterHandshake(tcb, seg, nowNs);
        }
        return DONE;
    }

    /**
     * The 4-tuple was in TIME-WAIT and the peer is not newer than that: its tick may be long, or another host behind the same
     * address has answered. What it sends could be taken for the old connection's and the reverse, so this comes to nothing.
     */
    private void refuse(final Tcb tcb, final Segment seg, final long nowNs) {
        context.count(StackCounter.TcpTimeWaitReuseRefused);
        if (seg.has(ACK)) {
            replies.resetAt(tcb, seg.ack);
        }
        context.localPorts.beCautious(tcb);
        final int port = tcb.portChosen ? context.localPorts.choose(tcb, tcb.config, nowNs) : 0;
        if (port == 0) {
            endings.toClosed(tcb, Errno.EADDRNOTAVAIL, nowNs);
            return;
        }
        context.shadows.failed(tcb, nowNs);
        context.moveTo(tcb, port, nowNs);
        tcb.snd.openedNs = nowNs;
        output.syn(tcb, false, null, nowNs);
        context.timers.set(tcb.timers, TimerKind.RETRANSMIT, nowNs + tcb.rtt.rtoNs());
    }

    /** "Fifth, if neither of the SYN or RST bits is set, then drop the segment and return." */
    private void step5NeitherSynNorRst() {
        context.drop(DropReason.TCP_FLAGS);
    }
}
