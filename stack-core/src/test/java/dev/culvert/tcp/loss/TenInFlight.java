package dev.culvert.tcp.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.culvert.counters.Counters;
import dev.culvert.counters.StackCounter;
import dev.culvert.tcp.congestion.AckFacts;
import dev.culvert.tcp.congestion.NewReno;

/** Recovery with SACK on ten segments of 1,000 bytes in flight, sent 1 ms apart on a path of 100 ms. Segments are counted from 0. */
abstract class TenInFlight {
    static final int MSS = 1_000;
    static final long MS = 1_000_000L;
    static final long RTT = 100 * MS;

    final SentSegments sent = new SentSegments(new SentStore());
    final Counters counters = new Counters();
    final NewReno congestion = new NewReno();
    final RackRecovery recovery = new RackRecovery(counters);
    final AckFacts facts = new AckFacts();
    long nowNs = 1_000 * MS;
    int una;
    int nxt;

    TenInFlight() {
        congestion.onOpen(MSS, false, 0);
        recovery.open(sent, congestion, -1);
        facts.minRttNs = RTT;
        facts.srttNs = RTT;
        facts.echoedNs = Long.MAX_VALUE;
        facts.mssBytes = MSS;
        facts.canSendNew = true;
        for (int i = 0; i < 10; i++) {
            nowNs += MS;
            send();
        }
        nowNs += RTT - 9 * MS; // the answer to the first one is due
    }

    void send() {
        sent.append(nxt, nxt + MSS, false, nowNs);
        recovery.onSent(MSS);
        nxt += MSS;
    }

    /** An ACK: everything below segment {@code to}, and the segments from {@code left} up to {@code right}. */
    void ack(final int to, final int left, final int right) {
        facts.nowNs = nowNs;
        facts.inFlightBytes = recovery.inFlightBytes();
        sent.recallFlight(facts, congestion.windowBytes());
        facts.cwndLimited = true;
        facts.duplicate = to * MSS == una;
        facts.una = to * MSS;
        facts.nxt = nxt;
        sent.beginAck(facts.echoedNs, RTT);
        facts.ackedBytes = sent.acknowledge(facts.una, nowNs);
        facts.sackedBytes = left < right ? sent.sack(left * MSS, right * MSS, true, MSS, nowNs) : 0;
        facts.deliveredBytes = sent.deliveredBytes();
        facts.rttNs = sent.rttNs();
        una = facts.una;
        recovery.onAck(facts);
    }

    void dsack(final int to, final int duplicate) {
        facts.dsack = true;
        facts.dsackLeft = duplicate * MSS;
        facts.dsackRight = facts.dsackLeft + MSS;
        ack(to, 0, 0);
        facts.dsack = false;
    }

    int resend() {
        final int record = sent.firstLost();
        assertNotEquals(SentSegments.NONE, record, "something counts as lost");
        sent.splitAt(record, MSS);
        final int segment = sent.start(record) / MSS;
        final long sentNs = sent.sentOnceNs(record);
        sent.retransmitted(record, nowNs, nowNs);
        recovery.onSent(MSS);
        recovery.onRetransmitted(segment * MSS, MSS, sentNs, nowNs);
        return segment;
    }

    void counted(final int times, final StackCounter counter) {
        assertEquals(times, counters.get(counter), counter.name());
    }

    void timeout() {
        nowNs += 300 * MS;
        recovery.onTimeout(una, nxt, nowNs);
    }

    void loseWhatIsMissing() {
        nowNs += 2 * RTT;
        recovery.onReorderingTimeout(una, nxt, nowNs);
        assertEquals(LossPhase.RECOVERY, recovery.phase());
    }
}
