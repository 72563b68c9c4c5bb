package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.tcp.Probe;
import dev.culvert.tcp.Segment;
import dev.culvert.tcp.Tcb;
import dev.culvert.tcp.congestion.AckFacts;
import org.junit.jupiter.api.Test;

/** A segment that arrives while nothing is in flight acknowledges nothing: loss recovery and congestion control are not asked. */
class NothingInFlightTest extends ScriptTest {
    private int judged;

    private Script watched() {
        final Script tcp = given(Setup::peerSack, ESTABLISHED).snd(1, 1);
        tcp.stack.watch(new Probe() {
            @Override
            public void onAck(final Tcb tcb, final Segment seg, final AckFacts facts) {
                judged++;
            }
        });
        return tcp;
    }

    @Test
    void aRequestIsNoAcknowledgement() {
        final Script tcp = watched();
        tcp.inject(data(100).seq(1).ack(1)).receive(100);
        assertEquals(0, judged);
        tcp.send(200).takeAll();
        tcp.inject(data(100).seq(101).ack(201)).receive(100);
        assertEquals(1, judged, "it acknowledges the response");
        tcp.inject(data(100).seq(201).ack(201)).receive(100);
        assertEquals(1, judged);
        tcp.takeAll();
    }

    @Test
    void itsWindowCounts() {
        final Script tcp = watched();
        tcp.inject(data(100).seq(1).ack(1).win(1_000)).receive(100).takeAll();
        tcp.send(1_500).expect(data(1_000).seq(1).ack(101)).expectNothing();
        tcp.inject(ack().seq(101).ack(1_001).win(1_000))
                .expect(data(500).seq(1_001).ack(101));
        tcp.inject(ack().seq(101).ack(1_501));
    }

    @Test
    void aLateReportOfADuplicateIsHeard() {
        final Script tcp = watched();
        tcp.send(200).takeAll();
        tcp.inject(ack().seq(1).ack(201)).inject(ack().seq(1).ack(201).sack(1, 201));
        assertEquals(2, judged);
    }
}
