package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.fin;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.LISTEN;
import static dev.culvert.tcp.TcpState.SYN_RECEIVED;
import static dev.culvert.tcp.TcpState.SYN_SENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketEncoder;
import dev.culvert.shard.Shard;
import dev.culvert.shard.ShardConfig;
import dev.culvert.wire.IpAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may talk to whom: RFC 9293 §3.9.1.1, §3.9.2.3; RFC 6056; RFC 1122 §4.2.3.10. */
class AddressingTest extends ScriptTest {
    private static IpAddress address(final String text) {
        return IpAddress.parse(text);
    }

    private IpAddress own() {
        return address(v6 ? "fd83::2" : "10.83.0.2");
    }

    private IpAddress peer() {
        return address(v6 ? "fd83::1" : "10.83.0.1");
    }

    private void synBetween(final Script tcp, final IpAddress from, final IpAddress to) {
        tcp.injectPacket(PacketEncoder.tcp(
                new Endpoints(from, 40_000, to, 8_080), syn().seq(1).win(1000)));
    }

    @Test
    @Rfc(number = 9293, id = "MUST-57", section = "3.9.2.3")
    @Rfc(number = 1122, id = "6", section = "4.2.3.10")
    void synToAMulticastOrBroadcastAddressIsIgnored() {
        final Script tcp = given(LISTEN);
        synBetween(tcp, peer(), address(v6 ? "ff02::1" : "224.0.0.1"));
        synBetween(tcp, peer(), v6 ? address("ff0e::5") : address("255.255.255.255"));
        tcp.expectNothing().expectState(LISTEN);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-63", section = "3.9.2.3")
    @Rfc(number = 1122, id = "6", section = "4.2.3.10")
    void synFromAnImpossibleSourceIsIgnored() {
        final Script tcp = given(LISTEN);
        synBetween(tcp, address(v6 ? "ff02::1" : "224.0.0.1"), own());
        synBetween(tcp, address(v6 ? "::" : "0.0.0.0"), own());
        synBetween(tcp, address(v6 ? "::1" : "127.0.0.1"), own());
        if (!v6) {
            synBetween(tcp, address("255.255.255.255"), own());
        }
        tcp.expectNothing().expectState(LISTEN);
    }

    @Test
    void packetForSomebodyElseIsIgnored() {
        final Script tcp = given(LISTEN);
        synBetween(tcp, peer(), address(v6 ? "fd83::77" : "10.83.0.77"));
        tcp.expectNothing();
    }

    @Test
    @Rfc(number = 9293, id = "MUST-46", section = "3.9.1.1")
    void connectRefusesWhatCannotBeReached() {
        final Shard shard = given(CLOSED).shard();
        assertEquals(-Errno.ENETUNREACH, connect(shard, null, address(v6 ? "ff02::1" : "224.0.0.1"), 80));
        assertEquals(-Errno.EINVAL, connect(shard, null, address(v6 ? "::" : "0.0.0.0"), 80));
        assertEquals(-Errno.EINVAL, connect(shard, null, peer(), 0));
        assertEquals(-Errno.EADDRNOTAVAIL, connect(shard, address(v6 ? "fd83::9" : "10.83.0.9"), peer(), 80));
        if (!v6) {
            assertEquals(-Errno.ENETUNREACH, connect(shard, null, address("255.255.255.255"), 80));
        }
    }

    private static long connect(final Shard shard, final IpAddress local, final IpAddress remote, final int port) {
        return shard.connect(local, 0, remote, port, null, "connection", 0);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-41", section = "3.9.1.1")
    void aPortIsListenedOnOnce() {
        final Script tcp = given(LISTEN);
        assertEquals(-Errno.EADDRINUSE, tcp.shard().listen(own(), 8_080, 1, null, "second"));
        assertTrue(tcp.shard().listen(own(), 8_081, 1, null, "other port") > 0);
        assertEquals(-Errno.EADDRNOTAVAIL, tcp.shard().listen(peer(), 8_082, 1, null, "not ours"));
        assertEquals(-Errno.EINVAL, tcp.shard().listen(own(), 70_000, 1, null, "no port"));
        tcp.shard().closeListener(tcp.shard().listen(own(), 0, 1, null, "any port"), 0);
    }

    @Test
    void aConnectionIsOpenedOnce() {
        final Script tcp = given(s -> s.active(), ESTABLISHED);
        final long again = tcp.shard().connect(own(), Setup.LOCAL_PORT, peer(), Setup.PEER_PORT, null, "again", 0);
        assertEquals(-Errno.EADDRINUSE, again);
    }

    @Test
    @Rfc(number = 6056, id = "3", section = "3.3")
    void ephemeralPortsDifferAndComeFromTheWholeRange() {
        final Script tcp = given(CLOSED);
        final Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            final long id = connect(tcp.shard(), null, peer(), 1_000 + i);
            ports.add(tcp.shard().flow(id).localPort());
            tcp.shard().abort(id, 0);
        }
        assertTrue(ports.size() > 450, ports.size() + " different ports of 500");
        assertTrue(ports.stream().allMatch(p -> p >= 32_768 && p <= 60_999), "all in the range");
        assertTrue(ports.stream().anyMatch(p -> p < 40_000) && ports.stream().anyMatch(p -> p > 54_000));
        tcp.discardSent();
    }

    @Test
    @Rfc(number = 6056, id = "3", section = "3.3")
    void anEphemeralPortIsNotGivenTwice() {
        final Script tcp = given(CLOSED);
        tcp.shard().ephemeralPorts(50_000, 50_007);
        final Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            ports.add(tcp.shard().flow(connect(tcp.shard(), null, peer(), 80)).localPort());
        }
        assertEquals(8, ports.size());
        assertEquals(-Errno.EADDRNOTAVAIL, connect(tcp.shard(), null, peer(), 80));
        assertTrue(connect(tcp.shard(), null, peer(), 81) > 0, "to another port of the peer all are free");
        tcp.discardSent().advance(Segments.seconds(300)).discardSent();
    }

    @Test
    @Rfc(number = 6528, id = "2", section = "3")
    void isnsOfDifferentPeersHaveNothingInCommon() {
        final Script tcp = given(LISTEN);
        final Set<Integer> steps = new HashSet<>();
        final int[] ones = new int[32];
        int last = 0;
        for (int i = 0; i < 256; i++) {
            tcp.peerPort(40_001 + i).inject(syn().seq(0)).takeAll();
            final int iss = tcp.iss();
            tcp.inject(rst().seq(1));
            steps.add(iss - last);
            last = iss;
            for (int bit = 0; bit < 32; bit++) {
                ones[bit] += iss >>> bit & 1;
            }
        }
        assertEquals(256, steps.size(), "different steps from one to the next");
        for (int bit = 0; bit < 32; bit++) { // six standard deviations around the half
            assertTrue(ones[bit] > 80 && ones[bit] < 176, "bit " + bit + " is set in " + ones[bit] + " of 256");
        }
    }

    @Test
    @Rfc(number = 9293, id = "MUST-45", section = "3.9.1.1")
    void ownAddressesAreReachedWithoutTheDevice() {
        final Script tcp = given(LISTEN);
        final Shard shard = tcp.shard();
        final long id = shard.connect(own(), 0, own(), 8_080, null, "loop", 0);
        shard.endBatch(0);
        tcp.expectNothing();
        final long accepted = shard.accept(tcp.listener(), "accepted");
        assertTrue(accepted > 0, "accept: " + accepted);
        assertEquals(ESTABLISHED, shard.state(id));
        assertEquals(ESTABLISHED, shard.state(accepted));
        shard.close(id, 0);
        shard.endBatch(0);
        shard.close(accepted, 0);
        shard.endBatch(0);
        assertEquals(CLOSED, shard.state(accepted));
    }

    @Test
    void segmentsOfOneConnectionDoNotReachAnother() {
        final Script tcp = given(ESTABLISHED);
        tcp.peerPort(40_001).inject(data(10).seq(1).ack(1)).takeAll();
        tcp.inject(fin().seq(1).ack(1)).takeAll();
        tcp.peerPort(40_000).expectState(ESTABLISHED).expectNothingToReceive();
        tcp.inject(data(10).seq(1).ack(1)).expect(ack().ack(11)).receive(10);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-42", section = "3.9.1.1")
    void aPortInUseByAnOpeningConnectionCanBeListenedOn() {
        final Script opening = given(s -> s.active(), SYN_SENT);
        assertTrue(opening.shard().listen(own(), Setup.LOCAL_PORT, 1, null, "beside SYN-SENT") > 0);
        opening.inject(syn().seq(0).mss(1000)).expect(synAck()).expectState(SYN_RECEIVED);
        assertTrue(opening.shard().listen(own(), Setup.LOCAL_PORT + 1, 1, null, "beside SYN-RECEIVED") > 0);
        opening.inject(ack().seq(1).ack(1)).expectState(ESTABLISHED);
        opening.peerPort(40_001).inject(syn().seq(0).mss(1000)).expect(synAck());
        opening.peerPort(40_000).abort().takeAll();
        opening.shard().closeListener(opening.shard().listen(own(), 0, 1, null, "any"), 0);
    }

    @Test
    @Rfc(number = 9293, id = "MUST-43", section = "3.9.1.1")
    @Rfc(number = 9293, id = "MUST-45", section = "3.9.1.1")
    void theApplicationMayChooseTheLocalAddressAndKeepsIt() {
        final Script tcp =
                given(s -> s.shard(c -> ShardConfig.of(own(), address(v6 ? "fd83::3" : "10.83.0.3"))), CLOSED);
        final IpAddress second = address(v6 ? "fd83::3" : "10.83.0.3");
        final long id = tcp.shard().connect(second, 5_000, peer(), 80, null, "chosen", 0);
        assertEquals(second.lo(), tcp.shard().flow(id).localLo());
        tcp.discardSent();
        tcp.shard().onTimeout(tcp.shard().nextDeadlineNs());
        assertEquals(second.lo(), tcp.shard().flow(id).localLo(), "a retransmission comes from there too");
        tcp.shard().abort(id, 0);
        tcp.discardSent();
    }

    @Test
    @Rfc(number = 9293, id = "MUST-44", section = "3.9.1.1")
    void withoutALocalAddressIpChoosesOneOfThePeersFamily() {
        final Script tcp = given(CLOSED);
        final Shard shard = tcp.shard();
        final long id = connect(shard, null, peer(), 80);
        assertEquals(own().hi(), shard.flow(id).localHi());
        assertEquals(own().lo(), shard.flow(id).localLo());
        shard.abort(id, 0);
        tcp.discardSent();
    }
}
