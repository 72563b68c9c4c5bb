package dev.culvert.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MainTest {
    private static final String OPENS = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED";

    @Test
    void longNamesBecomeJmhsShortOnes() {
        assertEquals(
                List.of("-l", "-h", "Sip.*"),
                Main.jmhArguments(List.of("--list", "--help", "Sip.*")).subList(0, 3));
    }

    @Test
    void forksAlwaysOpenWhatAgronaNeeds() {
        final List<String> jmh = Main.jmhArguments(List.of());

        assertEquals("-jvmArgsPrepend", jmh.get(0));
        assertTrue(jmh.get(1).startsWith(OPENS), jmh::toString);
    }

    @Test
    void theUsersForkOptionsAreKeptBesideOurs() {
        final List<String> jmh = Main.jmhArguments(List.of("-jvmArgsPrepend", "-Xmx1g", "-f", "1"));

        assertEquals(List.of("-f", "1", "-jvmArgsPrepend"), jmh.subList(0, 3));
        assertTrue(jmh.get(3).startsWith(OPENS) && jmh.get(3).endsWith(" -Xmx1g"), jmh::toString);
    }
}
