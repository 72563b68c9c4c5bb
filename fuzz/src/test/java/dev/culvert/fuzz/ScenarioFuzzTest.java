package dev.culvert.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A text as a scenario. */
class ScenarioFuzzTest {
    @MethodSource("dev.culvert.fuzz.Seeds#scenarios")
    @FuzzTest(maxExecutions = 3_000)
    void scenarios(final byte[] data) {
        ScenarioTarget.fuzzerTestOneInput(data);
    }
}
