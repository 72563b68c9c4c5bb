package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.tcp.TcpState.CLOSED;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static dev.culvert.tcp.TcpState.LISTEN;
import static dev.culvert.tcp.TcpState.SYN_SENT;
import static dev.culvert.tcp.TcpState.TIME_WAIT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.shard.SocketRow;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a listing of sockets says of connections in every state. */
class SocketListTest extends ScriptTest {
    private static final Set<TcpState> CONNECTIONS = EnumSet.complementOf(EnumSet.of(LISTEN));

    private static List<String> list(final Script tcp, final Set<TcpState> states) {
        final List<String> lines = new ArrayList<>();
        for (long cursor = 0; cursor >= 0; ) {
            cursor = tcp.shard().sockets(cursor, 1, states, row -> lines.add(line(row)), tcp.elapsedNs());
        }
        return lines;
    }

    private static String line(final SocketRow row) {
        return row.state + " " + row.receiveQueue + " " + row.sendQueue + " " + row.localPort + " "
                + IpAddress.toString(row.remoteHi, row.remoteLo) + " " + row.remotePort + " " + row.timer.word() + " "
                + row.timerMs + " " + row.retries;
    }

    private String peer() {
        return v6 ? "fd83::1" : "10.83.0.1";
    }

    @Test
    void everyStateIsListedOnce() {
        for (final TcpState state : CONNECTIONS) {
            final Script tcp = state == SYN_SENT ? given(s -> s.active(), state) : given(state);
            final List<String> lines = list(tcp, CONNECTIONS);
            assertEquals(state == CLOSED ? 0 : 1, lines.size(), lines::toString);
            if (state != CLOSED) {
                assertEquals(
                        state + " 0 0 8080 " + peer() + " 40000", lines.get(0).replaceAll(" \\w+ \\w+ \\w+$", ""));
            }
        }
    }

    @Test
    void onlyStatesThatAreAskedForAreListed() {
        final Script tcp = given(ESTABLISHED);
        assertEquals(
                List.of("LISTEN 0 16 8080 " + (v6 ? "::" : "0.0.0.0") + " 0 none 0 0"), list(tcp, EnumSet.of(LISTEN)));
        assertEquals(List.of(), list(tcp, EnumSet.of(TIME_WAIT, SYN_SENT)));
    }

    @Test
    void queuesAndRetransmissionsAreTold() {
        final Script tcp = given(s -> s.rttMs(100), ESTABLISHED);
        tcp.inject(data(70).seq(1)).takeAll();
        tcp.send(100).takeAll().expectWithin(seconds(1), data(100).seq(1));
        final String line = list(tcp, CONNECTIONS).get(0);
        assertEquals("ESTABLISHED 70 100 8080 " + peer() + " 40000 on 600 1", line);
    }

    @Test
    void timeWaitTellsWhatIsLeftAndAShadowLeavesThatToTheNewOpening() {
        final Script tcp = given(TIME_WAIT).advance(seconds(19));
        assertEquals(List.of("TIME_WAIT 0 0 8080 " + peer() + " 40000 timewait 41000 0"), list(tcp, CONNECTIONS));
        tcp.inject(syn().seq(10_000_000)).takeAll();
        assertEquals(List.of("SYN_RECEIVED 0 0 8080 " + peer() + " 40000 on 1000 0"), list(tcp, CONNECTIONS));
    }
}
