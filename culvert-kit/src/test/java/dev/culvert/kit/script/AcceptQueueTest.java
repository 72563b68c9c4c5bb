package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.rstAck;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.LISTEN;
import static dev.culvert.tcp.TcpState.SYN_RECEIVED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.tcp.SynCookies;
import org.junit.jupiter.api.Test;

/** The SYN queue and the accept queue where they end: as on Linux. */
class AcceptQueueTest extends ScriptTest {
    /** One handshake waits for its ACK while another connection has taken the only place. */
    private Script fullWithOneHalfOpen(final boolean abortOnOverflow) {
        final Script tcp = given(s -> s.backlog(2).config(c -> c.abortOnOverflow(abortOnOverflow)), SYN_RECEIVED);
        final int iss = tcp.iss();
        tcp.peerPort(40_001)
                .inject(syn().seq(0).mss(1000))
                .expectWithin(0, synAck())
                .inject(ack());
        assertEquals(0, tcp.shard().backlog(tcp.listener(), 1));
        tcp.peerPort(40_000).inject(ack().absolute().seq(tcp.peerBase() + 1).ack(iss + 1));
        return tcp.expectCount(StackCounter.TcpExtListenOverflows, 1).expectCount(StackCounter.TcpExtListenDrops, 1);
    }

    @Test
    void thirdAckWithoutAPlaceIsIgnoredAndTheHandshakeGoesOn() {
        final Script tcp = fullWithOneHalfOpen(false).expectNothing().expectState(SYN_RECEIVED);
        tcp.expectAfter(seconds(1), synAck()).accept().abort().discardSent();
        tcp.inject(ack()).expectState(ESTABLISHED).accept();
    }

    @Test
    void dataWithoutAPlaceIsNotAcknowledgedEither() {
        final Script tcp = fullWithOneHalfOpen(false);
        tcp.accept().abort().discardSent().expectAfter(seconds(1), synAck());
        tcp.inject(data(10)).expect(ack().seq(1).ack(11)).accept().receive(10);
    }

    @Test
    void thirdAckWithoutAPlaceIsResetWhenThatIsWanted() {
        final Script tcp = fullWithOneHalfOpen(true).expect(rst());
        assertEquals(0, tcp.shard().halfOpenCount());
        tcp.expectCount(StackCounter.TcpExtEmbryonicRsts, 1).expectNothingFor(seconds(70));
        tcp.accept();
    }

    @Test
    @Rfc(number = 4987, id = "4")
    void theSynQueueIsBoundedByTheBacklog() {
        final Script tcp = given(s -> s.backlog(3).config(c -> c.synCookies(SynCookies.NEVER)), LISTEN);
        for (int i = 0; i < 10; i++) {
            tcp.peerPort(41_000 + i).inject(syn().seq(0).mss(1000)).takeAll();
        }
        assertEquals(3, tcp.shard().halfOpenCount());
        tcp.expectCount(StackCounter.TcpExtListenDrops, 7).expectCount(StackCounter.TcpExtTCPReqQFullDrop, 7);
        tcp.discardSent().closeListener();
    }

    @Test
    @Rfc(number = 4987, id = "4")
    void theSynQueuesOfAllListenersHaveABoundToo() {
        final Script tcp = given(
                s -> s.backlog(100)
                        .shard(c -> new dev.culvert.shard.ShardConfig(
                                c.addresses(),
                                c.mtuBytes(),
                                c.maxPacketBytes(),
                                false,
                                c.memoryLimitBytes(),
                                32_768,
                                60_999,
                                c.maxTimeWait(),
                                c.timeWaitOverflow(),
                                5,
                                c.tcp())),
                LISTEN);
        for (int i = 0; i < 10; i++) {
            tcp.peerPort(41_000 + i).inject(syn().seq(0).mss(1000)).takeAll();
        }
        assertEquals(5, tcp.shard().halfOpenCount());
        tcp.expectCount(StackCounter.TcpExtSyncookiesSent, 5).discardSent().closeListener();
    }

    @Test
    void aSecondListenRaisesTheBacklog() {
        final Script tcp = given(s -> s.backlog(1), LISTEN);
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck()).inject(ack());
        tcp.peerPort(40_001).inject(syn().seq(0).mss(1000)).expectNothing();
        assertEquals(0, tcp.shard().backlog(tcp.listener(), 2));
        tcp.inject(syn().seq(0).mss(1000))
                .expectWithin(0, synAck())
                .inject(ack())
                .accept()
                .abort()
                .discardSent();
        tcp.accept();
        assertEquals(-Errno.EINVAL, tcp.shard().backlog(tcp.listener(), 0));
        assertEquals(-Errno.EBADF, tcp.shard().backlog(99, 5));
    }

    @Test
    void rowsLeaveTheSynQueueWhateverEndsThem() {
        final Script tcp = given(
                s -> s.backlog(1).config(c -> c.synCookies(SynCookies.NEVER).synAckRetries(0)), SYN_RECEIVED);
        tcp.inject(rst().seq(1)).expectState(LISTEN); // a reset
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck());
        tcp.inject(syn().seq(5)).expectState(LISTEN); // a SYN inside the window
        tcp.inject(syn().seq(0).mss(1000)).expect(synAck()).expectNothingFor(seconds(1)); // time
        tcp.inject(syn().seq(0).mss(1000))
                .expectWithin(0, synAck())
                .inject(ack())
                .accept(); // success
        tcp.peerPort(40_001).inject(syn().seq(0).mss(1000)).expectWithin(0, synAck());
        tcp.peerPort(40_000);
    }

    @Test
    @Rfc(number = 9293, section = "3.10.4")
    void closingTheListenerResetsEachWaitingConnectionAndLaterAcks() {
        final Script tcp = given(SYN_RECEIVED);
        final int iss = tcp.iss();
        tcp.peerPort(40_001)
                .inject(syn().seq(0).mss(1000))
                .expectWithin(0, synAck())
                .inject(ack());
        tcp.inject(data(10)).takeAll();
        tcp.closeListener().expect(rstAck().seq(1).ack(11));
        tcp.peerPort(40_000)
                .inject(ack().absolute().seq(tcp.peerBase() + 1).ack(iss + 1))
                .expect(rst());
        tcp.inject(syn().seq(500)).expect(rstAck());
    }
}
