package dev.culvert.kit.packetdrill;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Packet scripts as tests of JUnit. */
final class PacketScriptTests {
    private PacketScriptTests() {}

    static Stream<DynamicTest> of(final Path place, final ScriptOptions options, final ExpectedFailures failures) {
        return PacketScripts.find(place).stream()
                .map(file -> DynamicTest.dynamicTest(
                        place.relativize(file).toString(), file.toUri(), () -> check(file, options, failures)));
    }

    private static void check(final Path file, final ScriptOptions options, final ExpectedFailures failures) {
        final String objection = failures.objection(file, PacketScripts.run(file, options));
        if (objection != null) {
            throw new AssertionError(objection);
        }
    }
}
