package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.CLOSE_WAIT;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.LISTEN;
import static dev.culvert.tcp.TcpState.SYN_SENT;
import static dev.culvert.tcp.TcpState.TIME_WAIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.env.Errno;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.TimeWaitReuse;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SO_REUSEADDR and SO_REUSEPORT as Linux has them, and who is named when a port cannot be had. */
class ReuseTest extends ScriptTest {
    private static final int PORT = Setup.LOCAL_PORT;
    private static final TcpConfig STRICT =
            TcpConfig.DEFAULT.with().reuseAddress(false).build();
    private static final TcpConfig SHARING =
            TcpConfig.DEFAULT.with().reusePort(true).build();

    private IpAddress any() {
        return v6 ? IpAddress.ANY_V6 : IpAddress.ANY_V4;
    }

    private IpAddress own() {
        return IpAddress.parse(v6 ? "fd83::2" : "10.83.0.2");
    }

    private String end(final String v4, final String full) {
        return v6 ? full : v4;
    }

    private static long listen(final Script tcp, final IpAddress local, final int port, final TcpConfig config) {
        return tcp.shard().listen(local, port, 8, config, null);
    }

    private void refused(final Script tcp, final long result, final String holder) {
        assertEquals(-Errno.EADDRINUSE, result);
        assertEquals(holder, tcp.shard().portHolder());
    }

    private Script strict(final TcpState state) {
        return given(s -> s.config(c -> c.reuseAddress(false)), state);
    }

    private String connection(final String state) {
        return end(
                        "the connection 10.83.0.2:8080 to 10.83.0.1:40000",
                        "the connection [fd83::2]:8080 to [fd83::1]:40000")
                + " in " + state;
    }

    @Test
    void aListenerIsNamed() {
        final Script tcp = given(LISTEN);
        final String holder = "a listener on " + end("10.83.0.2:8080", "[fd83::2]:8080") + "; SO_REUSEPORT is off";
        refused(tcp, listen(tcp, own(), PORT, null), holder);
        refused(tcp, listen(tcp, any(), PORT, null), holder);
        assertTrue(listen(tcp, own(), PORT + 1, null) > 0);
        assertEquals("", tcp.shard().portHolder());
    }

    @Test
    void wildcardAndAddressOverlap() {
        final Script tcp = given(TcpState.CLOSED);
        final long all = listen(tcp, any(), PORT, null);
        refused(
                tcp,
                listen(tcp, own(), PORT, null),
                "a listener on " + end("0.0.0.0:8080", "[::]:8080") + "; SO_REUSEPORT is off");
        final IpAddress other = v6 ? IpAddress.ANY_V4 : IpAddress.ANY_V6;
        final long otherFamily = listen(tcp, other, PORT, null);
        assertTrue(all > 0 && otherFamily > 0);
    }

    @Test
    void connectionsLetTheNextListenerHaveThePortWhenBothReuseAddresses() {
        final Script tcp = given(ESTABLISHED).closeListener();
        assertTrue(listen(tcp, own(), PORT, null) > 0);
    }

    @Test
    void aConnectionWithoutReuseKeepsThePort() {
        final Script tcp = strict(CLOSE_WAIT).closeListener();
        refused(
                tcp,
                listen(tcp, any(), PORT, TcpConfig.DEFAULT),
                connection("CLOSE-WAIT") + "; it has no SO_REUSEADDR");
    }

    @Test
    void aListenerWithoutReuseDoesNotTakeAConnectionsPort() {
        final Script tcp = given(ESTABLISHED).closeListener();
        refused(tcp, listen(tcp, any(), PORT, STRICT), connection("ESTABLISHED") + "; SO_REUSEADDR is off");
    }

    @Test
    void timeWaitKeepsThePortForItsTimeUnlessBothReuseAddresses() {
        final Script tcp = strict(TIME_WAIT).close().closeListener();
        refused(
                tcp,
                listen(tcp, own(), PORT, TcpConfig.DEFAULT),
                connection("TIME-WAIT") + ", 60 s left; it has no SO_REUSEADDR");
        tcp.advance(seconds(60));
        assertTrue(listen(tcp, own(), PORT, STRICT) > 0);

        final Script reusing = given(TIME_WAIT).close().closeListener();
        reusing.advance(seconds(19));
        final long later = reusing.shard().listen(own(), PORT, 8, STRICT, null, reusing.elapsedNs());
        refused(reusing, later, connection("TIME-WAIT") + ", 41 s left; SO_REUSEADDR is off");
        assertTrue(listen(reusing, own(), PORT, TcpConfig.DEFAULT) > 0);
    }

    @Test
    void timeWaitThatIsOverDoesNotWaitForItsTimer() {
        final Script tcp = strict(TIME_WAIT).close().closeListener();
        final long end = tcp.elapsedNs() + seconds(60);
        assertEquals(-Errno.EADDRINUSE, tcp.shard().listen(own(), PORT, 8, STRICT, null, end - ms(1)));
        assertTrue(tcp.shard().listen(own(), PORT, 8, STRICT, null, end) > 0);
    }

    @Test
    void anActiveOpenNamesWhoHoldsItsPort() {
        final Script tcp = given(s -> s.active(), SYN_SENT);
        final IpAddress peer = IpAddress.parse(v6 ? "fd83::1" : "10.83.0.1");
        assertEquals(-Errno.EADDRINUSE, tcp.shard().connect(own(), PORT, peer, Setup.PEER_PORT, null, null, 0));
        assertEquals(connection("SYN-SENT") + "; one at a time", tcp.shard().portHolder());
        listen(tcp, any(), 9_000, null);
        refused(
                tcp,
                tcp.shard().connect(own(), 9_000, peer, 1, null, null, 0),
                "a listener on " + end("0.0.0.0:9000", "[::]:9000") + "; SO_REUSEPORT is off");
    }

    @Test
    void anActiveOpenHearsWhyTimeWaitIsNotReused() {
        final IpAddress peer = IpAddress.parse(v6 ? "fd83::1" : "10.83.0.1");
        final Script tcp = given(TIME_WAIT).close().closeListener().advance(seconds(19));
        final TcpConfig off =
                TcpConfig.DEFAULT.with().timeWaitReuse(TimeWaitReuse.OFF).build();
        final long now = tcp.elapsedNs();
        assertEquals(-Errno.EADDRNOTAVAIL, tcp.shard().connect(own(), PORT, peer, Setup.PEER_PORT, off, null, now));
        assertEquals(
                connection("TIME-WAIT") + ", 41 s left; reuse of TIME-WAIT is off",
                tcp.shard().portHolder());
        assertEquals(-Errno.EADDRNOTAVAIL, tcp.shard().connect(own(), PORT, peer, Setup.PEER_PORT, null, null, now));
        assertEquals(
                connection("TIME-WAIT") + ", 41 s left; reuse of TIME-WAIT needs timestamps",
                tcp.shard().portHolder());
    }

    @Test
    void sharingNeedsBoth() {
        final Script tcp = given(TcpState.CLOSED);
        assertTrue(listen(tcp, own(), PORT, SHARING) > 0);
        assertTrue(listen(tcp, any(), PORT, SHARING) > 0);
        refused(
                tcp,
                listen(tcp, own(), PORT, null),
                "a listener on " + end("10.83.0.2:8080", "[fd83::2]:8080") + "; SO_REUSEPORT is off");
        assertTrue(listen(tcp, own(), PORT + 1, null) > 0);
        refused(
                tcp,
                listen(tcp, own(), PORT + 1, SHARING),
                "a listener on " + end("10.83.0.2:8081", "[fd83::2]:8081") + "; it has no SO_REUSEPORT");
    }

    @Test
    void aGroupSharesConnectionsAndEachPeerStaysWithItsListener() {
        final Script tcp = given(TcpState.CLOSED);
        final List<Long> group = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            group.add(listen(tcp, own(), PORT, SHARING));
        }
        final long bystander = listen(tcp, any(), PORT, SHARING); // an exact address beats a wildcard
        final int[] first = spread(tcp, group);
        final int[] second = spread(tcp, group);
        for (int i = 0; i < first.length; i++) {
            assertTrue(first[i] >= 4, "listener " + i + " got " + first[i] + " of 64 connections");
            assertEquals(first[i], second[i]);
        }
        assertEquals(0, tcp.shard().waiting(bystander));
    }

    @Test
    void whoLeavesAGroupLeavesItsShareToTheOthers() {
        final Script tcp = given(TcpState.CLOSED);
        final List<Long> group = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            group.add(listen(tcp, own(), PORT, SHARING));
        }
        tcp.shard().closeListener(group.remove(1), 0);
        final int[] share = spread(tcp, group);
        assertEquals(64, share[0] + share[1]);
    }

    /** 64 peers open connections and are reset; how many each listener got. */
    private static int[] spread(final Script tcp, final List<Long> group) {
        final int[] share = new int[group.size()];
        for (int peer = 0; peer < 64; peer++) {
            tcp.peerPort(50_000 + peer);
            tcp.inject(syn().seq(0).mss(1000))
                    .expect(synAck().seq(0).ack(1))
                    .inject(ack().seq(1).ack(1));
            for (int i = 0; i < share.length; i++) {
                final long connection = tcp.shard().accept(group.get(i), null);
                if (connection > 0) {
                    share[i]++;
                    tcp.inject(rst().seq(1));
                    tcp.shard().close(connection, 0);
                }
            }
        }
        return share;
    }
}
