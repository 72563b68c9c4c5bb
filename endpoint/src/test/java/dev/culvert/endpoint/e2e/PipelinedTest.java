package dev.culvert.endpoint.e2e;

import static dev.culvert.endpoint.e2e.Workspace.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code --pipelined}: the device is read and written on threads of their own. */
@Tag("e2e")
class PipelinedTest {
    @BeforeAll
    static void needsTools() {
        Tools.check();
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void transfersBothWaysAndEndsCleanly(final Family family) throws Exception {
        final String http = "http:80=" + Workspace.get().www();
        try (Serving serving = Serving.start(Somebody.ROOT, "-v", "--pipelined", "echo", http)) {
            final Path file = Workspace.get().www().resolve(Workspace.get().file(4 * MIB));

            final Outcome sums = serving.sh(
                    "curl -sS --fail -m 80 \"$1\" | sha256sum && nc -N \"$2\" 7 <\"$3\" | sha256sum",
                    family.url(file.getFileName().toString()),
                    family.culvert,
                    file);

            sums.succeeds();
            assertEquals((Workspace.get().sha256(4 * MIB) + "  -\n").repeat(2), sums.out(), sums::toString);
            serving.awaitStatistic("connections", 0);
        }
    }
}
