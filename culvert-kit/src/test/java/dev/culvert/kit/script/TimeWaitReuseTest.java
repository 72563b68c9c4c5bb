package dev.culvert.kit.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.kit.Rfc;
import dev.culvert.kit.packet.Endpoints;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.PacketEncoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.seq.Seq;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpConfigBuilder;
import dev.culvert.tcp.TcpState;
import dev.culvert.tcp.TimeWaitReuse;
import dev.culvert.wire.IpAddress;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Our own connect to a 4-tuple that is in TIME-WAIT here (RFC 9293 §3.6.1, RFC 6191, Linux's tcp_tw_reuse). */
class TimeWaitReuseTest {
    private static final long MS = 1_000_000L;
    private static final IpAddress OWN = IpAddress.parse("10.83.0.2");
    private static final IpAddress PEER = IpAddress.parse("10.83.0.1");
    private static final int PORT = 80;
    private static final int LOW = 50_000;

    /** Numbers of the peer: of its first SYN-ACK, and the timestamp then. */
    private static final int IRS = 700_000;

    private static final int TS = 5_000;

    private VirtualStack stack;
    private Segment last;
    private int lastPort;

    /** A stack with two ephemeral ports. */
    private void stack(final UnaryOperator<TcpConfigBuilder> change) {
        final TcpConfig tcp =
                change.apply(TcpConfig.DEFAULT.with().mslMs(30_000)).build();
        stack = new VirtualStack(ShardConfig.of(OWN).withTcp(tcp), 1, 0);
        stack.shard().ephemeralPorts(LOW, LOW + 1);
    }

    private long connect(final int localPort) {
        return stack.batch(() -> stack.shard().connect(null, localPort, PEER, PORT, null, null, stack.nowNs()));
    }

    /** Takes the one segment that the stack has sent. */
    private Segment take() {
        final VirtualStack.Sent sent = stack.sent().poll();
        assertNotNull(sent, "the stack has sent nothing");
        assertTrue(stack.sent().isEmpty(), "and nothing else");
        final PacketDecoder.Decoded decoded = PacketDecoder.tcp(sent.bytes());
        last = decoded.segment();
        lastPort = decoded.ends().sourcePort();
        return last;
    }

    private void inject(final Segment segment) {
        stack.inject(PacketEncoder.tcp(new Endpoints(PEER, PORT, OWN, lastPort), segment.win(65_535)));
    }

    private static Segment stamped(final Segment segment, final Integer tsVal) {
        if (tsVal == null) {
            segment.ts = false;
            return segment;
        }
        return segment.ts(tsVal, 0);
    }

    private Segment synAck(final int seq, final Integer tsVal) {
        return stamped(
                Segment.of(Segment.SYN | Segment.ACK).seq(seq).ack(last.seq + 1).mss(1_460), tsVal);
    }

    /** Connects from this port, closes first, and leaves TIME-WAIT behind; our SND.NXT then. */
    private int leaveBehind(final int localPort, final Integer tsVal) {
        final long id = connect(localPort);
        take();
        inject(synAck(IRS, tsVal));
        take();
        stack.batch(() -> stack.shard().close(id, stack.nowNs()));
        final int end = take().seq + 1;
        inject(stamped(Segment.of(Segment.FIN | Segment.ACK).seq(IRS + 1).ack(end), tsVal));
        take();
        assertEquals(TcpState.TIME_WAIT, stack.stateOf(PORT));
        return end;
    }

    private void passMs(final long ms) {
        stack.advanceTo(stack.nowNs() + ms * MS);
    }

    private TcpState state() {
        return stack.stateOf(PORT);
    }

    private int rows() {
        return stack.shard().timeWaitCount();
    }

    @Test
    @Rfc(number = 6191, id = "1", section = "2")
    void namedPortIsHadAgainOnceOurTimestampClockHasMoved() {
        stack(c -> c);
        final int end = leaveBehind(LOW, TS);
        final int sentTs = last.tsVal;
        assertEquals(-Errno.EADDRNOTAVAIL, connect(LOW), "in the same millisecond");
        passMs(1);
        assertTrue(connect(LOW) > 0);
        assertTrue(Seq.gt(take().seq, end), "ISS above the old SND.NXT");
        assertTrue(Seq.gt(last.tsVal, sentTs), "TSval above the old one");
        assertEquals(1, rows(), "a shadow until the SYN-ACK");
        inject(synAck(IRS + 900, TS + 1));
        assertEquals(Segment.ACK, take().flags & Segment.ACK);
        assertEquals(TcpState.ESTABLISHED, state());
        assertEquals(0, rows());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-13", section = "3.6.1")
    void offNobodyGetsIt() {
        stack(c -> c.timeWaitReuse(TimeWaitReuse.OFF));
        leaveBehind(LOW, TS);
        passMs(59_000);
        assertEquals(-Errno.EADDRNOTAVAIL, connect(LOW));
        passMs(1_001);
        assertTrue(connect(LOW) > 0);
    }

    @Test
    void withoutTimestampsNothingWouldTellTheConnectionsApart() {
        stack(c -> c.timeWaitReuse(TimeWaitReuse.ON));
        leaveBehind(LOW, null);
        passMs(30_000);
        assertEquals(-Errno.EADDRNOTAVAIL, connect(LOW));
    }

    @Test
    void chosenPortsAreReusedOnlyTowardsOurselvesUnlessToldOtherwise() {
        stack(c -> c);
        leaveBehind(LOW, TS);
        leaveBehind(LOW + 1, TS);
        passMs(5_000);
        assertEquals(-Errno.EADDRNOTAVAIL, connect(0));
        stack.shard()
                .configure(
                        TcpConfig.DEFAULT.with().timeWaitReuse(TimeWaitReuse.ON).build());
        assertTrue(connect(0) > 0);
    }

    @Test
    void whenNoPortIsLeftTheErrorSaysWhatHoldsThemAndUntilWhen() {
        stack(c -> c);
        leaveBehind(LOW, TS);
        passMs(20_000);
        connect(LOW + 1);
        stack.sent().clear();
        assertEquals(-Errno.EADDRNOTAVAIL, connect(0));
        assertEquals(
                "no port from 50000 to 50001 is left towards 10.83.0.1:80: 1 in TIME-WAIT, the next of them free in 40 s;"
                        + " 1 in use",
                stack.shard().portHolder());
        connect(LOW + 1);
        assertEquals(
                "the connection 10.83.0.2:50001 to 10.83.0.1:80 in SYN-SENT; one at a time",
                stack.shard().portHolder());
        stack.batch(() -> stack.shard().connect(null, 0, IpAddress.ANY_V4, PORT, null, null, stack.nowNs()));
        assertEquals("", stack.shard().portHolder(), "nobody's port is the trouble");
    }

    @Test
    void theDelayIsSettable() {
        stack(c -> c.timeWaitReuse(TimeWaitReuse.ON).timeWaitReuseDelayMs(1_000));
        leaveBehind(LOW, TS);
        leaveBehind(LOW + 1, TS);
        passMs(999);
        assertEquals(-Errno.EADDRNOTAVAIL, connect(0));
        passMs(1);
        assertTrue(connect(0) > 0);
    }

    @Test
    void peerThatIsNotNewerIsResetAndTimeWaitIsBack() {
        stack(c -> c);
        final int end = leaveBehind(LOW, TS);
        passMs(10_000);
        final long id = connect(LOW);
        final int iss = take().seq;
        inject(synAck(IRS - 50, TS));
        assertEquals(Segment.RST, take().flags & Segment.RST);
        assertEquals(iss + 1, last.seq);
        assertEquals(Errno.EADDRNOTAVAIL, stack.shard().error(id));
        assertEquals(1, stack.shard().counters().get(StackCounter.TcpTimeWaitReuseRefused));
        assertEquals(TcpState.TIME_WAIT, state());
        inject(stamped(Segment.of(Segment.ACK).seq(IRS).ack(end).len(1), TS));
        assertEquals(end, take().seq, "with its old numbers");
        passMs(50_001);
        assertEquals(0, rows(), "and its old deadline");
    }

    @Test
    void chosenPortIsChangedForAnotherWhereThePeerIsNotNewer() {
        stack(c -> c.timeWaitReuse(TimeWaitReuse.ON));
        leaveBehind(LOW, TS);
        leaveBehind(LOW + 1, TS);
        passMs(1_000);
        final long id = connect(0);
        final int iss = take().seq;
        final int first = lastPort;
        inject(synAck(IRS - 50, TS));
        final VirtualStack.Sent reset = stack.sent().poll();
        assertEquals(iss + 1, PacketDecoder.tcp(reset.bytes()).segment().seq);
        assertEquals(Segment.SYN, take().flags);
        assertNotEquals(first, lastPort);
        inject(synAck(IRS + 1_000, TS));
        take();
        assertEquals(TcpState.ESTABLISHED, stack.shard().state(id));
        assertEquals(lastPort, stack.shard().flow(id).localPort());
        assertEquals(1, rows(), "the first one is in TIME-WAIT again");
    }

    @Test
    void towardsSuchADestinationReuseWaitsForASecondFromThenOn() {
        stack(c -> c.timeWaitReuse(TimeWaitReuse.ON));
        leaveBehind(LOW, TS);
        passMs(10);
        leaveBehind(LOW + 1, TS);
        passMs(990);
        final long id = connect(0);
        take();
        final int port = lastPort;
        inject(synAck(IRS - 50, TS));
        stack.sent().clear();
        if (port == LOW + 1) { // the other port has rested for a second
            stack.batch(() -> stack.shard().abort(id, stack.nowNs()));
            stack.sent().clear();
        }
        lastPort = port;
        inject(stamped(Segment.of(Segment.ACK).seq(IRS).ack(1).len(1), TS)); // answered: the second begins anew
        assertEquals(Segment.ACK, take().flags & Segment.ACK);
        stack.shard().ephemeralPorts(port, port);
        passMs(999);
        assertEquals(-Errno.EADDRNOTAVAIL, connect(0));
        passMs(1);
        assertTrue(connect(0) > 0);
    }

    @Test
    @Rfc(number = 9293, section = "3.5.1")
    void peerInLastAckGetsItsAckAndTheSynComesAgain() {
        stack(c -> c);
        final int end = leaveBehind(LOW, TS);
        passMs(100);
        final long id = connect(LOW);
        final int iss = take().seq;
        inject(stamped(Segment.of(Segment.FIN | Segment.ACK).seq(IRS + 1).ack(end), TS + 100));
        assertEquals(end, take().seq, "the old connection's ACK, no RST");
        assertEquals(IRS + 2, last.ack);
        assertEquals(TcpState.SYN_SENT, stack.shard().state(id));
        passMs(10);
        assertEquals(iss, take().seq, "soon");
        inject(synAck(IRS + 1_000, TS + 110));
        take();
        assertEquals(TcpState.ESTABLISHED, stack.shard().state(id));
    }

    @Test
    void connectThatNobodyAnswersBringsTimeWaitBack() {
        stack(c -> c.mslMs(300_000).synRetries(2));
        leaveBehind(LOW, TS);
        passMs(10);
        connect(LOW);
        stack.sent().clear();
        passMs(30_000);
        stack.sent().clear();
        assertEquals(TcpState.TIME_WAIT, state());
        assertEquals(1, rows());
    }

    @Test
    void refusedConnectBringsTimeWaitBack() {
        stack(c -> c);
        leaveBehind(LOW, TS);
        passMs(10);
        final long id = connect(LOW);
        take();
        inject(Segment.of(Segment.RST | Segment.ACK).seq(0).ack(last.seq + 1));
        assertEquals(Errno.ECONNREFUSED, stack.shard().error(id));
        assertEquals(1, rows());
        assertEquals(TcpState.TIME_WAIT, state());
    }

    @Test
    void abortedConnectBringsTimeWaitBack() {
        stack(c -> c);
        leaveBehind(LOW, TS);
        passMs(10);
        final long id = connect(LOW);
        take();
        stack.batch(() -> stack.shard().abort(id, stack.nowNs()));
        assertEquals(1, rows());
        assertEquals(TcpState.TIME_WAIT, state());
    }
}
