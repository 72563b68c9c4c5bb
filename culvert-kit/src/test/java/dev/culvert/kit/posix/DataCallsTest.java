package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;
import static dev.culvert.kit.posix.Remote.accepted;
import static dev.culvert.kit.posix.Remote.fails;
import static dev.culvert.kit.posix.Remote.ok;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.script.Segments;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DataCallsTest {
    private final LinuxSockets os = Remote.system();
    private final Remote peer = new Remote(os, 5_000);

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private int number(final int fd, final long request) {
        return new OptionValue(os.ioctl(fd, request, 0).data()).number();
    }

    private void drop(final int segments) {
        for (int i = 0; i < segments; i++) {
            peer.out();
        }
        peer.nothing();
    }

    @Test
    void peekLeavesTheTextAndTruncThrowsItAway() {
        final int fd = accepted(peer);
        peer.data(1, "hello", 1);
        final SystemCall peek = os.recv(fd, 3, MSG_PEEK);
        assertEquals(3, ok(peek));
        assertArrayEquals(bytes("hel"), peek.data());
        assertEquals(5, number(fd, SIOCINQ));
        final SystemCall trunc = os.recv(fd, 2, MSG_TRUNC);
        assertEquals(2, ok(trunc));
        assertEquals(0, trunc.data().length);
        assertArrayEquals(bytes("llo"), os.recv(fd, 10, 0).data());
    }

    @Test
    void waitAllWaitsForEverythingOrTheEnd() {
        final int fd = accepted(peer);
        final SystemCall all = os.recv(fd, 8, MSG_WAITALL);
        peer.data(1, "hello", 1);
        assertFalse(all.isFinished());
        peer.data(6, "you", 1);
        assertEquals(8, ok(all));
        assertArrayEquals(bytes("helloyou"), all.data());

        final SystemCall rest = os.recv(fd, 8, MSG_WAITALL);
        peer.data(9, "bye", 1);
        assertFalse(rest.isFinished());
        peer.in(Segments.fin().seq(12).ack(1));
        assertEquals(3, ok(rest));
    }

    @Test
    void aReadLastsUntilTheLowWaterMarkOrItsTimeLimit() {
        final int fd = accepted(peer);
        ok(os.setsockopt(fd, SOL_SOCKET, SO_RCVLOWAT, OptionValue.of(4)));
        ok(os.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, OptionValue.ofTime(250_000)));
        final SystemCall read = os.recv(fd, 10, 0);
        peer.data(1, "abc", 1);
        assertFalse(read.isFinished());
        os.advanceTo(os.nowNs() + 1_000_000_000L);
        assertEquals(3, ok(read));
        assertEquals(250, (read.finishedNs() - read.startedNs()) / 1_000_000);

        final SystemCall none = os.recv(fd, 10, 0);
        os.advanceTo(os.nowNs() + 1_000_000_000L);
        fails(EAGAIN, none);
        fails(EAGAIN, os.recv(fd, 10, MSG_DONTWAIT));
    }

    @Test
    void recvmsgTellsHowMuchIsStillQueued() {
        final int fd = accepted(peer);
        ok(os.setsockopt(fd, SOL_TCP, TCP_INQ, OptionValue.of(1)));
        peer.data(1, "hello", 1);
        final SystemCall message = os.recvmsg(fd, 2, 0, 24);
        assertArrayEquals(bytes("he"), message.data());
        assertEquals(24, message.control().length);
        assertEquals(3, message.control()[16]);
        assertEquals(SOL_TCP, message.control()[8]);
        assertEquals(TCP_CM_INQ, message.control()[12]);

        final SystemCall cut = os.recvmsg(fd, 2, 0, 10);
        assertEquals(MSG_CTRUNC, cut.messageFlags());
        peer.in(Segments.fin().seq(6).ack(1));
        os.recv(fd, 1, 0);
        assertEquals(1, os.recvmsg(fd, 2, 0, 24).control()[16]);
    }

    @Test
    void aBlockingWriteLastsUntilTheBufferHasTakenAll() {
        final int fd = accepted(peer);
        ok(os.setsockopt(fd, SOL_SOCKET, SO_SNDBUF, OptionValue.of(5_000)));
        final SystemCall write = os.send(fd, new byte[15_000], 0, null);
        assertFalse(write.isFinished());
        drop(10);
        assertEquals(10_000, number(fd, SIOCOUTQ));
        assertEquals(0, number(fd, SIOCOUTQNSD));
        peer.in(Segments.ack().seq(1).ack(5_001));
        assertTrue(write.isFinished());
        assertEquals(15_000, ok(write));
        drop(5);
        fails(EAGAIN, os.send(fd, new byte[1], MSG_DONTWAIT, null));
    }

    @Test
    void unsentBytesFillTheBufferAtTheirLowWaterMark() {
        final int fd = accepted(peer);
        ok(os.setsockopt(fd, SOL_TCP, TCP_NOTSENT_LOWAT, OptionValue.of(2_000)));
        assertEquals(14_000, ok(os.send(fd, new byte[14_000], MSG_DONTWAIT, null)));
        drop(10);
        assertEquals(4_000, number(fd, SIOCOUTQNSD));
        fails(EAGAIN, os.send(fd, new byte[1_000], MSG_DONTWAIT, null));
        peer.in(Segments.ack().seq(1).ack(4_001));
        assertEquals(1_000, ok(os.send(fd, new byte[1_000], MSG_DONTWAIT, null)));
    }

    @Test
    void theCorkHoldsShortSegmentsUntilItIsDrawn() {
        final int fd = accepted(peer);
        ok(os.setsockopt(fd, SOL_TCP, TCP_CORK, OptionValue.of(1)));
        ok(os.send(fd, new byte[300], 0, null));
        peer.nothing();
        ok(os.send(fd, new byte[1_000], 0, null));
        peer.expect(". 1:1001(1000) ack 1");
        ok(os.setsockopt(fd, SOL_TCP, TCP_CORK, OptionValue.of(0)));
        peer.expect("P. 1001:1301(300) ack 1");
    }

    @Test
    void aForgottenCorkIsDrawnByTheTimer() {
        final int fd = accepted(peer);
        ok(os.setsockopt(fd, SOL_TCP, TCP_CORK, OptionValue.of(1)));
        ok(os.send(fd, new byte[300], 0, null));
        os.advanceTo(os.nowNs() + 199_000_000L);
        peer.nothing();
        os.advanceTo(os.nowNs() + 2_000_000L); // one retransmission timeout
        peer.expect("P. 1:301(300) ack 1");
    }

    @Test
    void moreToComeHoldsAShortSegmentBackOnce() {
        final int fd = accepted(peer);
        ok(os.send(fd, new byte[300], MSG_MORE, null));
        peer.nothing();
        ok(os.send(fd, new byte[200], 0, null));
        peer.expect("P. 1:501(500) ack 1");
    }

    @Test
    void textAfterTheEndOfReadingAndOurFinIsReset() {
        final int fd = accepted(peer);
        ok(os.shutdown(fd, SHUT_RDWR));
        peer.expect("F. 1:1(0) ack 1");
        assertEquals(0, ok(os.recv(fd, 1, 0)));
        peer.data(1, "x", 2);
        peer.expect("R 2:2(0)");
        fails(ECONNRESET, os.send(fd, bytes("x"), 0, null));
    }

    @Test
    void theEndOfReadingAloneLeavesTextReadable() {
        final int fd = accepted(peer);
        peer.data(1, "abc", 1);
        final SystemCall waiting = os.recv(fd, 8, MSG_WAITALL);
        ok(os.shutdown(fd, SHUT_RD));
        assertEquals(3, ok(waiting));
        assertEquals(0, ok(os.recv(fd, 1, 0)));
        peer.expect(". 1:1(0) ack 4");
        peer.data(4, "def", 1);
        assertEquals(3, ok(os.recv(fd, 10, 0)));
    }
}
