package dev.culvert.kit.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.scenario.Summary.FlowResult;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What congestion controls make of a bottleneck, whole stacks and links under virtual time. */
class CongestionTest {
    /** Of a packet of 1,500 bytes with timestamps. */
    private static final double PAYLOAD_SHARE = 1_448 / 1_500.0;

    private static List<FlowResult> play(final String control, final String link, final int flows, final int seconds) {
        final StringBuilder yaml = new StringBuilder("stacks:\n  b: { address: 10.83.0.3 }\n");
        for (int i = 0; i < flows; i++) {
            yaml.append("  a").append(i).append(": { address: 10.83.1.").append(i + 2);
            yaml.append(", tcp: { ").append(control).append(", sendBufferBytes: 16MB } }\n");
        }
        yaml.append("switches: [s]\nlinks:\n  bottleneck: { between: [s, b], mtu: 1500, ")
                .append(link)
                .append(" }\n");
        for (int i = 0; i < flows; i++) {
            yaml.append("  l").append(i).append(": { between: [a").append(i).append(", s], mtu: 1500 }\n");
        }
        yaml.append("applications:\n");
        for (int i = 0; i < flows; i++) {
            yaml.append("  f")
                    .append(i)
                    .append(": { kind: bulk, from: a")
                    .append(i)
                    .append(", to: b, bytes: 10GB");
            yaml.append(", port: ")
                    .append(5_001 + i)
                    .append(", start: ")
                    .append(i * 500)
                    .append("ms }\n");
        }
        yaml.append("end: { when: time, limit: ").append(seconds).append("s }\n");
        return Worlds.play(ScenarioReader.read("bottleneck", yaml.toString(), List.of()), 1)
                .flows();
    }

    private static double megabits(final FlowResult flow, final double seconds) {
        return flow.bytesUp() * 8 / 1e6 / seconds;
    }

    /** R. Jain's index: 1 when all have the same, 1/n when one has all. */
    private static double jain(final List<FlowResult> flows) {
        final double sum = flows.stream().mapToDouble(FlowResult::bytesUp).sum();
        final double squares = flows.stream()
                .mapToDouble(flow -> (double) flow.bytesUp() * flow.bytesUp())
                .sum();
        return sum * sum / (flows.size() * squares);
    }

    @Test
    void bbrFillsAHundredMegabitsPerSecondOver40Ms() {
        final List<FlowResult> flows = play("congestion: bbr", "rate: 100Mbit, delay: 20ms, queue: 2MB", 1, 8);
        final double goodput = megabits(flows.get(0), 8);
        assertTrue(goodput >= 0.95 * 100 * PAYLOAD_SHARE, "goodput " + goodput + " Mbit/s");
        assertEquals(0, flows.get(0).retransmitted());
    }

    @Test
    void twoFlowsOfBbrShareEvenly() {
        final List<FlowResult> flows = play("congestion: bbr", "rate: 20Mbit, delay: 20ms, queue: 1MB", 2, 40);
        final double sum = megabits(flows.get(0), 40) + megabits(flows.get(1), 40);
        assertTrue(sum >= 0.95 * 20 * PAYLOAD_SHARE, "goodput of both " + sum + " Mbit/s");
        assertTrue(
                jain(flows) >= 0.9,
                flows.get(0).bytesUp() + " and " + flows.get(1).bytesUp() + " bytes");
    }

    /** Eight least windows alone hold 32 segments, more than the path of 8 and its queue of 20: bounds set by losses share it. */
    @Test
    void eightFlowsOfBbrShareAShortQueueEvenlyAndLoseAFewPercent() {
        final List<FlowResult> flows = play("congestion: bbr", "rate: 10Mbit, delay: 5ms, queue: 30kB", 8, 20);
        final double sum =
                flows.stream().mapToDouble(flow -> megabits(flow, 20)).sum();
        assertTrue(sum >= 0.95 * 10 * PAYLOAD_SHARE, "goodput of all " + sum + " Mbit/s");
        assertTrue(jain(flows) >= 0.9, "Jain " + jain(flows));
        final double again = flows.stream().mapToLong(FlowResult::retransmitted).sum() / (sum * 20 * 1e6 / 8 / 1_448);
        assertTrue(again <= 0.2, "sent again: " + again);
    }

    @Test
    void onePercentOfLossCostsBbrLittle() {
        final double goodput = megabits(
                play("congestion: bbr", "rate: 10Mbit, delay: 5ms, queue: 30kB, loss: 1%", 1, 20)
                        .get(0),
                20);
        assertTrue(goodput >= 0.85 * 10 * PAYLOAD_SHARE, "goodput " + goodput + " Mbit/s");
    }

    @Test
    void aRateThatIsSetIsTheRateThatLeaves() {
        final FlowResult flow = play("maxPacingBytesPerSecond: 250000", "rate: 100Mbit, delay: 5ms", 1, 10)
                .get(0);
        assertEquals(2.0, megabits(flow, 10), 0.01);
    }

    @ParameterizedTest
    @CsvSource({
        "cubic, 'rate: 10Mbit, delay: 50ms, queue: 125kB', 2", // the first second is slow start
        "cubic, 'rate: 100Mbit, delay: 5ms, queue: 125kB', 1",
        "newreno, 'rate: 100Mbit, delay: 50ms, queue: 1250kB', 3"
    })
    void slowStartEndsBeforeAQueueOfARoundTripOverflows(final String control, final String link, final int seconds) {
        final FlowResult flow = play("congestion: " + control, link, 1, seconds).get(0);
        assertTrue(
                flow.retransmitted() <= 2, flow.retransmitted() + " segments sent again"); // a window's worth otherwise
        final double rate = link.contains("100Mbit") ? 100 : 10;
        assertTrue(megabits(flow, seconds) >= 0.7 * rate, "goodput " + megabits(flow, seconds) + " Mbit/s");
    }

    @Test
    void pacingKeepsAShallowQueueShort() { // a burst of a whole window overflows it, the same window spread out does
        // not
        final String link = "rate: 50Mbit, delay: 20ms, queue: 60kB";
        final FlowResult burst =
                play("congestion: cubic, pacing: false", link, 1, 1).get(0);
        final FlowResult paced =
                play("congestion: cubic, pacing: true", link, 1, 1).get(0);
        assertTrue(paced.bytesUp() > burst.bytesUp(), paced.bytesUp() + " and " + burst.bytesUp() + " bytes");
    }
}
