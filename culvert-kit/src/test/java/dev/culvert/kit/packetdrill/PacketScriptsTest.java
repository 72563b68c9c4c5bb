package dev.culvert.kit.packetdrill;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
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

    @TestFactory
    Stream<DynamicTest> scriptsOverIpv6() {
        return PacketScripts.tests(SCRIPTS, ScriptOptions.ipv6(), FAILURES_V6);
    }
}
