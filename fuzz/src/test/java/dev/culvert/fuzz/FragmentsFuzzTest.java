package dev.culvert.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fragments in any order. */
class FragmentsFuzzTest {
    @MethodSource("dev.culvert.fuzz.Seeds#fragments")
    @FuzzTest(maxExecutions = 8_000)
    void fragments(final byte[] data) {
        FragmentsTarget.fuzzerTestOneInput(data);
    }
}
