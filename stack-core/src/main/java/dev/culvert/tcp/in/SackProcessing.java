package dev.culvert.tcp.in;

import dev.culvert.counters.StackCounter;
import dev.culvert.seq.Seq;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.SendState;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.TcpContext;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.tcp.loss.SackBlocks;
import dev.culvert.tcp.option.SegmentOptions;

/** The SACK option of an ACK: what the peer holds (RFC 2018 §5) and what came to it twice (RFC 2883 §4). Shard's thread only. */
final class SackProcessing {
    private final TcpContext context;

    /** For the connections of this shard. */
    SackProcessing(final TcpContext context) {
        this.context = context;
    }

    /** Enters the blocks into the scoreboard; {@link AckFacts#una} is set, and what is below it is acknowledged. */
    void process(final Tcb tcb, final Segment seg, final AckFacts facts) {
        facts.sackedBytes = 0;
        facts.dsack = false;
        final SegmentOptions options = seg.options;
        if (options.sackBlocks == 0 || !tcb.recovery.wantsSack()) {
            return;
        }
        final int first = isDuplicateReport(options, seg.ack) ? 1 : 0;
        if (first == 1) {
            learnDuplicate(tcb.snd, options, seg.ack, facts);
        }
        final SackBlocks blocks = tcb.sent.blocks();
        blocks.begin();
        for (int i = first; i < options.sackBlocks; i++) {
            final int left = options.sackLeft[i];
            final int right = options.sackRight[i];
            if (Seq.ge(left, facts.una) && Seq.lt(left, right) && Seq.le(right, facts.nxt)) {
                final int known = blocks.add(left, right);
                if (left + known != right) {
                    facts.sackedBytes += tcb.sent.sack(left + known, right, i == 0, facts.mssBytes, facts.nowNs);
                }
            } else {
                context.count(StackCounter.TcpExtTCPSACKDiscard);
            }
        }
        blocks.end();
    }

    /** RFC 2883 §4: only the first block may report a duplicate, which is acknowledged already or lies in the second block. */
    private static boolean isDuplicateReport(final SegmentOptions options, final int ack) {
        final int left = options.sackLeft[0];
        final int right = options.sackRight[0];
        return Seq.lt(left, ack)
                || options.sackBlocks > 1 && Seq.ge(left, options.sackLeft[1]) && Seq.le(right, options.sackRight[1]);
    }

    /** RFC 2883 §5. What was never sent, or is older than a window, cannot have come twice lately. */
    private void learnDuplicate(
            final SendState snd, final SegmentOptions options, final int ack, final AckFacts facts) {
        final int left = options.sackLeft[0];
        final int right = options.sackRight[0];
        if (Seq.ge(left, right) || Seq.gt(right, facts.nxt) || Seq.lt(left, snd.una - snd.maxWnd)) {
            context.count(StackCounter.TcpExtTCPSACKDiscard);
            return;
        }
        facts.dsack = true;
        facts.dsackLeft = left;
        facts.dsackRight = right;
        context.count(Seq.lt(left, ack) ? StackCounter.TcpExtTCPDSACKRecv : StackCounter.TcpExtTCPDSACKOfoRecv);
    }
}
