package dev.culvert.kit.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.Rfc;
import dev.culvert.kit.packet.PacketDecoder;
import dev.culvert.kit.packet.PacketEncoder;
import dev.culvert.kit.packet.Segment;
import dev.culvert.kit.sim.LinkObserver;
import dev.culvert.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplorationTest {
    private static Model model(final String name) {
        return Model.named(name).orElseThrow();
    }

    private static Exploration explored(final String name, final Budget budget, final UnaryOperator<byte[]> device) {
        final Exploration exploration = new Exploration(model(name), budget, device);
        exploration.run(() -> false);
        return exploration;
    }

    /** Budgets that take a second or less; {@code culvert simulate --explore} goes deeper. */
    @ParameterizedTest
    @CsvSource({
        "open, 1, 1, 1, 0, 3000",
        "open, 0, 0, 1, 1, 100",
        "close, 1, 1, 1, 0, 1500",
        "simultaneous-open, 1, 1, 1, 0, 2000",
        "simultaneous-close, 1, 1, 0, 0, 2000",
        "simultaneous-close, 0, 1, 9, 0, 500",
        "half-close, 1, 0, 1, 0, 1000",
        "half-close, 0, 1, 1, 0, 1000",
        "data, 0, 0, 1, 0, 1000",
        "reset, 1, 0, 0, 0, 1000",
        "reopen, 1, 0, 0, 0, 500",
        "reopen, 0, 1, 1, 0, 500",
        "retry, 1, 0, 1, 0, 500",
        "crash, 0, 0, 0, 0, 500",
        "passive, 1, 1, 1, 0, 300",
    })
    @Rfc(number = 9293, section = "3.4")
    @Rfc(number = 9293, section = "3.5")
    @Rfc(number = 9293, section = "3.6")
    void nothingBreaksOnAnyPath(
            final String name,
            final int losses,
            final int duplicates,
            final int reorders,
            final int timeouts,
            final int leastStates) {
        final Exploration exploration =
                explored(name, new Budget(losses, duplicates, reorders, timeouts), UnaryOperator.identity());
        assertEquals("", exploration.finding().map(Exploration.Finding::story).orElse(""));
        assertTrue(exploration.states() >= leastStates, () -> "only " + exploration.states() + " states");
    }

    @Test
    void rareStatesAreReached() {
        final Budget nothing = new Budget(0, 0, 0, 0);
        assertTrue(explored("simultaneous-close", nothing, UnaryOperator.identity())
                .reached()
                .contains(TcpState.CLOSING));
        assertFalse(
                explored("close", nothing, UnaryOperator.identity()).reached().contains(TcpState.CLOSING));
    }

    // ------------------------------------------------------------------ planted bugs

    /** Changes segments that fit; everything that comes of it is a bug that the exploration has to find. */
    private static UnaryOperator<byte[]> damage(final UnaryOperator<Segment> change) {
        return packet -> {
            final PacketDecoder.Decoded whole = PacketDecoder.tcp(packet);
            final Segment changed = change.apply(whole.segment());
            return changed == null ? null : PacketEncoder.tcp(whole.ends(), changed);
        };
    }

    private static String firstFinding(final String name, final Budget budget, final UnaryOperator<Segment> bug) {
        return explored(name, budget, damage(bug))
                .finding()
                .map(Exploration.Finding::what)
                .orElse("nothing");
    }

    @Test
    void theDeviceOfTheseTestsIsHarmlessByItself() {
        assertEquals("nothing", firstFinding("half-close", new Budget(0, 0, 0, 0), segment -> segment));
    }

    @Test
    void textThatIsAcknowledgedBeforeItArrivesIsFoundMissing() {
        final String what = firstFinding("half-close", new Budget(1, 0, 0, 0), segment -> {
            final boolean isFinalAck = !segment.has(Segment.SYN) && segment.has(Segment.ACK) && segment.len == 0;
            return isFinalAck ? segment.ack(segment.ack + Model.SEGMENT) : segment;
        });
        assertFalse(what.equals("nothing"));
    }

    @Test
    void aSwallowedFinIsFound() {
        final String what =
                firstFinding("close", new Budget(0, 0, 0, 0), segment -> segment.has(Segment.FIN) ? null : segment);
        assertEquals("b was told ETIMEDOUT", what);
    }

    @Test
    void changedTextIsFound() {
        final String what = firstFinding("half-close", new Budget(0, 0, 0, 0), segment -> {
            if (segment.len > 0) {
                segment.text[0] ^= 1;
            }
            return segment;
        });
        assertEquals("b received a byte that was not sent there, after 0 right ones", what);
    }

    @Test
    void aResetThatNobodyAskedForBreaksTheConnection() {
        final String what = firstFinding("close", new Budget(0, 0, 0, 0), segment -> {
            if (segment.has(Segment.FIN)) {
                segment.flags = Segment.RST | Segment.ACK;
            }
            return segment;
        });
        assertEquals("a was told ECONNRESET", what);
    }

    // ------------------------------------------------------------------ paths

    @Test
    void aFindingCanBeReplayedWithItsPackets() {
        final Exploration exploration =
                explored("close", new Budget(1, 0, 0, 0), damage(segment -> segment.has(Segment.FIN) ? null : segment));
        final Exploration.Finding finding = exploration.finding().orElseThrow();
        final List<Integer> lengths = new ArrayList<>();
        final LinkObserver packets = (end, out, bytes, length, nowNs) -> lengths.add(length);
        assertEquals(finding.story(), exploration.replay(finding.path(), packets));
        assertTrue(finding.story().endsWith(finding.what() + "\n"), finding::story);
        assertTrue(lengths.size() > 3);
    }

    @Test
    void aPathThatDoesNotExistIsRefused() {
        final Exploration exploration = new Exploration(model("open"), new Budget(0, 0, 0, 0));
        assertTrue(exploration.replay("", LinkObserver.NONE).endsWith("both are CLOSED, nothing broke\n"));
        assertThrows(IllegalArgumentException.class, () -> exploration.replay("9", LinkObserver.NONE));
        assertThrows(IllegalArgumentException.class, () -> exploration.replay("x", LinkObserver.NONE));
    }

    @Test
    void twoRunsWalkTheSamePaths() {
        final Budget budget = new Budget(1, 0, 0, 0);
        final Exploration once = explored("simultaneous-close", budget, UnaryOperator.identity());
        final Exploration again = explored("simultaneous-close", budget, UnaryOperator.identity());
        assertEquals(once.states(), again.states());
        assertEquals(once.hostStates(), again.hostStates());
        assertEquals(once.happenings(), again.happenings());
    }

    @Test
    void whoeverAsksCanStopIt() {
        final Exploration exploration = new Exploration(model("data"), new Budget(2, 2, 2, 2));
        assertFalse(exploration.run(() -> exploration.happenings() > 0));
        assertTrue(exploration.finding().isEmpty());
    }
}
