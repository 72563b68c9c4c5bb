package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.kit.Rfc;
import dev.culvert.tcp.RecoveryAlgorithm;
import org.junit.jupiter.api.Test;

/** What the whole stack sends when the peer reports holes: RFC 6675, RFC 8985, RFC 9937. */
class SackRecoveryTest extends ScriptTest {
    /** A connection whose round trip was measured as 100 ms. */
    private Script measured() {
        return given(s -> s.rttMs(100).peerSack().config(c -> c.nagle(false).congestion("newreno")), ESTABLISHED);
    }

    @Test
    @Rfc(number = 6675, id = "3", section = "5")
    void theOldestHolesGoFirstAndOnlyAsFarAsTheWindowHasRoom() {
        final Script tcp = measured();
        tcp.send(20_000).takeAll().advance(ms(100));
        // Seven of ten are lost: three delivered segments let three go (RFC 9937).
        tcp.inject(ack().ack(1).sack(7001, 10_001))
                .expect(data(1000).seq(1), data(1000).seq(1001), data(1000).seq(2001))
                .expectNothing();
        tcp.advance(ms(100)).inject(ack().ack(1001).sack(7001, 10_001));
        tcp.expect(data(1000).seq(3001), data(1000).seq(4001)).expectNothing();
        tcp.inject(ack().ack(10_001)).takeAll();
    }

    @Test
    @Rfc(number = 8985, id = "6", section = "7.3")
    void theProbeIsNewTextWhereThereIsSome() {
        final Script tcp = measured();
        tcp.send(11_000).takeAll();
        tcp.expectAfter(ms(202), data(1000).seq(10_001)).expectNothingFor(ms(290));
        tcp.inject(ack().ack(11_001));
    }

    @Test
    @Rfc(number = 8985, id = "6", section = "7.3")
    void theProbeIsTheLastSegmentWhereThereIsNothingNewAndThenTheTimeoutCounts() {
        final Script tcp = measured();
        tcp.send(3_000).takeAll();
        tcp.expectAfter(ms(202), data(1000).seq(2001));
        tcp.expectAfter(ms(300), data(1000).seq(1));
        tcp.inject(ack().ack(3001));
    }

    @Test
    @Rfc(number = 8985, id = "5", section = "7.2")
    void theProbeOfASingleSegmentComesInPlaceOfTheTimeout() {
        final Script tcp = measured();
        tcp.send(1_000).takeAll();
        tcp.expectAfter(ms(300), data(1000).seq(1));
        tcp.expectAfter(ms(300), data(1000).seq(1));
        tcp.expectAfter(ms(600), data(1000).seq(1));
        tcp.inject(ack().ack(1001));
    }

    @Test
    @Rfc(number = 9937, id = "4", section = "6")
    void anAckFromBeforeChangesNothingAndTheEndLeavesTheWindowAtSsthresh() {
        final Script tcp = measured();
        tcp.send(30_000).takeAll().advance(ms(100));
        tcp.inject(ack().ack(2001)).takeAll(); // cwnd 12
        tcp.advance(ms(10)).inject(ack().ack(2001).sack(3001, 14_001));
        assertEquals(6, tcp.takeAllAndCount(), "what was delivered, up to ssthresh");
        tcp.inject(ack().ack(1).sack(3001, 14_001)).expectNothing();
        tcp.advance(ms(100)).inject(ack().ack(14_001));
        assertEquals(1, tcp.takeAllAndCount(), "five of six are still in flight");
        tcp.advance(ms(100)).inject(ack().ack(30_001)).takeAll();
    }

    @Test
    void withoutRackThreeDuplicatesAreWaitedForAndWhatThePeerHoldsIsNotLookedAt() {
        final Script tcp = given(
                s -> s.rttMs(100).peerSack().config(c -> c.nagle(false).recovery(RecoveryAlgorithm.NEWRENO)),
                ESTABLISHED);
        tcp.send(6_000).takeAll().advance(ms(100));
        tcp.inject(ack().ack(1).sack(1001, 6001)).expectNothing();
        tcp.expectAfter(ms(200), data(1000).seq(1)); // no probe, and the timeout
        tcp.inject(ack().ack(1001).sack(2001, 6001))
                .expect(data(1000).seq(1001), data(1000).seq(2001));
        tcp.inject(ack().ack(6001));
    }

    @Test
    void withoutTheProbeALostTailWaitsForTheTimeout() {
        final Script tcp =
                given(s -> s.rttMs(100).peerSack().config(c -> c.nagle(false).tailLossProbe(false)), ESTABLISHED);
        tcp.send(3_000).takeAll();
        tcp.expectAfter(ms(300), data(1000).seq(1));
        tcp.inject(ack().ack(3001));
    }
}
