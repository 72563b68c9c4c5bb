package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;
import static dev.culvert.kit.posix.Remote.accepted;
import static dev.culvert.kit.posix.Remote.address;
import static dev.culvert.kit.posix.Remote.fails;
import static dev.culvert.kit.posix.Remote.ok;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.culvert.kit.posix.Sockets.PollEntry;
import dev.culvert.kit.script.Segments;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class PollCallsTest {
    private static final int EVERYTHING = POLLIN | POLLOUT | POLLPRI | POLLRDHUP;

    private final LinuxSockets os = Remote.system();
    private final Remote peer = new Remote(os, 5_000);

    private int poll(final int fd) {
        final PollEntry[] entries = {new PollEntry(fd, EVERYTHING, 0)};
        ok(os.poll(entries, 0));
        return entries[0].revents();
    }

    @Test
    void masksOfAConnectionFromBeginningToEnd() {
        final int fd = ok(os.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
        assertEquals(POLLOUT | POLLHUP, poll(fd));
        ok(os.bind(fd, address(Remote.LOCAL, 4_000)));
        fails(EINPROGRESS, os.connect(fd, address(Remote.PEER, 80)));
        assertEquals(0, poll(fd));
        final Remote server = new Remote(os, 80, Remote.PEER, Remote.LOCAL, 4_000);
        server.expect("S 0:0(0)");
        server.in(Segments.synAck().seq(0).ack(1).mss(1_000));
        assertEquals(POLLOUT, poll(fd));
        server.data(1, "x", 1);
        assertEquals(POLLIN | POLLOUT, poll(fd));
        ok(os.recv(fd, 1, 0));
        server.in(Segments.fin().seq(2).ack(1));
        assertEquals(POLLIN | POLLOUT | POLLRDHUP, poll(fd));
        ok(os.shutdown(fd, SHUT_WR));
        assertEquals(POLLIN | POLLOUT | POLLRDHUP | POLLHUP, poll(fd));
    }

    @Test
    void aResetIsAnErrorUntilItIsFetched() {
        final int fd = accepted(peer);
        peer.in(Segments.rst().seq(1));
        assertEquals(POLLIN | POLLOUT | POLLRDHUP | POLLHUP | POLLERR, poll(fd));
        assertEquals(
                ECONNRESET,
                new OptionValue(os.getsockopt(fd, SOL_SOCKET, SO_ERROR, 4).data()).number());
        assertEquals(POLLIN | POLLOUT | POLLRDHUP | POLLHUP, poll(fd));
    }

    @Test
    void aListenerIsReadableWhenSomebodyWaits() {
        final int listener = Remote.listener(os);
        assertEquals(0, poll(listener));
        final PollEntry[] entries = {
            new PollEntry(listener, POLLIN, 0), new PollEntry(-1, POLLIN, 0), new PollEntry(50, POLLIN, 0)
        };
        assertEquals(1, ok(os.poll(entries, -1)));
        assertEquals(POLLNVAL, entries[2].revents());
        final PollEntry[] one = {new PollEntry(listener, POLLIN, 0)};
        final SystemCall blocking = os.poll(one, -1);
        assertFalse(blocking.isFinished());
        peer.handshake();
        assertEquals(1, ok(blocking));
        assertEquals(POLLIN, one[0].revents());
    }

    @Test
    void pollGivesUpAtItsTime() {
        final PollEntry[] entries = {new PollEntry(accepted(peer), POLLIN, 0)};
        final SystemCall poll = os.poll(entries, 30);
        os.advanceTo(os.nowNs() + 1_000_000_000L);
        assertEquals(0, ok(poll));
        assertEquals(30_000_000, poll.finishedNs() - poll.startedNs());
    }

    private int events(final int epoll) {
        final SystemCall call = os.epollWait(epoll, 8, 0);
        return ok(call) == 0
                ? 0
                : ByteBuffer.wrap(call.data()).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    @Test
    void levelEdgeAndOneShotDiffer() {
        final int fd = accepted(peer);
        final int level = ok(os.epollCreate());
        final int edge = ok(os.epollCreate());
        final int once = ok(os.epollCreate());
        ok(os.epollCtl(level, EPOLL_CTL_ADD, fd, EPOLLIN, 77));
        ok(os.epollCtl(edge, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLET, 77));
        ok(os.epollCtl(once, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLONESHOT, 77));
        assertEquals(0, events(level));
        peer.data(1, "a", 1);
        for (final int set : new int[] {level, edge, once}) {
            assertEquals(EPOLLIN, events(set));
        }
        assertEquals(EPOLLIN, events(level));
        assertEquals(0, events(edge));
        assertEquals(0, events(once));
        peer.data(2, "b", 1);
        assertEquals(EPOLLIN, events(edge));
        assertEquals(0, events(once));
        ok(os.epollCtl(once, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLONESHOT, 77));
        assertEquals(EPOLLIN, events(once));
    }

    @Test
    void edgeTriggeredWritersHearOfRoomOnlyAfterTheyFoundNone() {
        final int fd = accepted(peer);
        ok(os.setsockopt(fd, SOL_SOCKET, SO_SNDBUF, OptionValue.of(5_000)));
        final int edge = ok(os.epollCreate());
        ok(os.epollCtl(edge, EPOLL_CTL_ADD, fd, EPOLLOUT | EPOLLET, 1));
        assertEquals(EPOLLOUT, events(edge));
        ok(os.send(fd, new byte[2_000], MSG_DONTWAIT, null));
        peer.in(Segments.ack().seq(1).ack(2_001));
        assertEquals(0, events(edge));
        assertEquals(10_000, ok(os.send(fd, new byte[12_000], MSG_DONTWAIT, null)));
        peer.in(Segments.ack().seq(1).ack(4_001));
        assertEquals(0, events(edge)); // less than a third is free
        peer.in(Segments.ack().seq(1).ack(6_001));
        assertEquals(EPOLLOUT, events(edge));
        assertEquals(0, events(edge));
    }

    @Test
    void epollWaitBlocksAndUserDataComesBack() {
        final int listener = Remote.listener(os);
        final int epoll = ok(os.epollCreate());
        ok(os.epollCtl(epoll, EPOLL_CTL_ADD, listener, EPOLLIN | EPOLLET, 0x1234_5678_9abcL));
        final SystemCall wait = os.epollWait(epoll, 4, -1);
        assertFalse(wait.isFinished());
        peer.handshake();
        assertEquals(1, ok(wait));
        assertEquals(
                0x1234_5678_9abcL,
                ByteBuffer.wrap(wait.data()).order(ByteOrder.LITTLE_ENDIAN).getLong(4));
    }

    @Test
    void mistakesWithEpoll() {
        final int listener = Remote.listener(os);
        final int epoll = ok(os.epollCreate());
        ok(os.epollCtl(epoll, EPOLL_CTL_ADD, listener, EPOLLIN, 0));
        fails(EEXIST, os.epollCtl(epoll, EPOLL_CTL_ADD, listener, EPOLLIN, 0));
        ok(os.epollCtl(epoll, EPOLL_CTL_DEL, listener, 0, 0));
        fails(ENOENT, os.epollCtl(epoll, EPOLL_CTL_DEL, listener, 0, 0));
        fails(ENOENT, os.epollCtl(epoll, EPOLL_CTL_MOD, listener, 0, 0));
        fails(EBADF, os.epollCtl(epoll, EPOLL_CTL_ADD, 99, EPOLLIN, 0));
        fails(EINVAL, os.epollCtl(listener, EPOLL_CTL_ADD, listener, EPOLLIN, 0));
        fails(EINVAL, os.epollWait(epoll, 0, 0));
        fails(EINVAL, os.epollWait(listener, 1, 0));
        fails(ENOTTY, os.ioctl(listener, 0x1234, 0));
        fails(EINVAL, os.ioctl(listener, SIOCINQ, 0));
        fails(ENOTSOCK, os.listen(epoll, 1));
    }
}
