package dev.culvert.kit.coverage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of what the RFCs ask for is complete, true and up to date. */
class RfcCoverageTest {
    private static final Path ROOT = GeneratedFile.root();
    private static final Path DATA = ROOT.resolve("culvert-kit/src/test/resources/coverage");

    private final TestSources sources = TestSources.read(ROOT);
    private final Coverage coverage = read();

    RfcCoverageTest() throws IOException {}

    private Coverage read() throws IOException {
        final List<Proof> proofs = new ArrayList<>(sources.proofs());
        proofs.addAll(ScriptHeaders.read(ROOT, expectedFailures()));
        return new Coverage(
                Catalogue.parse(lines("requirements.txt")),
                proofs,
                Answer.parse(lines("decisions.txt")),
                Answer.parse(lines("planned.txt")));
    }

    private static List<String> lines(final String name) throws IOException {
        return Files.readAllLines(DATA.resolve(name));
    }

    /** Scripts that are known not to pass yet. */
    private static List<String> expectedFailures() throws IOException {
        final Path list = ROOT.resolve("culvert-kit/src/test/resources/pkt/expected-failures.txt");
        return Files.exists(list) ? Files.readAllLines(list) : List.of();
    }

    @Test
    void everyRequirementIsAnswered() {
        assertEquals("", String.join("\n", coverage.problems()));
    }

    @Test
    void everyProofIsATest() {
        assertEquals("", String.join("\n", sources.problems()));
    }

    @Test
    void everyDecisionThatIsNamedExists() {
        for (final Answer decision : coverage.decisions()) {
            assertTrue(
                    decision.adr().isEmpty()
                            || Files.exists(ROOT.resolve("docs/adr").resolve(decision.adr())),
                    () -> "there is no docs/adr/" + decision.adr());
        }
    }

    @Test
    void all119RequirementsOfRfc9293AreListed() {
        final List<Requirement> listed =
                coverage.catalogue().group(9293).orElseThrow().requirements();
        assertEquals(69, listed.stream().filter(Requirement::isMust).count());
        assertEquals(119, listed.stream().map(Requirement::id).distinct().count());
    }

    @Test
    void theCheckedInTableIsTheGeneratedOne() throws IOException {
        GeneratedFile.check(ROOT.resolve("docs/rfc-coverage.md"), CoverageDocument.of(coverage));
    }
}
