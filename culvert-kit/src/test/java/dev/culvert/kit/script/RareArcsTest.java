package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.rstAck;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.CLOSE_WAIT;
import static dev.culvert.tcp.TcpState.FIN_WAIT_1;
import static dev.culvert.tcp.TcpState.LISTEN;
import static dev.culvert.tcp.TcpState.SYN_RECEIVED;
import static dev.culvert.tcp.TcpState.SYN_SENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.shard.Shard;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Arcs of the state diagram that ordinary connections do not take: RFC 9293 figure 5, §3.10.1, §3.10.4, §3.10.8. */
class RareArcsTest extends ScriptTest {
    private IpAddress peer() {
        return IpAddress.parse(v6 ? "fd83::1" : "10.83.0.1");
    }

    private Script simultaneous() {
        final Script tcp = given(s -> s.active(), SYN_SENT);
        return tcp.inject(syn().seq(0).mss(1000)).expect(synAck()).expectState(SYN_RECEIVED);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.1")
    void aListenerMayBecomeAnActiveOpener() {
        final Script tcp = given(CLOSED);
        final Shard shard = tcp.shard();
        final IpAddress any = v6 ? IpAddress.ANY_V6 : IpAddress.ANY_V4;
        final long listener = shard.listen(any, Setup.LOCAL_PORT, 1, null, "passive");
        final long id = shard.connectListener(listener, peer(), Setup.PEER_PORT, "active now", 0);
        assertTrue(id > 0, "connect: " + id);
        tcp.expect(syn().mss(v6 ? 1_440 : 1_460));
        assertEquals(Setup.LOCAL_PORT, shard.flow(id).localPort());
        assertEquals(-Errno.EBADF, shard.listenerPort(listener), "nobody listens any more");
        tcp.inject(synAck().seq(0).ack(1).mss(1000)).expect(ack().seq(1).ack(1));
        assertEquals(TcpState.ESTABLISHED, shard.state(id));
        tcp.peerPort(40_001).inject(syn().seq(0)).expect(rstAck().ack(1));
        shard.abort(id, 0);
        tcp.discardSent();
    }

    @Test
    @Rfc(number = 9293, section = "3.10.1")
    void aListenerThatCannotConnectGoesOnListening() {
        final Script tcp = given(LISTEN);
        final IpAddress nowhere = IpAddress.parse(v6 ? "ff02::1" : "224.0.0.1");
        assertEquals(-Errno.ENETUNREACH, tcp.shard().connectListener(tcp.listener(), nowhere, 80, "no", 0));
        assertEquals(-Errno.EBADF, tcp.shard().connectListener(99, peer(), 80, "no such listener", 0));
        final IpAddress otherFamily = IpAddress.parse(v6 ? "10.83.0.1" : "fd83::1");
        assertEquals(-Errno.ENETUNREACH, tcp.shard().connectListener(tcp.listener(), otherFamily, 80, "no", 0));
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck()).inject(rst().seq(1)).expectState(LISTEN);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.4")
    void closeInSynReceivedWaitsForTheHandshake() {
        final Script tcp = simultaneous();
        tcp.shutdownWrite().expectNothing().inject(ack().seq(1).ack(1));
        tcp.expect(fin().seq(1).ack(1)).expectState(FIN_WAIT_1);
    }

    @Test
    @Rfc(number = 5927, id = "3", section = "5.2")
    void portUnreachableRefusesInSynReceivedToo() {
        final Script tcp = simultaneous();
        tcp.injectIcmpError(v6 ? 1 : 3, v6 ? 4 : 3, 0);
        tcp.expectNothing().expectState(CLOSED).expectClosed(Errno.ECONNREFUSED);
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"CLOSE_WAIT", "CLOSING", "LAST_ACK"})
    @Rfc(number = 9293, id = "MUST-20", section = "3.8.3")
    void silenceEndsEveryStateThatWaitsForAnAck(final TcpState state) {
        final Script tcp = given(s -> s.config(c -> c.retries2(2)), state);
        if (state == CLOSE_WAIT) {
            tcp.send(100).expect(data(100));
        }
        tcp.expectState(state).advance(seconds(60)).takeAll();
        tcp.expectState(CLOSED).expectClosed(Errno.ETIMEDOUT);
    }
}
