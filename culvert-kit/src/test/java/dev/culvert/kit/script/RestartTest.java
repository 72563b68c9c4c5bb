package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ms;
import static dev.culvert.kit.script.Segments.seconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.Rfc;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.TcpState;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A stack dies without a word and starts anew while its peer still knows the old connection: with kept keys and a clock that
 * goes on, no quiet time is needed (RFC 9293 §3.4.3). Two stacks on a wire without delay, in virtual time.
 */
class RestartTest {
    private static final IpAddress CLIENT = IpAddress.parse("10.83.0.1");
    private static final IpAddress SERVER = IpAddress.parse("10.83.0.2");
    private static final int PORT = 4_000;
    private static final long START = seconds(1_000_000);
    private static final long KEYS = 7;

    private final VirtualStack server = new VirtualStack(ShardConfig.of(SERVER), 99, START);
    private final long listener = server.shard().listen(SERVER, 80, 8, null, null);
    private final List<Segment> fromClient = new ArrayList<>();
    private final List<Segment> fromServer = new ArrayList<>();
    private VirtualStack client = new VirtualStack(ShardConfig.of(CLIENT), KEYS, START);

    @AfterEach
    void end() {
        client.shard().close();
        server.shard().close();
    }

    private long connect() {
        final long id =
                client.batch(() -> client.shard().connect(CLIENT, PORT, SERVER, 80, null, null, client.nowNs()));
        assertTrue(id > 0);
        exchange();
        return id;
    }

    /** Carries packets both ways until nobody says anything more. */
    private void exchange() {
        while (!client.sent().isEmpty() || !server.sent().isEmpty()) {
            carry(client, server, fromClient);
            carry(server, client, fromServer);
        }
    }

    private static void carry(final VirtualStack from, final VirtualStack to, final List<Segment> log) {
        while (!from.sent().isEmpty()) {
            final byte[] packet = from.sent().poll().bytes();
            log.add(PacketDecoder.tcp(packet).segment());
            to.inject(packet);
        }
    }

    /** The client dies and is there again {@code ns} later; what the clock says then is {@code clockNs}. */
    private void restart(final long ns, final long clockNs) {
        client.shard().close();
        server.advanceTo(server.nowNs() + ns);
        client = new VirtualStack(ShardConfig.of(CLIENT), KEYS, clockNs);
        server.sent().clear(); // nobody was there to hear
    }

    /** Else the n-th connection to a server would meet what it still remembers of the n-th one before. */
    @Test
    @Rfc(number = 6056, section = "3.3.3")
    void ephemeralPortsBeginElsewhere() {
        final int before = ephemeralPort();
        restart(seconds(1), client.nowNs() + seconds(1));
        assertNotEquals(before, ephemeralPort());
    }

    private int ephemeralPort() {
        final long id = client.batch(() -> client.shard().connect(CLIENT, 0, SERVER, 80, null, null, client.nowNs()));
        return client.shard().flow(id).localPort();
    }

    private Segment lastSyn() {
        return fromClient.stream()
                .filter(segment -> segment.has(Segment.SYN))
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    private Segment lastFromClient() {
        return fromClient.get(fromClient.size() - 1);
    }

    private void isNewer(final Segment syn, final Segment old) {
        assertTrue(syn.seq - (old.seq + old.segLen()) > 0, "the ISN does not step back");
        assertTrue(syn.tsVal - old.tsVal >= 0, "neither does the timestamp");
    }

    @Test
    @Rfc(number = 9293, id = "MUST-8", section = "3.4.3")
    void aPeerInTimeWaitTakesTheNewConnectionAtOnce() {
        final long old = connect();
        final long accepted = server.shard().accept(listener, null);
        server.batch(() -> server.shard().close(accepted, server.nowNs()));
        exchange();
        client.batch(() -> client.shard().close(old, client.nowNs()));
        exchange();
        assertEquals(TcpState.TIME_WAIT, server.stateOf(PORT));
        final Segment before = lastFromClient();

        restart(ms(1_500), START + ms(1_500));
        final int said = fromServer.size();
        final long again = connect();
        isNewer(lastSyn(), before);
        assertEquals(TcpState.ESTABLISHED, client.shard().state(again));
        assertEquals(1, fromServer.size() - said, "a SYN-ACK and nothing else");
    }

    @Test
    @Rfc(number = 9293, section = "3.5.1")
    void aPeerThatIsStillConnectedIsChallengedResetAndTakesTheNextSyn() {
        connect();
        final Segment before = lastFromClient();

        restart(ms(800), START + ms(800));
        final long again = connect();
        isNewer(lastSyn(), before);
        assertEquals(TcpState.CLOSED, server.stateOf(PORT), "half-open connection discovery");
        client.advanceTo(client.nowNs() + seconds(1));
        server.advanceTo(server.nowNs() + seconds(1));
        exchange();
        assertEquals(TcpState.ESTABLISHED, client.shard().state(again));
    }

    /** Why the clock is kept beside the keys: the monotonic one begins anew with the machine. */
    @Test
    void aClockThatBeginsAnewStepsBack() {
        connect();
        final Segment before = lastFromClient();
        restart(seconds(30), seconds(12));
        connect();
        final boolean seqBack = lastSyn().seq - before.seq < 0;
        final boolean timestampBack = lastSyn().tsVal - before.tsVal < 0;
        assertTrue(seqBack || timestampBack);
    }
}
