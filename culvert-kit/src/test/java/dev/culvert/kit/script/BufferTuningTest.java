package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.env.Errno;
import dev.culvert.tcp.ConnectionInfo;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Buffers that grow with what a connection moves. */
class BufferTuningTest extends ScriptTest {
    private static final int MSS = 1_460;
    private static final long ROUND_TRIP = 100_000_000L;
    private static final int START = 64 << 10;
    private static final int MOST = 6 << 20;

    private Script linuxLike(final UnaryOperator<Setup> more) {
        return given(s -> more.apply(s.rttMs(100).peerSack().peerWscale(7)), ESTABLISHED);
    }

    /** A round trip in which the peer sends so much text, as far as the window lets it; what it may send after that. */
    private static int roundTrip(final Script tcp, final int wanted, final boolean read) {
        tcp.advance(ROUND_TRIP);
        int left = Math.min(wanted, tcp.rightEdge() - tcp.peerNxt());
        final int sent = left;
        while (left > 0) {
            final int length = Math.min(MSS, left);
            tcp.inject(data(length));
            if (read) {
                tcp.receive(length);
            }
            left -= length;
        }
        tcp.takeAll();
        return sent;
    }

    /** A sender in slow start doubles what it sends; what comes in the last of so many round trips. */
    private static int slowStart(final Script tcp, final int roundTrips) {
        int wanted = 10 * MSS;
        int sent = 0;
        for (int i = 0; i < roundTrips; i++) {
            sent = roundTrip(tcp, wanted, true);
            wanted = Math.min(2 * wanted, 2 * MOST);
        }
        return sent;
    }

    @Test
    void aSenderInSlowStartIsNeverHeldBackBelowTheLimit() {
        final Script tcp = linuxLike(Setup::peerTimestamps);
        int wanted = 10 * MSS;
        while (wanted <= MOST / 2) {
            assertEquals(wanted, roundTrip(tcp, wanted, true));
            wanted *= 2;
        }
    }

    @Test
    void withoutTimestampsAWholeWindowIsTimedInstead() {
        final Script tcp = linuxLike(s -> s);
        assertEquals(START, tcp.window(), 0.1 * START);
        final int sent = slowStart(tcp, 14);
        assertTrue(sent >= MOST * 9 / 10, "the last round trip brought " + sent);
    }

    @Test
    void theWindowStaysWithinItsLimit() {
        final Script tcp = linuxLike(Setup::peerTimestamps);
        slowStart(tcp, 14);
        assertTrue(tcp.window() <= MOST && tcp.window() >= MOST * 9 / 10, "window " + tcp.window());
    }

    @Test
    void aSenderThatSendsLittleGetsNoLargerWindow() {
        final Script tcp = linuxLike(Setup::peerTimestamps);
        for (int i = 0; i < 100; i++) {
            roundTrip(tcp, 4 * MSS, true);
        }
        assertEquals(START, tcp.window(), 0.1 * START);
    }

    @Test
    void whatASenderMayStartWithFitsIntoTheFirstWindow() {
        final Script tcp = given(s -> s.mtu(9_000).peerMss(8_960).peerWscale(7), ESTABLISHED);
        tcp.inject(data(100)).receive(100).takeAll();
        assertTrue(tcp.window() >= 10 * 8_960, "window " + tcp.window());
    }

    @Test
    void textThatNobodyReadsGetsNoLargerWindow() {
        final Script tcp = linuxLike(Setup::peerTimestamps);
        int total = 0;
        for (int i = 0; i < 10; i++) {
            total += roundTrip(tcp, START, false);
        }
        assertEquals(START, total, 0.05 * START); // scaled windows are rounded up, RFC 7323 §2.4
        tcp.receive(total).takeAll();
    }

    @Test
    void aWindowThatWasSetDoesNotGrow() {
        final Script tcp = linuxLike(s ->
                s.peerTimestamps().config(c -> c.receiveBufferBytes(100_000).receiveBufferStartBytes(100_000)));
        slowStart(tcp, 8);
        assertEquals(100_000, tcp.window(), 5_000);
    }

    @Test
    void aChangeOfOtherSettingsLeavesWhatHasGrown() {
        final Script tcp = linuxLike(Setup::peerTimestamps);
        slowStart(tcp, 14);
        tcp.shard()
                .configure(
                        tcp.conn(),
                        tcp.shard().config(tcp.conn()).with().nagle(false).build());
        roundTrip(tcp, MSS, true);
        assertTrue(tcp.window() >= MOST * 9 / 10, "window " + tcp.window());
    }

    @Test
    void theSendBufferHoldsTwoCongestionWindows() {
        final Script tcp = linuxLike(s -> s.config(c -> c.sendBufferBytes(512 << 10)));
        assertEquals(128 << 10, tcp.shard().sendSpace(tcp.conn()));
        final ConnectionInfo info = new ConnectionInfo();
        int most = 0;
        for (int i = 0; i < 50; i++) {
            final int room = tcp.shard().sendSpace(tcp.conn());
            if (room > 0) {
                tcp.send(room).send(1, -Errno.EAGAIN).takeAll();
            }
            tcp.shard().info(tcp.conn(), info);
            most = Math.max(most, info.sendQueueBytes);
            tcp.advance(ROUND_TRIP).inject(ack().win(65_535)).takeAll();
        }
        assertEquals(512 << 10, most);
    }

    /** What the peer holds behind a gap is not in flight, but cannot be forgotten: there must be room for what follows it. */
    @Test
    void theSendBufferHoldsWhatWaitsBehindAGapAsWell() {
        final Script tcp = linuxLike(s -> s.config(c -> c.sendBufferBytes(6 << 20)));
        final ConnectionInfo info = new ConnectionInfo();
        for (int i = 0; i < 16; i++) {
            nextFlight(tcp);
        }
        final int before = nextFlight(tcp);
        tcp.inject(
                ack().ack(before).win(65_535).sack(before + 2 * MSS, before + 3 * MSS)); // segments overtake each other
        tcp.inject(ack().ack(before).win(65_535).sack(before + MSS, before + 3 * MSS));
        final int first = nextFlight(tcp);
        final int last = tcp.localNxt();
        tcp.inject(ack().ack(first).win(65_535).sack(first + MSS, last));
        tcp.inject(ack().ack(first + 1).win(65_535).sack(first + MSS, last)).takeAll();
        tcp.shard().info(tcp.conn(), info);
        final int held = last - first - MSS;
        assertTrue(held > 64 << 10, "held " + held);
        final int room = tcp.shard().sendSpace(tcp.conn());
        assertEquals(2 * info.congestionWindowBytes + held, info.sendQueueBytes + room);
    }

    /** All is acknowledged, as much as possible is sent, and the answer to that is due; the sequence number at which it begins. */
    private static int nextFlight(final Script tcp) {
        final int first = tcp.takeAll().localNxt();
        tcp.inject(ack().win(65_535)).takeAll();
        final int room = tcp.shard().sendSpace(tcp.conn());
        if (room > 0) {
            tcp.send(room).send(1, -Errno.EAGAIN);
        }
        tcp.takeAll().advance(ROUND_TRIP);
        return first;
    }

    @Test
    void aSendBufferThatIsNotWaitedForDoesNotGrow() {
        final Script tcp = linuxLike(s -> s);
        for (int i = 0; i < 12; i++) {
            tcp.send(20_000)
                    .takeAll()
                    .advance(ROUND_TRIP)
                    .inject(ack().win(65_535))
                    .takeAll();
        }
        assertEquals(128 << 10, tcp.shard().sendSpace(tcp.conn()));
    }
}
