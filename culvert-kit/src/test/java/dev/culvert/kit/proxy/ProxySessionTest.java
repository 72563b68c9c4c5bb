package dev.culvert.kit.proxy;

import static dev.culvert.kit.posix.LinuxConstants.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.PacketEncoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.posix.LinuxSockets;
import dev.culvert.kit.script.Segments;
import dev.culvert.wire.IpAddress;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The protocol of packetdrill's plug-in, without a thread or a socket: every answer is there when a request returns. */
class ProxySessionTest {
    private static final IpAddress LOCAL = IpAddress.parse("192.168.0.1");
    private static final IpAddress PEER = IpAddress.parse("192.0.2.1");
    private static final int VIRTUAL = 1;
    private static final int SECOND_US = 1_000_000;
    private static final Endpoints INWARD = new Endpoints(PEER, 5_000, LOCAL, 8_080);

    private final Deque<Plugin.Reply> replies = new ArrayDeque<>();
    private int refreshed;
    private final ProxySession session = new ProxySession(
            startNs -> new LinuxSockets(List.of(LOCAL, IpAddress.parse("fd3d:fa7b:d17d::1")), 1_500, 1, startNs),
            answer -> replies.add(new Plugin.Reply(answer.bytes())),
            () -> refreshed++);

    private final Plugin plugin = new Plugin(new Plugin.Line() {
        @Override
        public void send(final byte[] frame) throws Exception {
            session.handle(Request.read(new DataInputStream(new ByteArrayInputStream(frame))));
        }

        @Override
        public Plugin.Reply next() {
            return replies.poll();
        }
    });

    private int listener() throws Exception {
        plugin.hello(VIRTUAL);
        final int fd = plugin.ok(Operation.SOCKET, Body.of(AF_INET, SOCK_STREAM, IPPROTO_TCP));
        plugin.ok(Operation.BIND, Body.of(fd).sockaddr(LOCAL, 8_080));
        plugin.ok(Operation.LISTEN, Body.of(fd, 1));
        return fd;
    }

    private void in(final Segment segment) throws Exception {
        plugin.ok(Operation.NETDEV_SEND, new Body().raw(PacketEncoder.tcp(INWARD, segment)));
    }

    /** The next packet that the stack sends within a time. */
    private Plugin.Reply receive(final long timeoutUs) throws Exception {
        return plugin.ask(Operation.NETDEV_RECV, new Body().i64(timeoutUs));
    }

    private static byte[] bytes(final ByteBuffer body) {
        final byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }

    private Segment out() throws Exception {
        return PacketDecoder.tcp(bytes(receive(SECOND_US).body)).segment();
    }

    /** An accepted connection; the sequence number of the stack's first byte comes back with it. */
    private int[] accepted() throws Exception {
        final int listener = listener();
        in(Segments.syn().absolute().seq(99).win(60_000).mss(1_000));
        final Segment synAck = out();
        assertEquals(Segment.SYN | Segment.ACK, synAck.flags);
        assertEquals(100, synAck.ack);
        in(Segments.ack().absolute().seq(100).ack(synAck.seq + 1).win(60_000));
        final Plugin.Reply accept = plugin.ask(Operation.ACCEPT, Body.of(listener));
        assertEquals(AF_INET, accept.body.getShort());
        assertEquals(5_000, accept.body.getShort());
        assertEquals(4, accept.body.get());
        assertEquals((int) PEER.lo(), accept.body.getInt());
        return new int[] {accept.result, synAck.seq + 1};
    }

    private Body send(final int fd, final byte... text) {
        return Body.of(fd, 0).noAddress().blob(text);
    }

    @Test
    void aConnectionIsMadeAndTextGoesBothWays() throws Exception {
        final int[] made = accepted();
        final byte[] text = {1, 2, 3};
        in(Segments.data(3).absolute().seq(100).ack(made[1]).win(60_000).text(text));
        final Plugin.Reply read = plugin.ask(Operation.RECV, Body.of(made[0], 100, 0));
        assertEquals(3, read.result);
        assertArrayEquals(text, bytes(read.body));
        assertEquals(103, out().ack);

        assertEquals(3, plugin.ok(Operation.SEND, send(made[0], text)));
        final Segment sent = out();
        assertEquals(made[1], sent.seq);
        assertArrayEquals(text, sent.text);
        assertTrue(refreshed > 0, "settings are read again before calls");
    }

    @Test
    void aCallThatBlocksIsAnsweredWhenAPacketLetsItReturn() throws Exception {
        final int listener = listener();
        final int accept = plugin.begin(Operation.ACCEPT, Body.of(listener));
        assertNull(plugin.answer(accept));
        in(Segments.syn().absolute().seq(99).win(60_000).mss(1_000));
        final Segment synAck = out();
        assertNull(plugin.answer(accept));
        plugin.nowUs += 250_000;
        final long then = plugin.nowUs;
        in(Segments.ack().absolute().seq(100).ack(synAck.seq + 1).win(60_000));
        final Plugin.Reply reply = plugin.answer(accept);
        assertTrue(reply.result >= 0);
        assertEquals(then, reply.timeUs, "when it returned");
    }

    @Test
    void packetsCarryTheTimeAtWhichATimerSentThem() throws Exception {
        listener();
        in(Segments.syn().absolute().seq(99).win(60_000).mss(1_000));
        final long firstUs = receive(SECOND_US).timeUs;
        assertEquals(plugin.nowUs, firstUs);
        final Plugin.Reply again = receive(300L * SECOND_US);
        assertEquals(firstUs + SECOND_US, again.timeUs, "SYN-ACK after 1 s");
        plugin.nowUs += 2L * SECOND_US; // the plug-in looks later than the timer fired
        assertEquals(firstUs + 3L * SECOND_US, receive(SECOND_US).timeUs);
    }

    @Test
    void nothingSentInTimeIsAnEmptyAnswerAtTheEndOfThatTime() throws Exception {
        listener();
        final long beforeUs = plugin.nowUs;
        final Plugin.Reply reply = receive(5L * SECOND_US);
        assertEquals(0, reply.result);
        assertEquals(0, reply.body.remaining());
        assertEquals(beforeUs + 5L * SECOND_US, reply.timeUs);
    }

    @Test
    void sleepAndEveryRequestMoveTheClock() throws Exception {
        listener();
        in(Segments.syn().absolute().seq(99).win(60_000).mss(1_000));
        assertEquals(0, receive(0).errno);
        plugin.nowUs += 1_500_000;
        plugin.ok(Operation.USLEEP, Body.of(1_500_000));
        assertTrue(receive(0).body.hasRemaining(), "the SYN-ACK again");
    }

    @Test
    void aTimerLetsABlockedCallReturnWhenAllOthersWaitToo() throws Exception {
        final int[] made = accepted();
        final byte[] oneSecond = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        plugin.ok(
                Operation.SETSOCKOPT, Body.of(made[0], SOL_SOCKET, SO_RCVTIMEO).blob(oneSecond));
        final long beforeUs = plugin.nowUs;
        final int read = plugin.begin(Operation.RECV, Body.of(made[0], 1, 0));
        assertNull(plugin.answer(read));
        session.waitForOne();
        final Plugin.Reply reply = plugin.answer(read);
        assertEquals(EAGAIN, reply.errno);
        assertEquals(beforeUs + SECOND_US, reply.timeUs);

        final int first = plugin.begin(Operation.RECV, Body.of(made[0], 1, 0));
        plugin.begin(Operation.POLL, Body.of(60_000, 1, made[0]).i16(POLLIN));
        assertEquals(EAGAIN, plugin.answer(first).errno, "both of packetdrill's threads wait: time goes on by itself");
        assertTrue(session.hasOpenCalls());
    }

    @Test
    void optionsPollEpollAndIoctlAreAsked() throws Exception {
        final int[] made = accepted();
        final Plugin.Reply info = plugin.ask(Operation.GETSOCKOPT, Body.of(made[0], IPPROTO_TCP, TCP_INFO, 1_024));
        assertEquals(TCP_ESTABLISHED, info.body.get(0));
        final int epoll = plugin.ok(Operation.EPOLL_CREATE, Body.of(1));
        plugin.ok(Operation.EPOLL_CTL, Body.of(epoll, EPOLL_CTL_ADD, made[0], EPOLLIN));
        assertEquals(0, plugin.ok(Operation.EPOLL_WAIT, Body.of(epoll, 4, 0)));
        in(Segments.data(2).absolute().seq(100).ack(made[1]).win(60_000).text(new byte[2]));

        final Plugin.Reply events = plugin.ask(Operation.EPOLL_WAIT, Body.of(epoll, 4, 0));
        assertEquals(1, events.result);
        assertEquals(made[0], events.body.getInt());
        assertEquals(EPOLLIN, events.body.getInt());
        final Plugin.Reply poll =
                plugin.ask(Operation.POLL, Body.of(0, 1, made[0]).i16(POLLIN | POLLOUT));
        assertEquals(1, poll.result);
        assertEquals(POLLIN | POLLOUT, poll.body.getShort());
        final Plugin.Reply queued =
                plugin.ask(Operation.IOCTL, Body.of(made[0]).i64(SIOCINQ).i32(0));
        assertEquals(2, queued.body.getInt());
        plugin.ok(Operation.FCNTL, Body.of(made[0], F_SETFL).i64(O_NONBLOCK));
        assertEquals(
                O_RDWR | O_NONBLOCK,
                plugin.ok(Operation.FCNTL, Body.of(made[0], F_GETFL).i64(0)));
    }

    @Test
    void messagesCarryControl() throws Exception {
        final int[] made = accepted();
        plugin.ok(Operation.SETSOCKOPT, Body.of(made[0], IPPROTO_TCP, TCP_INQ).blob((byte) 1, (byte) 0, (byte) 0, (byte)
                0));
        in(Segments.data(5).absolute().seq(100).ack(made[1]).win(60_000).text(new byte[5]));
        final Plugin.Reply read = plugin.ask(Operation.RECVMSG, Body.of(made[0], 2, 0, 512));
        assertEquals(2, read.result);
        assertEquals(0, read.body.getInt(), "msg_flags");
        final int controlLength = read.body.getInt();
        assertEquals(controlLength + 2, read.body.remaining());
        assertEquals(3, read.body.order(ByteOrder.LITTLE_ENDIAN).getInt(read.body.position() + 16));
        assertEquals(
                4,
                plugin.ok(
                        Operation.SENDMSG,
                        Body.of(made[0], 0).noAddress().blob().blob(new byte[4])));
    }

    @Test
    void ipv6AddressesAndTheEndOfAConnection() throws Exception {
        plugin.hello(VIRTUAL);
        final int fd = plugin.ok(Operation.SOCKET, Body.of(AF_INET6, SOCK_STREAM, IPPROTO_TCP));
        plugin.ok(Operation.FCNTL, Body.of(fd, F_SETFL).i64(O_NONBLOCK));
        final Plugin.Reply pending =
                plugin.ask(Operation.CONNECT, Body.of(fd).sockaddr(IpAddress.parse("2001:db8::1"), 443));
        assertEquals(EINPROGRESS, pending.errno);
        final PacketDecoder.Decoded syn = PacketDecoder.tcp(bytes(receive(0).body));
        assertEquals(IpAddress.parse("2001:db8::1"), syn.ends().destination());
        assertEquals(443, syn.ends().destinationPort());
        assertEquals(EBADF, plugin.ask(Operation.SHUTDOWN, Body.of(fd + 1, SHUT_WR)).errno);
        plugin.ok(Operation.CLOSE, Body.of(fd));
        assertEquals(EBADF, plugin.ask(Operation.CLOSE, Body.of(fd)).errno);
        assertFalse(session.hasEnded());
        plugin.ok(Operation.BYE, new Body());
        assertTrue(session.hasEnded());
    }

    @Test
    void theRealClockIsFollowedByTicks() throws Exception {
        plugin.hello(0);
        assertFalse(session.isVirtual());
        final int fd = plugin.ok(Operation.SOCKET, Body.of(AF_INET, SOCK_STREAM, IPPROTO_TCP));
        final int connect = plugin.begin(Operation.CONNECT, Body.of(fd).sockaddr(PEER, 80));
        assertTrue(receive(SECOND_US).body.hasRemaining());
        final int waiting = plugin.begin(Operation.NETDEV_RECV, new Body().i64(10L * SECOND_US));
        assertNull(plugin.answer(waiting), "time does not move by itself");
        final long dueUs = session.nextTickUs();
        assertEquals(plugin.nowUs + SECOND_US, dueUs);
        session.tick(dueUs);
        assertTrue(plugin.answer(waiting).body.hasRemaining(), "the SYN again");
        assertNull(plugin.answer(connect));
    }

    // ------------------------------------------------------------------ what is refused

    private String refused(final int operation, final byte... body) {
        final byte[] frame = Plugin.frame(77, operation, plugin.nowUs, body);
        final ProtocolException refusal = assertThrows(
                ProtocolException.class,
                () -> session.handle(Request.read(new DataInputStream(new ByteArrayInputStream(frame)))));
        assertEquals(EPROTO, replies.removeLast().errno);
        return refusal.getMessage();
    }

    @Test
    void theFirstWordIsHelloOfAVersionThatIsKnown() {
        assertEquals("request 77 (BYE): the first request must be HELLO", refused(Operation.BYE.number()));
        assertTrue(refused(1, new Body().i32(2).i8(1).blob().bytes()).contains("version 2"));
        assertTrue(refused(1, new Body().i32(1).i8(2).blob().bytes()).contains("clock 2"));
    }

    @Test
    void whatIsNotUnderstoodIsNamed() throws Exception {
        final int fd = listener();
        assertTrue(refused(99).contains("request 77 (unknown): operation 99 does not exist"));
        assertTrue(refused(Operation.SOCKET.number(), Body.of(1).bytes()).contains("too short"));
        assertTrue(refused(Operation.CLOSE.number(), Body.of(fd, 1).bytes()).contains("4 bytes are left over"));
        assertTrue(refused(
                        Operation.SEND.number(),
                        Body.of(fd, 0).noAddress().i32(9).bytes())
                .contains("a blob of 9 bytes where 0 are left"));
        assertTrue(refused(
                        Operation.BIND.number(),
                        Body.of(fd).i16(2).i16(1).i8(16).bytes())
                .contains("an address of family 2 with 16 bytes"));
        assertTrue(refused(Operation.POLL.number(), Body.of(0, -1).bytes()).contains("a count of 4294967295"));
        assertTrue(refused(Operation.NETDEV_SEND.number()).contains("a packet without a byte"));
        assertTrue(refused(Operation.HELLO.number()).contains("already"));
    }

    @Test
    void aStreamThatEndsInsideARequestOrSaysAnImpossibleLengthIsRefused() throws Exception {
        assertNull(Request.read(stream(new byte[0])));
        assertThrows(ProtocolException.class, () -> Request.read(stream(new byte[] {0, 0, 0, 16, 1})));
        assertThrows(
                ProtocolException.class,
                () -> Request.read(stream(Body.of(15, 0, 0, 0, 0).bytes())));
        assertThrows(
                ProtocolException.class,
                () -> Request.read(stream(Body.of(1 << 23).bytes())));
    }

    private static DataInputStream stream(final byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
