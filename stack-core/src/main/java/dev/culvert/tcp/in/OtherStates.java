package dev.culvert.tcp.in;

import static dev.culvert.wire.TcpFlyweight.ACK;
import static dev.culvert.wire.TcpFlyweight.ECE;
import static dev.culvert.wire.TcpFlyweight.RST;
import static dev.culvert.wire.TcpFlyweight.SYN;
import static dev.culvert.wire.TcpFlyweight.URG;

import dev.culvert.buffer.Reassembly;
import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.Endings;
import dev.culvert.tcp.Readiness;
import dev.culvert.tcp.ReceiveState;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.SendState;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.Timestamps;
import dev.culvert.tcp.out.AckScheduler;
import dev.culvert.tcp.out.HandshakeOutput;
import dev.culvert.tcp.out.Replies;

/**
 * RFC 9293 §3.10.7.4, OTHER STATES: the eight steps in their order, one method each. Steps five, seven and eight are long and
 * have classes of their own. Shard's thread only.
 */
public final class OtherStates {
    private static final boolean CONTINUE = false;
    private static final boolean DONE = true;

    private final TcpContext context;
    private final Replies replies;
    private final AckScheduler acks;
    private final Endings endings;
    private final HandshakeOutput handshakeOutput;
    private final AckProcessing ackProcessing;
    private final TextProcessing textProcessing;
    private final FinProcessing finProcessing;

    /** Answers through these. */
    public OtherStates(
            final TcpContext context,
            final Replies replies,
            final AckScheduler acks,
            final Endings endings,
            final HandshakeOutput handshakeOutput,
            final AckProcessing ackProcessing,
            final TextProcessing textProcessing,
            final FinProcessing finProcessing) {
        this.context = context;
        this.replies = replies;
        this.acks = acks;
        this.endings = endings;
        this.handshakeOutput = handshakeOutput;
        this.ackProcessing = ackProcessing;
        this.textProcessing = textProcessing;
        this.finProcessing = finProcessing;
    }

    void arrive(final Tcb tcb, final Segment seg, final long nowNs) {
        tcb.counts.received(seg, nowNs);
        if (checkTimestamps(tcb, seg, nowNs) == DONE
                || step1CheckSequence(tcb, seg, nowNs) == DONE
                || step2CheckRst(tcb, seg, nowNs) == DONE
                || step4CheckSyn(tcb, seg, nowNs) == DONE) {
            return;
        }
        fromStep5(tcb, seg, nowNs);
    }

    /** The segment that completed the handshake may carry more: an ACK's window, urgent data, text, a FIN. */
    void afterHandshake(final Tcb tcb, final Segment seg, final long nowNs) {
        fromStep5(tcb, seg, nowNs);
    }

    private void fromStep5(final Tcb tcb, final Segment seg, final long nowNs) {
        if (step5CheckAck(tcb, seg, nowNs) == CONTINUE) {
            step6CheckUrg(tcb, seg);
            if (textProcessing.step7ProcessText(tcb, seg, nowNs) == CONTINUE) {
                finProcessing.step8CheckFin(tcb, seg, nowNs);
            }
        }
    }

    /** RFC 7323 §5.3 R1 (PAWS) and §3.2: it comes before the sequence check and spares RST segments. */
    private boolean checkTimestamps(final Tcb tcb, final Segment seg, final long nowNs) {
        final ReceiveState rcv = tcb.rcv;
        if (!rcv.timestamps || seg.has(RST)) {
            return CONTINUE;
        }
        if (!seg.options.hasTimestamps) {
            if (!tcb.config.timestampsRequired() && !tcb.rcv.timestampsRequired) {
                return CONTINUE;
            }
            context.drop(DropReason.TCP_RFC7323_NO_TS);
            return DONE;
        }
        if (Seq.lt(seg.options.tsVal, rcv.tsRecent) && nowNs - rcv.tsRecentNs < Timestamps.TS_RECENT_VALID_NS) {
            if (isReorderedAck(tcb, seg)) {
                return CONTINUE;
            }
            context.count(StackCounter.TcpExtPAWSEstab);
            context.drop(DropReason.TCP_RFC7323_PAWS);
            replies.ackUnacceptable(tcb, seg, nowNs);
            return DONE;
        }
        return CONTINUE;
    }

    /**
     * As on Linux, a bare ACK that says nothing new and is older than the newest segment by no more than a timeout was only
     * overtaken; an answer to it would be one more ACK for nothing, and two peers that do so would not stop.
     */
    private static boolean isReorderedAck(final Tcb tcb, final Segment seg) {
        final SendState snd = tcb.snd;
        final int window = seg.wnd << snd.shift;
        return seg.has(ACK)
                && seg.len() == 0
                && seg.seq == tcb.rcv.nxt
                && seg.ack == snd.una
                && seg.seq == snd.wl1
                && window <= snd.wnd
                && window > 0
                && tcb.rcv.tsRecent - seg.options.tsVal <= Timestamps.ticks(tcb.rtt.rtoNs());
    }

    /** "First, check sequence number": an unacceptable segment earns an ACK, unless RST. */
    private boolean step1CheckSequence(final Tcb tcb, final Segment seg, final long nowNs) {
        final ReceiveState rcv = tcb.rcv;
        if (Acceptability.isAcceptable(seg.seq, seg.len(), rcv.nxt, rcv.wnd)) {
            return CONTINUE;
        }
        if (isCrossingSynAck(tcb, seg)) {
            seg.flags &= ~(SYN | ECE); // RFC 3168 §6.1.1: on a SYN-ACK it grants ECN
            seg.seq++;
            seg.wnd >>>= tcb.snd.shift; // RFC 7323 §2.2: the window of a SYN is not scaled, and step five scales it
            acks.ackNow(tcb);
            return CONTINUE;
        }
        if (tcb.fastOpen != null && seg.seq == rcv.irs && (seg.flags & (SYN | ACK | RST)) == SYN) {
            handshakeOutput.syn(tcb, true, null, nowNs); // our SYN-ACK may be lost
            return DONE;
        }
        if (rcv.wnd == 0 && seg.seq == rcv.nxt && !seg.has(SYN)) {
            // "special allowance should be made to accept valid ACKs, URGs, and RSTs" (MUST-66); the text is dropped
            // later
            acks.ackNow(tcb);
            return CONTINUE;
        }
        if (isResetOfFin(tcb, seg)) {
            return CONTINUE;
        }
        context.drop(DropReason.TCP_INVALID_SEQUENCE);
        if (!seg.has(RST)) {
            replies.ackUnacceptable(tcb, seg, nowNs);
        }
        return DONE;
    }

    /** RFC 9293 figure 8: the SYN-ACK of a simultaneous open repeats a SYN that we have, but its ACK is the one we wait for. */
    private static boolean isCrossingSynAck(final Tcb tcb, final Segment seg) {
        return tcb.state == TcpState.SYN_RECEIVED
                && seg.has(SYN)
                && seg.has(ACK)
                && !seg.has(RST)
                && seg.seq + 1 == tcb.rcv.nxt
                && Seq.gt(seg.ack, tcb.snd.una)
                && Seq.le(seg.ack, tcb.snd.nxt);
    }

    /** Some peers send a FIN and then a RST with the same number when their application is killed. */
    private static boolean isResetOfFin(final Tcb tcb, final Segment seg) {
        return tcb.config.lenientResets()
                && seg.has(RST)
                && seg.seq == tcb.rcv.nxt - 1
                && switch (tcb.state) {
                    case CLOSE_WAIT, CLOSING, LAST_ACK -> true;
                    case LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, TIME_WAIT, CLOSED ->
                        false;
                };
    }

    /** A RST behind text of which a part was lost: the end of the newest text that we hold is as exact as RCV.NXT. */
    private static boolean isResetBehindHole(final Tcb tcb, final Segment seg) {
        final Reassembly held = tcb.rcv.reassembly;
        return tcb.config.lenientResets()
                && tcb.rcv.sack
                && held != null
                && !held.isEmpty()
                && seg.seq == held.highest();
    }

    /** "Second, check the RST bit", with the exact-match rule of RFC 5961 §3.2. */
    private boolean step2CheckRst(final Tcb tcb, final Segment seg, final long nowNs) {
        if (!seg.has(RST)) {
            return CONTINUE;
        }
        if (seg.seq != tcb.rcv.nxt && !isResetOfFin(tcb, seg) && !isResetBehindHole(tcb, seg)) {
            context.drop(DropReason.TCP_INVALID_RST);
            replies.challengeAck(tcb, nowNs);
            return DONE;
        }
        final int error = switch (tcb.state) {
            case SYN_RECEIVED -> tcb.active ? Errno.ECONNREFUSED : Errno.ECONNRESET;
            case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT -> Errno.ECONNRESET;
            // "Enter the CLOSED state ... and return" (docs/adr/0017): only text that may be lost is worth a word.
            case CLOSING, LAST_ACK -> tcb.snd.buffer.size() == 0 ? Errno.OK : Errno.ECONNRESET;
            case LISTEN, SYN_SENT, TIME_WAIT, CLOSED -> Errno.OK;
        };
        if (tcb.state == TcpState.SYN_RECEIVED) {
            context.count(StackCounter.TcpAttemptFails);
        } else if (tcb.state == TcpState.ESTABLISHED || tcb.state == TcpState.CLOSE_WAIT) { // RFC 4022, as Linux
            context.count(StackCounter.TcpEstabResets);
        }
        if (tcb.fastOpen != null) {
            tcb.fastOpen.endByReset(nowNs);
            tcb.fastOpen = null;
        }
        endings.toClosed(tcb, error, nowNs);
        return DONE;
    }

    /** "Fourth, check the SYN bit": a challenge ACK whatever its number (RFC 5961 §4.2). */
    private boolean step4CheckSyn(final Tcb tcb, final Segment seg, final long nowNs) {
        if (!seg.has(SYN)) {
            return CONTINUE;
        }
        context.drop(DropReason.TCP_INVALID_SYN);
        context.count(StackCounter.TcpExtTCPSYNChallenge);
        replies.challengeAck(tcb, nowNs);
        return DONE;
    }

    /** "Fifth, check the ACK field." */
    private boolean step5CheckAck(final Tcb tcb, final Segment seg, final long nowNs) {
        if (!seg.has(ACK)) {
            context.drop(DropReason.TCP_FLAGS);
            return DONE;
        }
        return ackProcessing.process(tcb, seg, nowNs);
    }

    /**
     * "Sixth, check the URG bit": the application learns that urgent data is ahead, and that it reaches further than it knew
     * (MUST-32). The pointer is that of RFC 6093 §2: behind the urgent data.
     */
    private void step6CheckUrg(final Tcb tcb, final Segment seg) {
        if (!seg.has(URG) || !tcb.state.canReceive()) {
            return;
        }
        final ReceiveState rcv = tcb.rcv;
        final int up = seg.seq + seg.up;
        if (Seq.le(up, rcv.nxt) || rcv.urgent && Seq.le(up, rcv.up)) {
            return;
        }
        if (rcv.urgent && !tcb.config.urgentInline() && rcv.readNxt() == rcv.up - 1 && rcv.buffer.size() > 0) {
            rcv.discard(1); // the old mark has been reached: its byte never was part of the stream
        }
        rcv.up = up;
        rcv.urgent = true;
        rcv.urgentTaken = false;
        context.tell(tcb, Readiness.URGENT);
    }
}
