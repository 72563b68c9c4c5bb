package dev.culvert.tcp.out;

import dev.culvert.counters.StackCounter;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.MtuSearch;
import dev.culvert.tcp.PathMtu;
import dev.culvert.tcp.SendState;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.loss.LossPhase;
import dev.culvert.tcp.loss.SentSegments;
import dev.culvert.timer.TimerKind;

/**
 * The output decision: what a connection may send now. Lost segments go first, then new text as far as the peer's window, the
 * congestion window, Nagle's rule (RFC 9293 §3.7.4) and silly-window avoidance (§3.8.6.2.1) allow, then an ACK if one is still
 * owed. Runs once per connection and batch. Shard's thread only.
 */
public final class Transmitter {
    private static final int STOP = -1;
    /** RFC 9293 §3.8.6.2.1 allows 0.1 to 1 s; within that it is the retransmission timeout, as on Linux. */
    private static final long MIN_SWS_OVERRIDE_NS = 200_000_000L;

    private static final long MAX_SWS_OVERRIDE_NS = 1_000_000_000L;

    /** Linux's {@code sk_gso_max_size}. */
    private static final int LARGEST_PIECE = 65_536;
    /** Linux's {@code sk_pacing_shift}: a 1,024th of a second. */
    private static final long PACED_AT_ONCE_NS = 1_000_000_000L >> 10;
    /** Linux's {@code tcp_tso_rtt_log}, 9, for nanoseconds: every 0.5 ms of the path halve what short paths may send more. */
    private static final int SHORT_PATH_SHIFT = 19;

    /** RFC 7661 §4.4.3, the non-validated period. */
    private static final long NON_VALIDATED_NS = 300_000_000_000L;

    /** Segments with text that one connection may send before the others have their turn. */
    private static final int SEGMENTS_PER_TURN = 32;

    private final TcpContext context;
    private final SegmentOutput output;
    private final PathMtu pathMtu;
    private final Pacer pacer;
    private final RecoveryTimers timers;
    private int batchQuota;
    private int turnQuota;
    /** The congestion window is what has stopped the connection whose turn it is. */
    private boolean cwndStopped;
    /** Full segments sent in a row since the last one with PSH, and how many there may be. */
    private int unpushed;

    private int pushEvery;

    /** Sends through this output. */
    public Transmitter(
            final TcpContext context, final SegmentOutput output, final PathMtu pathMtu, final RecoveryTimers timers) {
        this.context = context;
        this.output = output;
        this.pathMtu = pathMtu;
        this.timers = timers;
        pacer = new Pacer(context);
    }

    /**
     * A batch begins: so many segments with text may leave in it. What does not leave stays on the dirty list. Without a
     * limit, open windows would fill the device's queue with segments, and the answers to them would find no room in it.
     */
    public void beginBatch(final int segments) {
        batchQuota = segments;
    }

    /** Whether the batch may send more text. */
    public boolean hasQuota() {
        return batchQuota > 0;
    }

    /** Sends what may go. */
    public void run(final Tcb tcb, final long nowNs) {
        if (maySend(tcb)) {
            pathMtu.raiseWhenDue(tcb, nowNs);
            validateWindow(tcb, nowNs);
            turnQuota = Math.min(Math.min(batchQuota, SEGMENTS_PER_TURN), pacer.packetsNow(tcb, nowNs));
            final long sentBefore = tcb.counts.bytesSent;
            sendWaiting(tcb, nowNs);
            pacer.charge(tcb, tcb.counts.bytesSent - sentBefore, nowNs);
            if (tcb.state != TcpState.SYN_RECEIVED) { // until then the SYN-ACK is what must be repeated
                startTimers(tcb, nowNs);
            }
            if (turnQuota <= 0) {
                pacer.continueLater(tcb, nowNs);
            }
        }
        tcb.snd.moreFollows = false;
        sendAcks(tcb, nowNs);
    }

    /** Lost segments first, unless new text is to tell whether anything is lost at all (RFC 5682 §3.1). */
    private void sendWaiting(final Tcb tcb, final long nowNs) {
        if (tcb.recovery.wantsNewData()) {
            sendNew(tcb, nowNs);
            tcb.recovery.onNewDataTried(tcb.snd.nxt);
        }
        if (!tcb.recovery.wantsNewData()) {
            retransmitLost(tcb, nowNs);
            sendNew(tcb, nowNs);
        }
    }

    private void spendQuota() {
        turnQuota--;
        batchQuota--;
    }

    private static boolean maySend(final Tcb tcb) {
        return switch (tcb.state) {
            case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK -> true;
            case SYN_RECEIVED -> tcb.fastOpen != null; // RFC 7413 §4.2.2
            case LISTEN, SYN_SENT, TIME_WAIT, CLOSED -> false;
        };
    }

    /** A FIN waits for the handshake, however it began. */
    private static boolean finMayGo(final Tcb tcb) {
        return tcb.snd.finPending() && tcb.state != TcpState.SYN_RECEIVED;
    }

    private void sendAcks(final Tcb tcb, final long nowNs) {
        final int duplicates = tcb.rcv.duplicateAcks;
        tcb.rcv.duplicateAcks = 0;
        if (tcb.rcv.ackNow && (maySend(tcb) || tcb.state == TcpState.SYN_RECEIVED)) {
            output.ack(tcb, nowNs);
        }
        for (int i = 1; i < duplicates; i++) {
            output.ack(tcb, nowNs);
        }
    }

    /**
     * RFC 5681 §4.1: after a pause longer than the retransmission timeout the window is not trusted any more. RFC 7661 §4.4.3: nor
     * is one that the application has left half empty for five minutes.
     */
    private static void validateWindow(final Tcb tcb, final long nowNs) {
        final SendState snd = tcb.snd;
        if (snd.unsentBytes() == 0) {
            return;
        }
        if (tcb.config.slowStartAfterIdle() && tcb.sent.isEmpty() && nowNs - snd.lastSentNs > tcb.rtt.rtoNs()) {
            tcb.congestion.onIdle(nowNs);
        }
        if (nowNs - snd.validatedNs > NON_VALIDATED_NS) {
            snd.validatedNs = nowNs;
            tcb.congestion.onUnvalidated(nowNs);
        }
    }

    private void retransmitLost(final Tcb tcb, final long nowNs) {
        final SentSegments sent = tcb.sent;
        int record = sent.firstLost();
        for (; record != SentSegments.NONE && turnQuota > 0; record = sent.firstLost()) {
            final int from = sent.start(record);
            final int inFlight = tcb.recovery.inFlightBytes();
            final int room = tcb.recovery.windowBytes() - inFlight;
            final int mss = output.currentMss(tcb);
            // The first lost segment always goes (RFC 5681 §3.2 step 3, RFC 6298 §5.4), the others as the windows
            // allow.
            if (from != tcb.snd.una
                    && (room < Math.min(mss, sent.end(record) - from) || Seq.gt(from, tcb.snd.una + tcb.snd.wnd))) {
                return;
            }
            sent.splitAt(record, Math.max(mss, Math.min(room, maxText(mss, tcb)) / mss * mss));
            final long sentNs = sent.sentOnceNs(record);
            final int bytes = sendAgain(tcb, record, nowNs);
            tcb.recovery.onRetransmitted(from, bytes, sentNs, sent.stampNs(record));
            if (from == tcb.snd.una && tcb.recovery.phase() == LossPhase.RECOVERY) {
                timers.restartTimeout(tcb, nowNs); // as on Linux: the timeout counts from the repair
            }
        }
    }

    /** Sends a record again, or as much of it as one packet holds. */
    private int sendAgain(final Tcb tcb, final int record, final long nowNs) {
        final SentSegments sent = tcb.sent;
        final int from = sent.start(record);
        final long stampNs = sent.nextStampNs(record, nowNs);
        final int bytes = output.again(tcb, from, sent.end(record), sent.pushed(record), stampNs, nowNs) - from;
        sent.splitAt(record, bytes);
        sent.retransmitted(record, stampNs, nowNs);
        tcb.recovery.onSent(bytes);
        spendQuota();
        tcb.snd.lastSentNs = nowNs;
        tcb.counts.bytesRetransmitted += bytes;
        final int mss = output.currentMss(tcb);
        countRetransmission(tcb, from, Math.max(1, (bytes + mss - 1) / mss));
        return bytes;
    }

    /** RFC 8985 §7.3, TLP_send_probe(): a segment of new text whatever the congestion window is, or the last one again. */
    public void probe(final Tcb tcb, final long nowNs) {
        final SendState snd = tcb.snd;
        final int mss = output.currentMss(tcb);
        final int length = Math.min(mss, Math.min(snd.unsentOfRecord(), snd.una + snd.wnd - snd.nxt));
        unpushed = 0;
        pushEvery = 0;
        if (length > 0) {
            send(tcb, length, mss, nowNs);
            tcb.recovery.onProbeSent(snd.nxt, 0);
        } else {
            final int bytes = sendAgain(tcb, tcb.sent.lastSegment(mss), nowNs);
            tcb.recovery.onProbeSent(snd.nxt, bytes);
        }
    }

    /** As Linux counts them: what recovery sends again, what follows a timeout, and not what the timeout itself sent. */
    private void countRetransmission(final Tcb tcb, final int from, final int segments) {
        tcb.counts.retransmissions += segments;
        context.counters.add(StackCounter.TcpRetransSegs, segments);
        if (tcb.recovery.phase() == LossPhase.RECOVERY) {
            context.counters.add(StackCounter.TcpExtTCPFastRetrans, segments);
        } else if (from != tcb.snd.una || tcb.snd.retries == 0) {
            context.counters.add(StackCounter.TcpExtTCPSlowStartRetrans, segments);
        }
    }

    private void sendNew(final Tcb tcb, final long nowNs) {
        final SendState snd = tcb.snd;
        final int before = snd.nxt;
        cwndStopped = false;
        unpushed = 0;
        pushEvery = pushSegments(tcb);
        while (turnQuota > 0 && (snd.unsentBytes() > 0 || finMayGo(tcb))) {
            final boolean bare =
                    output.currentMss(tcb) == snd.mss; // other options would make a probe larger than it says
            final int probe = bare ? pathMtu.search().due(tcb, nowNs) : 0;
            final int length = probe != 0 ? probe : snd.unsentBytes() == 0 ? loneFin(snd) : nextLength(tcb);
            cwndStopped |= probe == MtuSearch.WAIT;
            if (length == STOP) {
                break;
            }
            send(tcb, length, probe > 0 ? probe : output.currentMss(tcb), nowNs);
            if (probe > 0) {
                tcb.sent.markProbe();
                pathMtu.search().onSent(tcb, probe, nowNs);
            }
        }
        if (snd.nxt != before || cwndStopped) {
            noteUse(tcb);
        }
        if (!cwndStopped && turnQuota > 0) {
            noteAppLimited(tcb);
        }
    }

    /**
     * Whether the congestion window is used, by the strongest sign of a whole window of data as on Linux: a window that a burst
     * has filled may grow when that burst is acknowledged bit by bit (RFC 7661 §4.2 measures such a pipeACK).
     */
    private void noteUse(final Tcb tcb) {
        final SendState snd = tcb.snd;
        final int inFlight = tcb.recovery.inFlightBytes();
        if (Seq.ge(snd.una, snd.usageEnd) || cwndStopped || !snd.cwndLimited && inFlight > snd.mostInFlight) {
            snd.cwndLimited = cwndStopped;
            snd.mostInFlight = inFlight;
            snd.usageEnd = snd.nxt;
        }
    }

    /**
     * What is sent next is sent after a gap that the application has left (see {@code DeliveryRate}). One that was told to wait has
     * left none: the send buffer is what limits it, and that is not going to change.
     */
    private static void noteAppLimited(final Tcb tcb) {
        final int inFlight = tcb.recovery.inFlightBytes();
        if (tcb.snd.unsentBytes() < tcb.snd.mss
                && !tcb.snd.spaceWanted
                && tcb.sent.lostBytes() == 0
                && inFlight < tcb.congestion.windowBytes()) {
            tcb.sent.rate.onAppLimited(inFlight);
        }
    }

    private void send(final Tcb tcb, final int length, final int segmentSize, final long nowNs) {
        spendQuota();
        final SendState snd = tcb.snd;
        final int from = snd.nxt;
        final boolean endsRecord = length == snd.unsentOfRecord();
        final boolean last = length == snd.unsentBytes();
        final int full = length < segmentSize ? 0 : length / segmentSize;
        final boolean small = full * segmentSize != length || length == 0; // its last segment is
        if (tcb.sent.isEmpty()) {
            snd.stalledSinceNs = nowNs;
        }
        unpushed += full + (small ? 1 : 0);
        final boolean pushed = endsRecord && (!last || !snd.tailUnpushed || snd.overrideSws);
        final boolean push = pushed || !small && unpushed == pushEvery;
        if (push) {
            unpushed = 0;
        }
        final int to =
                output.range(tcb, from, from + length + (last && finMayGo(tcb) ? 1 : 0), push, segmentSize, nowNs);
        snd.finSent |= to == snd.textEnd + 1;
        snd.nxt = to;
        snd.lastSentNs = nowNs;
        snd.overrideSws = false;
        if (small && length > 0 && Seq.ge(to, from + length)) {
            snd.smallEnd = to;
        }
        tcb.sent.append(from, to, pushed && length > 0, nowNs); // as on Linux, PSH by habit is not repeated
        tcb.recovery.onSent(to - from);
        timers.onNewText(tcb, nowNs);
    }

    /**
     * How many full segments Linux would hand down in one piece, and end with PSH ({@code tcp_tso_autosize()}): what its pacing
     * sends in a millisecond, more on short paths, never more than half the congestion window, but two. 0: there is no such habit.
     */
    private static int pushSegments(final Tcb tcb) {
        final int least = tcb.config.pushSegments();
        if (least == 0) {
            return 0;
        }
        final int mss = tcb.snd.mss;
        final long window = tcb.congestion.windowBytes();
        long bytes = LARGEST_PIECE;
        if (tcb.rtt.srttNs() > 0) {
            final boolean slowStart = window < tcb.congestion.slowStartThresholdBytes() / 2;
            final long shrink = Math.min(Integer.SIZE - 1, tcb.rtt.minRttNs() >> SHORT_PATH_SHIFT);
            final long paced = (slowStart ? 10 : 6) * window / 5 * PACED_AT_ONCE_NS / tcb.rtt.srttNs();
            bytes = paced + (LARGEST_PIECE >> shrink);
        }
        final long segments = Math.max(least, Math.min(LARGEST_PIECE, bytes) / mss);
        return (int) Math.min(segments, Math.max(2, window / mss / 2));
    }

    /** A FIN without text needs one number of the window, but no congestion window. */
    private static int loneFin(final SendState snd) {
        return Seq.lt(snd.nxt, snd.una + snd.wnd) ? 0 : STOP;
    }

    /** Bytes of text for the next segment, or {@link #STOP}. */
    private int nextLength(final Tcb tcb) {
        final SendState snd = tcb.snd;
        final int unsent = snd.unsentOfRecord();
        final int mss = output.currentMss(tcb);
        final int windowRoom = Math.max(0, snd.una + snd.wnd - snd.nxt);
        final int cwndRoom = Math.max(0, tcb.recovery.windowBytes() - tcb.recovery.inFlightBytes());
        final int usable = Math.min(unsent, Math.min(windowRoom, cwndRoom));
        if (usable >= mss) {
            return wholeSegments(tcb, usable, mss);
        }
        if (cwndRoom < Math.min(unsent, windowRoom)) {
            cwndStopped = true;
            return STOP;
        }
        if (usable == unsent) {
            return tailMayGo(tcb) ? usable : STOP;
        }
        // The peer's window is the limit: RFC 9293 §3.8.6.2.1, conditions (3) and (4).
        final boolean worthwhile = usable > 0 && usable >= snd.maxWnd / 2;
        return worthwhile || snd.overrideSws && usable > 0 ? usable : STOP;
    }

    private int wholeSegments(final Tcb tcb, final int usable, final int mss) {
        final int toPush = pushEvery > unpushed ? (pushEvery - unpushed) * mss : Integer.MAX_VALUE;
        final int length = Math.min(usable, Math.min(maxText(mss, tcb), toPush));
        final int tail = length % mss;
        return tail == 0 || length == tcb.snd.unsentOfRecord() && tailMayGo(tcb) ? length : length - tail;
    }

    /** Text that one packet may carry: one segment, or with offload as many whole ones as fit. */
    private int maxText(final int mss, final Tcb tcb) {
        // Each wire segment needs an urgent pointer of its own, and only the first one may carry CWR.
        if (tcb.snd.urgent || SegmentOutput.owesCwr(tcb)) {
            return mss;
        }
        final int headers = tcb.isV4() ? 100 : 120;
        return Math.max(mss, Math.min(context.maxPacketBytes - headers, pacer.largestPacket(tcb)) / mss * mss);
    }

    /**
     * Nagle's rule in Minshall's form, as Linux has it: a short segment waits while another short one is unacknowledged, or
     * while the application holds it back.
     */
    private static boolean tailMayGo(final Tcb tcb) {
        final SendState snd = tcb.snd;
        if (snd.finQueued || snd.urgent || snd.overrideSws || snd.unsentOfRecord() < snd.unsentBytes()) {
            return true;
        }
        return !snd.corked && !snd.moreFollows && (!tcb.config.nagle() || Seq.le(snd.smallEnd, snd.una));
    }

    private void startTimers(final Tcb tcb, final long nowNs) {
        final SendState snd = tcb.snd;
        if (!tcb.sent.isEmpty()) {
            tcb.timers.cancel(TimerKind.PERSIST);
            tcb.timers.cancel(TimerKind.SWS_OVERRIDE);
            timers.choose(tcb, nowNs);
            return;
        }
        timers.stop(tcb);
        if (snd.unsentBytes() == 0 && !snd.finPending()) {
            tcb.timers.cancel(TimerKind.PERSIST);
        } else if (Seq.ge(snd.nxt, snd.una + snd.wnd)) {
            startPersist(tcb, nowNs);
        } else if (turnQuota > 0 && !tcb.timers.isRunning(TimerKind.SWS_OVERRIDE)) {
            final long waitNs = Math.min(MAX_SWS_OVERRIDE_NS, Math.max(MIN_SWS_OVERRIDE_NS, tcb.rtt.rtoNs()));
            context.timers.set(tcb.timers, TimerKind.SWS_OVERRIDE, nowNs + waitNs);
        }
    }

    /** RFC 9293 §3.8.6.1: the first probe after one retransmission timeout, the others further and further apart. */
    private void startPersist(final Tcb tcb, final long nowNs) {
        if (!tcb.timers.isRunning(TimerKind.PERSIST)) {
            if (tcb.snd.retries == 0) {
                tcb.snd.stalledSinceNs = nowNs;
            }
            context.timers.set(tcb.timers, TimerKind.PERSIST, nowNs + tcb.rtt.rtoNs(tcb.snd.retries));
        }
    }
}
