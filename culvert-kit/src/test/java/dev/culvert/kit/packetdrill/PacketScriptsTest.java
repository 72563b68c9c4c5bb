package dev.culvert.kit.packetdrill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every script below {@code pkt} of the test resources over IPv4 and over IPv6. */
final class PacketScriptsTest {
    private static final Path SCRIPTS =
            Path.of(PacketScriptsTest.class.getResource("/pkt").getPath());
    private static final ExpectedFailures FAILURES = ExpectedFailures.read(SCRIPTS.resolve("expected-failures.txt"));
    private static final ExpectedFailures FAILURES_V6 =
            ExpectedFailures.read(SCRIPTS.resolve("expected-failures-ipv6.txt"));

    @TestFactory
    Stream<DynamicTest> scriptsOverIpv4() {
        return PacketScripts.tests(SCRIPTS, ScriptOptions.ipv4(), FAILURES);
    }

    /** A cell of the matrix names every answer, also that there is none. */
    @Test
    void cellsOfTheMatrixSayAllThatIsSent() {
        final List<String> unsaid = PacketScripts.find(SCRIPTS.resolve("matrix")).stream()
                .map(script -> PacketScripts.run(script, ScriptOptions.ipv4()))
                .filter(result -> !result.unread().isEmpty())
                .map(result -> result.name() + ": " + result.unread())
                .toList();
        assertEquals(List.of(), unsaid, () -> String.join("\n", unsaid));
    }

    /** What stands on the wire does not depend on who cuts it. */
    @TestFactory
    Stream<DynamicTest> scriptsWithOffload() {
        return PacketScripts.tests(SCRIPTS, ScriptOptions.ipv4().withOffload(), FAILURES);
    }

    @TestFactory
    Stream<DynamicTest> scriptsOverIpv6() {
        return PacketScripts.tests(SCRIPTS, ScriptOptions.ipv6(), FAILURES_V6);
    }
}
