package dev.culvert.endpoint.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.shard.SocketTimer;
import dev.culvert.tcp.TcpState;
import dev.culvert.tun.SocketInfo;
import dev.culvert.tun.TransportAddress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code culvert ss} prints. */
class ListingTest {
    private static final SocketInfo LISTENER =
            new SocketInfo(TcpState.LISTEN, 2, 128, at("::", 80), at("::", 0), SocketTimer.NONE, 0, 0);
    private static final SocketInfo HALF_OPEN = new SocketInfo(
            TcpState.SYN_RECEIVED, 0, 0, at("10.83.0.2", 80), at("10.83.0.1", 7), SocketTimer.ON, 2_500, 1);
    private static final SocketInfo CONNECTION = new SocketInfo(
            TcpState.ESTABLISHED, 5, 70_000, at("10.83.0.2", 80), at("10.83.0.1", 8), SocketTimer.ON, 201, 0);

    private final StringWriter text = new StringWriter();
    private final Output output = new Output(new PrintWriter(text));

    private static TransportAddress at(final String address, final int port) {
        return TransportAddress.of(address, port);
    }

    private static SocketInfo timeWait(final String peer, final long leftMs) {
        return new SocketInfo(
                TcpState.TIME_WAIT, 0, 0, at("10.83.0.2", 80), at(peer, 9), SocketTimer.TIMEWAIT, leftMs, 0);
    }

    private String lines(final Listing listing, final SocketInfo... sockets) {
        for (final SocketInfo socket : sockets) {
            listing.add(socket);
        }
        listing.end();
        return text.toString();
    }

    @Test
    void theColumnsAreThoseOfSs() {
        final Listing table = new SocketTable(output, false, false, 10);
        assertEquals("""
                State      Recv-Q Send-Q Local Address:Port       Peer Address:Port
                LISTEN     2      128    [::]:80                  [::]:*
                SYN-RECV   0      0      10.83.0.2:80             10.83.0.1:7
                ESTAB      5      70000  10.83.0.2:80             10.83.0.1:8
                TIME-WAIT  0      0      10.83.0.2:80             10.83.0.9:9              timer:(timewait,59sec,0)
                """, lines(table, LISTENER, HALF_OPEN, CONNECTION, timeWait("10.83.0.9", 59_999)));
    }

    @Test
    void otherTimersAreShownWhenAskedFor() {
        final String shown = lines(new SocketTable(output, false, true, 10), LISTENER, HALF_OPEN);
        assertTrue(shown.endsWith(" timer:(on,2.500ms,1)\n"), shown);
        assertTrue(shown.contains("[::]:*\n"), shown);
    }

    @Test
    void aLimitEndsTheListing() {
        final Listing table = new SocketTable(output, true, false, 1);
        assertTrue(table.add(CONNECTION));
        assertFalse(table.add(CONNECTION));
        table.end();
        assertEquals(1, text.toString().lines().count());
    }

    @Test
    void jsonIsAnObjectALine() {
        assertEquals(
                "{\"state\":\"TIME-WAIT\",\"recvQ\":0,\"sendQ\":0,\"localAddress\":\"10.83.0.2\",\"localPort\":80,"
                        + "\"peerAddress\":\"fd83::1\",\"peerPort\":9,\"timer\":\"timewait\",\"timerMs\":41000,"
                        + "\"retries\":0}\n",
                lines(new SocketTable(output, true, false, 10), timeWait("fd83::1", 41_000)));
    }

    @Test
    void peersAreCountedThoseWithMostFirst() {
        final String shown = lines(
                new Peers(output, false, 2),
                timeWait("10.0.0.1", 1_000),
                timeWait("10.0.0.2", 50_000),
                CONNECTION,
                timeWait("10.0.0.2", 20_000),
                timeWait("10.0.0.3", 1));
        assertEquals(
                List.of(
                        "Peer Address Sockets TIME-WAIT First ends Last ends",
                        "10.0.0.2 2 2 20sec 50sec",
                        "10.0.0.1 1 1 1sec 1sec"),
                shown.lines().map(line -> line.replaceAll(" +", " ")).toList());
    }

    @Test
    void aPeerWithoutTimeWaitHasNoTimeLeft() {
        assertEquals(
                "{\"peerAddress\":\"10.83.0.1\",\"sockets\":1,\"timeWait\":0}\n",
                lines(new Peers(output, true, 2), CONNECTION));
    }

    @Test
    void morePeersThanFitAreCountedTogether() {
        final Peers peers = new Peers(output, true, 1);
        for (int i = 0; i < Peers.MOST + 5; i++) {
            peers.add(timeWait("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), 1_000));
        }
        assertEquals(
                "{\"peerAddress\":\"others\",\"sockets\":5,\"timeWait\":5,\"earliestMs\":1000,\"latestMs\":1000}\n",
                lines(peers));
    }

    @Test
    void totalsSayWhenTimeWaitEnds() {
        assertEquals(
                """
                Total: 4
                LISTEN: 1
                ESTAB: 1
                TIME-WAIT: 2 (the first ends in 400ms, the last in 1min)
                """,
                lines(
                        new Totals(output, false),
                        LISTENER,
                        timeWait("10.0.0.1", 400),
                        CONNECTION,
                        timeWait("10.0.0.1", 60_000)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0ms",
        "999, 999ms",
        "1000, 1sec",
        "2500, 2.500ms",
        "10500, 10sec",
        "60000, 1min",
        "72999, 1min12sec",
        "615000, 10min"
    })
    void timesAreAsSsHasThem(final long ms, final String words) {
        assertEquals(words, SocketTable.duration(ms));
    }

    @Test
    void filtersNameStatesAndGroups() {
        assertEquals(EnumSet.of(TcpState.TIME_WAIT), StateFilter.parse(List.of("state", "time-wait")));
        assertEquals(
                EnumSet.of(TcpState.ESTABLISHED, TcpState.SYN_RECEIVED),
                StateFilter.parse(List.of("state", "established", "state", "syn-recv")));
        assertEquals(
                EnumSet.of(TcpState.SYN_RECEIVED),
                StateFilter.parse(List.of("state", "bucket", "exclude", "time-wait")));
        assertEquals(StateFilter.connections(), StateFilter.parse(List.of("exclude", "listening")));
        assertEquals(8, StateFilter.parse(List.of("state", "big")).size() + 1);
    }
}
