package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.*;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.Rfc;
import dev.culvert.tcp.ConnectionInfo;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.tcp.TcpConfigBuilder;
import org.junit.jupiter.api.Test;

/** Text that leaves at a pace, and how much of it at first. */
class PacingTest {
    private static Script paced(final long bytesPerSecond) {
        return Script.setup(s -> s.config(c -> c.maxPacingBytesPerSecond(bytesPerSecond)))
                .given(ESTABLISHED);
    }

    @Test
    void atALowRateSegmentsLeaveOneByOne() { // a segment of 1,000 bytes takes 10 ms, and one millisecond may be made
        // up for
        final Script tcp = paced(100_000);
        tcp.send(4000).expect(data(1000).seq(1)).expectNothing();
        tcp.expectAfter(ms(9), data(1000).seq(1001)).expectNothing();
        tcp.expectAfter(ms(10), data(1000).seq(2001)).expectNothing();
        tcp.advance(ms(5)).inject(ack().ack(3001)).expectNothing(); // an acknowledgement does not hurry it
        tcp.expectAfter(ms(5), data(1000).seq(3001)).inject(ack());
    }

    @Test
    void atAHighRateAMillisecondOfTextLeavesAtOnce() {
        final Script tcp = paced(3_000_000);
        tcp.send(10_000);
        assertEquals(6, tcp.takeAllAndCount()); // and the millisecond that it may make up for
        tcp.expectNothing().advance(ms(1));
        assertEquals(3, tcp.takeAllAndCount());
        tcp.expectNothing().advance(ms(1));
        assertEquals(1, tcp.takeAllAndCount());
        tcp.inject(ack());
    }

    @Test
    void aPaceOfTheWindowFillsTheRoundTripAndTheWindowGrows() {
        final Script tcp =
                Script.setup(s -> s.rttMs(100).config(c -> c.pacing(true))).given(ESTABLISHED);
        tcp.send(100_000);
        int first = tcp.takeAllAndCount(); // twice the window in a round trip: 0.2 segments in a millisecond
        assertTrue(first <= 2, first + " segments at once");
        for (int i = 0; i < 50; i++) {
            tcp.advance(ms(1));
            first += tcp.takeAllAndCount();
        }
        assertEquals(10, first);
        for (int i = 1; i <= 10; i++) {
            tcp.inject(ack().ack(1 + 1000 * i));
        }
        int second = tcp.takeAllAndCount();
        for (int i = 0; i < 60; i++) {
            tcp.advance(ms(1));
            second += tcp.takeAllAndCount();
        }
        assertEquals(20, second);
        tcp.abort().takeAll();
    }

    @Test
    void aFinWaitsForTheTextBeforeIt() {
        final Script tcp = paced(100_000);
        tcp.send(2000).expect(data(1000).seq(1));
        tcp.close().expectNothing();
        tcp.expectAfter(ms(9), fin().seq(1001).len(1000)).expectNothing();
        tcp.inject(ack()).expectNothing();
    }

    @Test
    @Rfc(number = 6928, section = "2")
    void theInitialWindowIsASetting() {
        final Script tcp =
                Script.setup(s -> s.config(c -> c.initialWindowSegments(3))).given(ESTABLISHED);
        tcp.send(30_000);
        assertEquals(3, tcp.takeAllAndCount());
        tcp.abort().takeAll();
    }

    @Test
    @Rfc(number = 7661, section = "4.4.3")
    void aWindowThatIsLeftHalfEmptyForFiveMinutesIsHalved() {
        final Script tcp =
                Script.setup(s -> s.config(c -> c.slowStartAfterIdle(false))).given(ESTABLISHED);
        tcp.send(10_000).takeAll();
        for (int i = 1; i <= 10; i++) {
            tcp.inject(ack().ack(1 + 1000 * i));
        }
        tcp.advance(ms(299_000)).send(1000).expect(data(1000)).inject(ack());
        final int known = tcp.localNxt();
        tcp.advance(ms(2_000)).send(1000).takeAll().inject(ack()); // the period is over: 20 segments become 10
        tcp.send(60_000).takeAll();
        assertEquals(11_000, tcp.localNxt() - known);
        tcp.abort().takeAll();
    }

    /** The application fills a buffer of 5,000 bytes and writes on when it may, each time this many bytes more than fit. */
    private static boolean isAppLimitedAfterWriting(final int more) {
        final Script tcp =
                Script.setup(s -> s.config(c -> c.sendBufferBytes(5_000))).given(ESTABLISHED);
        tcp.send(5_000 + more, 5_000).takeAll().advance(ms(100)).inject(ack().ack(1001));
        tcp.send(1_000 + more, 1_000).takeAll().advance(ms(100)).inject(ack());
        final ConnectionInfo info = new ConnectionInfo();
        tcp.shard().info(tcp.conn(), info);
        assertEquals(50_000, info.deliveryRateBytesPerSecond);
        return info.deliveryRateAppLimited;
    }

    @Test
    void anApplicationThatWaitsForTheSendBufferIsNotWhatLimitsTheRate() {
        assertTrue(isAppLimitedAfterWriting(0));
        assertFalse(isAppLimitedAfterWriting(1_000));
    }

    @Test
    void anUnknownControlIsRefusedWithTheNamesOfAll() {
        final TcpConfigBuilder builder = TcpConfig.DEFAULT.with().congestion("vegas");
        final String message =
                assertThrows(IllegalArgumentException.class, builder::build).getMessage();
        assertTrue(message.startsWith("unknown congestion control 'vegas'; there is bbr, cubic, "), message);
    }
}
