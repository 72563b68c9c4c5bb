package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;
import static dev.culvert.kit.posix.Remote.accepted;
import static dev.culvert.kit.posix.Remote.address;
import static dev.culvert.kit.posix.Remote.fails;
import static dev.culvert.kit.posix.Remote.ok;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.script.Segments;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionCallsTest {
    private final LinuxSockets os = Remote.system();
    private final Remote peer = new Remote(os, 5_000);
    private final int fd = ok(os.socket(AF_INET, SOCK_STREAM, 0));

    private int get(final int socket, final int level, final int name) {
        final SystemCall call = os.getsockopt(socket, level, name, 4);
        ok(call);
        return new OptionValue(call.data()).number();
    }

    @ParameterizedTest
    @CsvSource({
        "SOL_SOCKET, SO_REUSEADDR, 0, 1, 1",
        "SOL_SOCKET, SO_REUSEPORT, 0, 1, 1",
        "SOL_SOCKET, SO_KEEPALIVE, 0, 5, 1",
        "SOL_SOCKET, SO_OOBINLINE, 0, 1, 1",
        "SOL_SOCKET, SO_RCVLOWAT, 1, 0, 1",
        "SOL_SOCKET, SO_RCVBUF, 131072, 5000, 10000",
        "SOL_SOCKET, SO_RCVBUF, 131072, 10000000, 425984",
        "SOL_SOCKET, SO_RCVBUF, 131072, 1, 2304",
        "SOL_SOCKET, SO_SNDBUF, 16384, 5000, 10000",
        "SOL_SOCKET, SO_SNDBUF, 16384, 1, 4608",
        "SOL_SOCKET, SO_PRIORITY, 0, 3, 3",
        "SOL_TCP, TCP_NODELAY, 0, 1, 1",
        "SOL_TCP, TCP_CORK, 0, 1, 1",
        "SOL_TCP, TCP_MAXSEG, 536, 1000, 1000",
        "SOL_TCP, TCP_KEEPIDLE, 7200, 9, 9",
        "SOL_TCP, TCP_KEEPINTVL, 75, 9, 9",
        "SOL_TCP, TCP_KEEPCNT, 9, 3, 3",
        "SOL_TCP, TCP_SYNCNT, 6, 3, 3",
        "SOL_TCP, TCP_LINGER2, 60, 7, 7",
        "SOL_TCP, TCP_DEFER_ACCEPT, 0, 5, 7",
        "SOL_TCP, TCP_WINDOW_CLAMP, 0, 20000, 20000",
        "SOL_TCP, TCP_WINDOW_CLAMP, 0, 5, 1152",
        "SOL_TCP, TCP_QUICKACK, 1, 0, 0",
        "SOL_TCP, TCP_USER_TIMEOUT, 0, 30000, 30000",
        "SOL_TCP, TCP_NOTSENT_LOWAT, 0, 16384, 16384",
        "SOL_TCP, TCP_INQ, 0, 1, 1",
        "SOL_IP, IP_TOS, 0, 187, 184",
        "SOL_IP, IP_TTL, 64, 9, 9",
        "SOL_IP, IP_MTU_DISCOVER, 1, 2, 2"
    })
    void optionsHaveLinuxsDefaultsAndKeepWhatIsSet(
            final String level, final String name, final int before, final int set, final int after) {
        final int levelNumber = LinuxConstants.all().get(level);
        final int number = LinuxConstants.all().get(name);
        assertEquals(before, get(fd, levelNumber, number));
        ok(os.setsockopt(fd, levelNumber, number, OptionValue.of(set)));
        assertEquals(after, get(fd, levelNumber, number));
    }

    @ParameterizedTest
    @CsvSource({
        "SOL_TCP, TCP_KEEPIDLE, 0, EINVAL",
        "SOL_TCP, TCP_KEEPIDLE, 32768, EINVAL",
        "SOL_TCP, TCP_KEEPCNT, 128, EINVAL",
        "SOL_TCP, TCP_SYNCNT, 0, EINVAL",
        "SOL_TCP, TCP_MAXSEG, 87, EINVAL",
        "SOL_TCP, TCP_MAXSEG, 32768, EINVAL",
        "SOL_TCP, TCP_USER_TIMEOUT, -1, EINVAL",
        "SOL_TCP, TCP_INQ, 2, EINVAL",
        "SOL_TCP, TCP_FASTOPEN, -1, EINVAL",
        "SOL_TCP, TCP_MD5SIG, 1, ENOPROTOOPT",
        "SOL_SOCKET, SO_TYPE, 1, ENOPROTOOPT",
        "SOL_SOCKET, SO_SNDLOWAT, 1, ENOPROTOOPT",
        "SOL_IP, IP_TTL, 256, EINVAL",
        "SOL_IP, IP_TTL, 0, EINVAL",
        "SOL_IP, IP_MTU_DISCOVER, 9, EINVAL",
        "SOL_IPV6, IPV6_V6ONLY, 1, ENOPROTOOPT"
    })
    void badValuesAndUnknownOptionsAreRefused(
            final String level, final String name, final int value, final String error) {
        final int levelNumber = LinuxConstants.all().get(level);
        fails(
                LinuxConstants.all().get(error),
                os.setsockopt(fd, levelNumber, LinuxConstants.all().get(name), OptionValue.of(value)));
    }

    @Test
    void otherShapesOfValues() {
        fails(EINVAL, os.setsockopt(fd, SOL_TCP, TCP_NODELAY, new byte[2]));
        fails(EINVAL, os.setsockopt(fd, SOL_SOCKET, SO_LINGER, new byte[4]));
        fails(ENOPROTOOPT, os.getsockopt(fd, 99, 1, 4));
        fails(EINVAL, os.getsockopt(fd, SOL_TCP, TCP_NODELAY, -1));
        fails(ENOTCONN, os.getsockopt(fd, SOL_IP, IP_MTU, 4));
        ok(os.setsockopt(fd, SOL_SOCKET, SO_LINGER, OptionValue.of(1, 30)));
        assertArrayEquals(
                OptionValue.of(1, 30),
                os.getsockopt(fd, SOL_SOCKET, SO_LINGER, 8).data());
        final byte[] reno = "reno".getBytes(StandardCharsets.US_ASCII);
        ok(os.setsockopt(fd, SOL_TCP, TCP_CONGESTION, reno));
        assertArrayEquals(reno, os.getsockopt(fd, SOL_TCP, TCP_CONGESTION, 4).data());
        fails(ENOENT, os.setsockopt(fd, SOL_TCP, TCP_CONGESTION, "nobody".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void acceptedSocketsInheritAndTheWireShowsIt() {
        final int listener = Remote.listener(os);
        ok(os.setsockopt(listener, SOL_TCP, TCP_MAXSEG, OptionValue.of(700)));
        ok(os.setsockopt(listener, SOL_IP, IP_TTL, OptionValue.of(7)));
        ok(os.setsockopt(listener, SOL_IP, IP_TOS, OptionValue.of(0x20)));
        peer.handshake();
        assertEquals(700, peer.last.mss);
        assertEquals(7, peer.last.ttl);
        assertEquals(0x20, peer.last.tos);
        final int accepted = ok(os.accept(listener, 0));
        assertEquals(7, get(accepted, SOL_IP, IP_TTL));
        assertEquals(700, get(accepted, SOL_TCP, TCP_MAXSEG));
        assertEquals(1_500, get(accepted, SOL_IP, IP_MTU));
    }

    @Test
    void windowsAreThoseOfAFreshLinux() {
        Remote.listener(os);
        peer.handshake();
        assertEquals(64_240, peer.last.win); // 131,072 / 2 in whole segments of 1,460
        assertEquals(10, peer.last.wscale); // for a buffer that may grow to 32 MB
    }

    @Test
    void receiveBufferDecidesWindowAndShift() {
        final int listener = Remote.listener(os);
        ok(os.setsockopt(listener, SOL_SOCKET, SO_RCVBUF, OptionValue.of(2_920)));
        peer.handshake();
        assertEquals(2_920, peer.last.win);
        assertEquals(0, peer.last.wscale);
    }

    @Test
    void deferredAcceptWaitsForTextAndRepeatsTheSynAckAtTheEndOfItsTime() {
        final int listener = Remote.listener(os);
        ok(os.fcntl(listener, F_SETFL, O_NONBLOCK));
        ok(os.setsockopt(listener, SOL_TCP, TCP_DEFER_ACCEPT, OptionValue.of(5))); // timeouts at 1, 3 and 7 s
        peer.handshake();
        fails(EAGAIN, os.accept(listener, 0));
        os.advanceTo(os.nowNs() + 6_999_000_000L);
        peer.nothing();
        os.advanceTo(os.nowNs() + 1_000_000L);
        peer.expect("S. 0:0(0) ack 1");
        peer.data(1, "hi", 1);
        assertEquals(5, ok(os.accept(listener, 0)));
        assertEquals(2, ok(os.recv(5, 10, 0)));
    }

    @Test
    void theSecondSegmentIsDelayedWithoutQuickAcks() {
        final int connection = accepted(peer);
        ok(os.setsockopt(connection, SOL_TCP, TCP_QUICKACK, OptionValue.of(0)));
        peer.data(1, "x", 1);
        peer.nothing();
        ok(os.setsockopt(connection, SOL_TCP, TCP_QUICKACK, OptionValue.of(1)));
        peer.expect(". 1:1(0) ack 2");
    }

    @Test
    void keepaliveProbesAfterItsIdleTime() {
        final int connection = accepted(peer);
        ok(os.setsockopt(connection, SOL_SOCKET, SO_KEEPALIVE, OptionValue.of(1)));
        ok(os.setsockopt(connection, SOL_TCP, TCP_KEEPIDLE, OptionValue.of(2)));
        peer.expectAfterMs(2_000, ". 0:0(0) ack 1");
    }

    // ------------------------------------------------------------------ TCP_INFO

    private ByteBuffer info(final int socket) {
        final SystemCall call = os.getsockopt(socket, SOL_TCP, TCP_INFO, 1_000);
        ok(call);
        return ByteBuffer.wrap(call.data()).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void infoFollowsTheConnection() {
        assertEquals(TCP_CLOSE, info(fd).get(0));
        final int listener = Remote.listener(os);
        assertEquals(TCP_LISTEN, info(listener).get(0));
        peer.in(Segments.syn().seq(0).mss(1_000).sackOk().wscale(7));
        peer.expect("S. 0:0(0) ack 1");
        os.advanceTo(os.nowNs() + 100_000_000L);
        peer.in(Segments.ack().seq(1).ack(1));
        assertEquals(1, info(listener).getInt(24));
        final int connection = ok(os.accept(listener, 0));
        ok(os.send(connection, new byte[2_500], 0, null));

        final ByteBuffer info = info(connection);
        assertEquals(TCP_ESTABLISHED, info.get(0));
        assertEquals(TCP_CA_Open, info.get(1));
        assertEquals(TCPI_OPT_SACK | TCPI_OPT_WSCALE, info.get(5));
        assertEquals((byte) (7 | 10 << 4), info.get(6));
        assertEquals(300_000, info.getInt(8)); // 100 ms and four times half of it
        assertEquals(1_000, info.getInt(16));
        assertEquals(3, info.getInt(24));
        assertEquals(100_000, info.getInt(68));
        assertEquals(50_000, info.getInt(72));
        assertEquals(Integer.MAX_VALUE, info.getInt(76));
        assertEquals(10, info.getInt(80));
        assertEquals(1_460, info.getInt(84));
        assertEquals(100_000, info.getInt(148));
        assertEquals(3, info.getInt(156));
        assertEquals(1, info.getInt(192));
        assertEquals(2_500, info.getLong(200));

        os.advanceTo(os.nowNs() + 100_000_000L);
        peer.in(Segments.ack().seq(1).ack(2_501));
        peer.data(1, "hello", 2_501);
        final ByteBuffer after = info(connection);
        assertEquals(0, after.getInt(24));
        assertEquals(2_500, after.getLong(120));
        assertEquals(5, after.getLong(128));
        assertEquals(3, after.getInt(140));
        assertEquals(4, after.getInt(192));
    }

    @Test
    void infoKnowsLossAndRetransmissions() {
        final int connection = accepted(peer);
        ok(os.send(connection, new byte[1_000], 0, null));
        peer.expect("P. 1:1001(1000) ack 1");
        os.advanceTo(os.nowNs() + 250_000_000L);
        peer.expect("P. 1:1001(1000) ack 1"); // the loss probe
        os.advanceTo(os.nowNs() + 250_000_000L);
        peer.expect("P. 1:1001(1000) ack 1"); // the timeout
        final ByteBuffer info = info(connection);
        assertEquals(TCP_CA_Loss, info.get(1));
        assertEquals(1, info.get(2));
        assertEquals(1, info.getInt(32));
        assertEquals(1, info.getInt(36));
        assertEquals(1, info.getInt(80));
        assertEquals(2, info.getInt(100));
        assertEquals(2_000, info.getLong(208));
    }

    // ------------------------------------------------------------------ both families

    @Test
    void aDualStackListenerTakesBothFamilies() {
        final int both = ok(os.socket(AF_INET6, SOCK_STREAM, 0));
        ok(os.bind(both, address(dev.culvert.wire.IpAddress.ANY_V6, Remote.PORT)));
        ok(os.listen(both, 5));
        peer.handshake();
        final SystemCall v4 = os.accept(both, 0);
        assertEquals(5, ok(v4));
        assertEquals(new SystemCall.Address(AF_INET6, Remote.PEER.hi(), Remote.PEER.lo(), 5_000), v4.address());
        final Remote sixth = new Remote(os, 5_001, Remote.PEER_V6, Remote.LOCAL_V6, Remote.PORT);
        sixth.handshake();
        assertEquals(address(Remote.PEER_V6, 5_001), os.accept(both, 0).address());
        fails(EADDRINUSE, os.bind(fd, address(dev.culvert.wire.IpAddress.ANY_V4, Remote.PORT)));
    }

    @Test
    void aSocketForV6OnlyLeavesIpv4ToOthers() {
        final int only = ok(os.socket(AF_INET6, SOCK_STREAM, 0));
        ok(os.setsockopt(only, SOL_IPV6, IPV6_V6ONLY, OptionValue.of(1)));
        ok(os.bind(only, address(dev.culvert.wire.IpAddress.ANY_V6, Remote.PORT)));
        fails(EINVAL, os.setsockopt(only, SOL_IPV6, IPV6_V6ONLY, OptionValue.of(0)));
        ok(os.listen(only, 5));
        assertEquals(5, Remote.listener(os));
        peer.handshake();
        assertEquals(6, ok(os.accept(5, 0)));
    }

    // ------------------------------------------------------------------ sysctl

    @Test
    void sysctlChangesWhatIsOpenedAfterwards() {
        os.sysctl("net.ipv4.tcp_timestamps", "0");
        os.sysctl("net.ipv4.tcp_rmem", "\"4096 540000 15728640\"");
        os.sysctl("net.ipv4.tcp_syn_retries", "2");
        os.sysctl("net.ipv4.tcp_early_retrans", "0");
        final int blocking = ok(os.socket(AF_INET, SOCK_STREAM, 0));
        final SystemCall connect = os.connect(blocking, address(Remote.PEER, 80));
        final byte[] syn = os.takeSent().bytes();
        assertEquals(
                "mss 1460,nop,nop,sackOK,nop,wscale 8", PacketDecoder.tcp(syn).segment().optionText);
        os.advanceTo(os.nowNs() + 20_000_000_000L);
        fails(ETIMEDOUT, connect);
        assertEquals(11_000, (connect.finishedNs() - connect.startedNs()) / 1_000_000);
    }

    @Test
    void unknownSettingsAreRefusedByName() {
        final IllegalArgumentException name =
                assertThrows(IllegalArgumentException.class, () -> os.sysctl("net.ipv4.tcp_nothing", "1"));
        assertTrue(name.getMessage().startsWith("unknown setting net.ipv4.tcp_nothing; known are net.core."));
        final IllegalArgumentException value =
                assertThrows(IllegalArgumentException.class, () -> os.sysctl("net.ipv4.tcp_sack", "yes"));
        assertEquals("net.ipv4.tcp_sack = yes: that is no number", value.getMessage());
        final IllegalArgumentException range =
                assertThrows(IllegalArgumentException.class, () -> os.sysctl("net.ipv4.tcp_retries2", "999"));
        assertEquals("net.ipv4.tcp_retries2 = 999: outside 1 to 127", range.getMessage());
    }

    @Test
    void resetDropsEverythingWithoutAPacket() {
        accepted(peer);
        os.reset();
        assertNull(os.takeSent());
        assertEquals(3, ok(os.socket(AF_INET, SOCK_STREAM, 0)));
    }
}
