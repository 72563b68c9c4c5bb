package dev.culvert.kit.packetdrill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What counts as a difference between two stacks: here both are Culvert. */
final class DifferentialTest {
    private static final String SCRIPT = """
                0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
               +0 bind(3, ..., ...) = 0
               +0 listen(3, 1) = 0
               +0 < S 0:0(0) win 32792 <mss 1000,sackOK,TS val 1 ecr 0,nop,wscale 7>
               +0 > S. 0:0(0) ack 1 <...>
              +.1 < . 1:1(0) ack 1 win 257 <nop,nop,TS val 101 ecr 1>
               +0 accept(3, ..., ...) = 4
               +0 < P. 1:1001(1000) ack 1 win 257 <nop,nop,TS val 101 ecr 1>
               +0 > . 1:1(0) ack 1001 <...>
            """;

    private static ScriptResult play(final long seed, final Map<String, String> sysctls) {
        final ScriptResult played =
                PacketScripts.run("it", SCRIPT, new ScriptOptions("ipv4", List.of(), Map.of(), sysctls, seed));
        assertEquals("", played.report());
        return played;
    }

    @Test
    void whatIsDrawnAtRandomIsNoDifference() {
        final ScriptResult one = play(1, Map.of());
        final ScriptResult other = play(2, Map.of());

        assertFalse(Arrays.equals(one.packets().get(1), other.packets().get(1)), "both drew the same");
        assertEquals(List.of(), Differential.of(one, other));
    }

    @Test
    void anOptionThatOnlyOneSendsIsNamed() {
        final List<String> differences = Differential.of(play(1, Map.of()), play(1, Map.of("net.ipv4.tcp_sack", "0")));

        assertEquals(1, differences.size(), differences::toString);
        assertTrue(differences.get(0).startsWith("packet 1: Culvert options "), differences::toString);
        assertTrue(differences.get(0).contains("kind 4"), differences::toString);
    }

    @Test
    void aPacketThatOnlyOneSendsIsNamed() {
        final ScriptResult both = play(1, Map.of());
        final ScriptResult less = new ScriptResult(
                "it",
                true,
                "",
                both.transcript(),
                both.packets().subList(0, 2),
                both.packetsOut().subList(0, 2),
                both.packetTimesUs().subList(0, 2),
                List.of());

        assertEquals(List.of("packet 2: only Culvert sent . 1(0) ack 1001"), Differential.of(both, less));
        assertEquals(List.of("packet 2: only Linux sent . 1(0) ack 1001"), Differential.of(less, both));
    }
}
