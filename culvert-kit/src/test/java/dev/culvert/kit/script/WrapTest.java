package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.TIME_WAIT;

import dev.culvert.kit.Rfc;
import org.junit.jupiter.api.Test;

/** Sequence numbers that pass 2<sup>32</sup> and 2<sup>31</sup> in the middle of everything: RFC 9293 §3.4. */
class WrapTest extends ScriptTest {
    private static final int[] EDGES = {-1, -2, -500, 0x7fffffff, 0x7ffffe00};

    @Test
    @Rfc(number = 9293, section = "3.4")
    void sending() {
        for (final int edge : EDGES) {
            final Script tcp = given(s -> s.active().iss(edge), ESTABLISHED);
            tcp.send(3000)
                    .expect(data(1000).seq(1), data(1000).seq(1001), data(1000).seq(2001));
            tcp.inject(ack().ack(1001)).inject(ack().ack(3001)).expectNothingFor(seconds(3));
            tcp.shutdownWrite().expect(fin().seq(3001));
            tcp.inject(fin().seq(1).ack(3002)).expect(ack().seq(3002).ack(2)).expectState(TIME_WAIT);
        }
    }

    @Test
    @Rfc(number = 9293, section = "3.4")
    void receiving() {
        for (final int edge : EDGES) {
            final Script tcp = given(s -> s.irs(edge), ESTABLISHED);
            tcp.inject(data(1000).seq(1)).expect(ack().ack(1001));
            tcp.inject(data(1000).seq(501)).expect(ack().ack(1501)).receive(1500);
            tcp.inject(fin().seq(1501).len(100))
                    .expect(ack().ack(1602))
                    .receive(100)
                    .expectEof();
        }
    }

    @Test
    @Rfc(number = 9293, section = "3.4")
    void outOfOrderWithSack() {
        for (final int edge : EDGES) {
            final Script tcp = given(s -> s.irs(edge).peerSack(), ESTABLISHED);
            tcp.inject(data(400).seq(401)).expect(ack().ack(1).sack(401, 801));
            tcp.inject(data(400).seq(1201)).expect(ack().ack(1).sack(1201, 1601).sack(401, 801));
            tcp.inject(data(400).seq(1)).expect(ack().ack(801).sack(1201, 1601));
            tcp.inject(data(400).seq(801)).expect(ack().ack(1601).noSack()).receive(1600);
        }
    }

    @Test
    @Rfc(number = 9293, section = "3.4")
    void retransmitting() {
        for (final int edge : EDGES) {
            final Script tcp = given(s -> s.active().iss(edge), ESTABLISHED);
            tcp.send(5000).takeAll();
            tcp.advance(ms(10)).inject(ack().ack(1)).inject(ack().ack(1)).inject(ack().ack(1));
            tcp.expect(data(1000).seq(1))
                    .inject(ack().ack(3001))
                    .expect(data(1000).seq(3001));
            tcp.takeAll().expectWithin(seconds(10), data(1000).seq(3001));
            tcp.inject(ack().ack(5001));
        }
    }

    @Test
    @Rfc(number = 9293, section = "3.4")
    void judgingResets() {
        for (final int edge : EDGES) {
            final Script tcp = given(s -> s.irs(edge), ESTABLISHED);
            tcp.inject(rst().seq(0)).inject(rst().seq(tcp.rightEdge())).expectNothing();
            tcp.inject(rst().seq(1)).expectState(CLOSED).expectReset();
        }
    }
}
