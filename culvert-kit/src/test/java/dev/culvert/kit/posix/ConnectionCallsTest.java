package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;
import static dev.culvert.kit.posix.Remote.accepted;
import static dev.culvert.kit.posix.Remote.address;
import static dev.culvert.kit.posix.Remote.fails;
import static dev.culvert.kit.posix.Remote.ok;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.script.Segments;
import dev.culvert.wire.IpAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConnectionCallsTest {
    private final LinuxSockets os = Remote.system();
    private final Remote peer = new Remote(os, 5_000);

    private int stream() {
        return ok(os.socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void descriptorsBeginAtThreeAndTheLowestFreeOneComesNext() {
        assertEquals(3, stream());
        assertEquals(4, stream());
        assertEquals(5, stream());
        ok(os.close(4));
        assertEquals(4, stream());
        fails(EBADF, os.close(9));
        fails(EAFNOSUPPORT, os.socket(1, SOCK_STREAM, 0));
        fails(ESOCKTNOSUPPORT, os.socket(AF_INET, 2, 0));
        fails(EPROTONOSUPPORT, os.socket(AF_INET, SOCK_STREAM, 17));
    }

    @Test
    void acceptBlocksUntilTheHandshakeCompletes() {
        final int listener = Remote.listener(os);
        final SystemCall accept = os.accept(listener, 0);
        assertFalse(accept.isFinished());

        os.advanceTo(os.nowNs() + 5_000_000);
        peer.handshake();

        assertEquals(4, ok(accept));
        assertEquals(address(Remote.PEER, 5_000), accept.address());
        assertEquals(accept.startedNs() + 5_000_000, accept.finishedNs());
    }

    @Test
    void nonBlockingAcceptHasNothingYet() {
        final int listener = Remote.listener(os);
        ok(os.fcntl(listener, F_SETFL, O_RDWR | O_NONBLOCK));
        assertEquals(O_RDWR | O_NONBLOCK, ok(os.fcntl(listener, F_GETFL, 0)));
        fails(EAGAIN, os.accept(listener, 0));
        fails(EINVAL, os.accept(stream(), 0));
    }

    @Test
    void readBlocksUntilTextArrivesAndEndsAtTheFin() {
        final int fd = accepted(peer);
        final SystemCall read = os.recv(fd, 100, 0);
        assertFalse(read.isFinished());
        peer.data(1, "hello", 1);
        assertEquals(5, ok(read));
        assertArrayEquals(bytes("hello"), read.data());
        peer.expect(". 1:1(0) ack 6");

        peer.in(Segments.fin().seq(6).ack(1));
        peer.expect(". 1:1(0) ack 7");
        assertEquals(0, ok(os.recv(fd, 100, 0)));
        assertEquals(0, ok(os.recv(fd, 100, 0)));
    }

    @Test
    void writeSendsAndAFullBufferBlocks() {
        final int fd = accepted(peer);
        assertEquals(5, ok(os.send(fd, bytes("hello"), 0, null)));
        peer.expect("P. 1:6(5) ack 1");
    }

    @Test
    void connectInProgressThenSuccessThenIsConnected() {
        final int fd = ok(os.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
        final Remote server = connectTo(fd, EINPROGRESS);
        fails(EALREADY, os.connect(fd, address(Remote.PEER, 80)));
        fails(EAGAIN, os.send(fd, bytes("x"), 0, null));
        fails(EAGAIN, os.recv(fd, 1, 0));
        server.in(Segments.synAck().seq(0).ack(1).mss(1_000));
        server.expect(". 1:1(0) ack 1");
        assertEquals(0, ok(os.connect(fd, address(Remote.PEER, 80))));
        fails(EISCONN, os.connect(fd, address(Remote.PEER, 80)));
        assertArrayEquals(
                new byte[4], os.getsockopt(fd, SOL_SOCKET, SO_ERROR, 4).data());
    }

    private Remote connectTo(final int fd, final int errno) {
        ok(os.bind(fd, address(Remote.LOCAL, 4_000)));
        fails(errno, os.connect(fd, address(Remote.PEER, 80)));
        final Remote server = new Remote(os, 80, Remote.PEER, Remote.LOCAL, 4_000);
        server.expect("S 0:0(0)");
        return server;
    }

    @Test
    void refusedConnectLeavesItsErrorInTheSocket() {
        final int fd = ok(os.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
        final Remote server = connectTo(fd, EINPROGRESS);
        server.in(Segments.rstAck().seq(0).ack(1));
        assertArrayEquals(
                OptionValue.of(ECONNREFUSED),
                os.getsockopt(fd, SOL_SOCKET, SO_ERROR, 4).data());
        assertArrayEquals(
                OptionValue.of(0), os.getsockopt(fd, SOL_SOCKET, SO_ERROR, 4).data());
        fails(ECONNABORTED, os.connect(fd, address(Remote.PEER, 80)));
    }

    @Test
    void blockingConnectTimesOutAfterSixRepetitions() {
        final int fd = stream();
        final SystemCall connect = os.connect(fd, address(Remote.PEER, 80));
        assertFalse(connect.isFinished());
        os.advanceTo(os.nowNs() + 200_000_000_000L);
        fails(ETIMEDOUT, connect);
        assertEquals(
                131_000,
                (connect.finishedNs() - connect.startedNs()) / 1_000_000); // 1 + 1 + 1 + 1 + 1 + 2 + ... + 64 s
        int syns = 0;
        while (os.takeSent() != null) {
            syns++;
        }
        assertEquals(11, syns);
    }

    @Test
    void callsOnWhatIsNotConnected() {
        final int fd = stream();
        fails(ENOTCONN, os.recv(fd, 1, 0));
        fails(EPIPE, os.send(fd, bytes("x"), MSG_NOSIGNAL, null));
        fails(ENOTCONN, os.shutdown(fd, SHUT_WR));
        fails(EINVAL, os.shutdown(fd, 7));
        fails(EBADF, os.recv(77, 1, 0));
    }

    @Test
    void bindConflictsAreTold() {
        final int first = Remote.listener(os);
        fails(EINVAL, os.bind(first, address(IpAddress.ANY_V4, 1)));
        final int second = stream();
        fails(EADDRINUSE, os.bind(second, address(Remote.LOCAL, Remote.PORT)));
        fails(EADDRNOTAVAIL, os.bind(second, address(Remote.PEER, 1_000)));
        fails(EAFNOSUPPORT, os.bind(second, address(Remote.LOCAL_V6, 1_000)));
    }

    @Test
    void shutdownOfWritingSendsAFinAndReadingGoesOn() {
        final int fd = accepted(peer);
        ok(os.shutdown(fd, SHUT_WR));
        peer.expect("F. 1:1(0) ack 1");
        fails(EPIPE, os.send(fd, bytes("x"), 0, null));
        peer.data(1, "abc", 2);
        assertEquals(3, ok(os.recv(fd, 10, 0)));
    }

    @Test
    void aResetIsReportedOnce() {
        final int fd = accepted(peer);
        final SystemCall read = os.recv(fd, 1, 0);
        peer.in(Segments.rst().seq(1));
        fails(ECONNRESET, read);
        assertEquals(0, ok(os.recv(fd, 1, 0)));
        fails(EPIPE, os.send(fd, bytes("x"), 0, null));
    }

    @Test
    void aResetAfterTheFinIsABrokenPipe() {
        final int fd = accepted(peer);
        peer.in(Segments.fin().seq(1).ack(1));
        peer.expect(". 1:1(0) ack 2");
        peer.in(Segments.rst().seq(2));
        fails(EPIPE, os.send(fd, bytes("x"), 0, null));
        assertEquals(0, ok(os.recv(fd, 1, 0)));
    }

    @Test
    void lingerZeroResets() {
        final int fd = accepted(peer);
        ok(os.setsockopt(fd, SOL_SOCKET, SO_LINGER, OptionValue.of(1, 0)));
        ok(os.close(fd));
        peer.expect("R. 1:1(0) ack 1");
    }

    @Test
    void lingeringCloseWaitsForTheAckOfTheFin() {
        final int fd = accepted(peer);
        ok(os.setsockopt(fd, SOL_SOCKET, SO_LINGER, OptionValue.of(1, 3)));
        final SystemCall close = os.close(fd);
        assertFalse(close.isFinished());
        peer.expect("F. 1:1(0) ack 1");
        peer.in(Segments.ack().seq(1).ack(2));
        assertTrue(close.isFinished());
        assertEquals(0, ok(close));
    }

    @Test
    void closeOfAListenerResetsWhatNobodyAccepted() {
        final int listener = Remote.listener(os);
        peer.handshake();
        ok(os.close(listener));
        peer.expect("R. 1:1(0) ack 1");
    }
}
