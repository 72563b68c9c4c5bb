package dev.culvert.kit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.culvert.kit.coverage.GeneratedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The pages of the laboratory are what the stack does. */
class LabPagesTest {
    private static final Path FOLDER = GeneratedFile.root().resolve("docs/lab");

    private static void check(final String name, final String text) throws IOException {
        Files.createDirectories(FOLDER);
        GeneratedFile.check(FOLDER.resolve(name), text);
    }

    @TestFactory
    Stream<DynamicTest> theCheckedInPagesAreThePlayedOnes() {
        return Laboratory.all().stream()
                .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> {
                    for (final Map.Entry<String, String> file :
                            LabPage.of(scenario).entrySet()) {
                        check(file.getKey(), file.getValue());
                    }
                }));
    }

    @Test
    void theIndexNamesEveryScenario() throws IOException {
        check("README.md", LabPage.index(Laboratory.all()));
    }

    @Test
    void noPageIsLeftOfAScenarioThatIsGone() throws IOException {
        final Set<String> names = new TreeSet<>(Set.of("README.md"));
        for (final LabScenario scenario : Laboratory.all()) {
            names.add(scenario.name() + ".md");
            for (int i = 1; i <= scenario.acts().size(); i++) {
                names.add(scenario.name() + "-" + i + ".svg");
            }
            for (int i = 1; i <= scenario.charts().size(); i++) {
                names.add(scenario.name() + "-chart-" + i + ".svg");
            }
        }
        Files.createDirectories(FOLDER);
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (final Path file : files.toList()) {
                final boolean stale = !names.contains(file.getFileName().toString());
                if (stale && Boolean.getBoolean("culvert.update")) {
                    Files.delete(file);
                } else {
                    assertFalse(stale, file + " belongs to no scenario");
                }
            }
        }
    }

    @Test
    void noTwoScenariosHaveOneName() {
        final Map<String, LabScenario> byName = new TreeMap<>();
        for (final LabScenario scenario : Laboratory.all()) {
            assertEquals(null, byName.put(scenario.name(), scenario));
            assertEquals(scenario, Laboratory.named(scenario.id()).orElseThrow());
        }
    }
}
