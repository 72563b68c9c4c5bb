package dev.culvert.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TCP options of any bytes. */
class OptionsFuzzTest {
    @MethodSource("dev.culvert.fuzz.Seeds#options")
    @FuzzTest(maxExecutions = 20_000)
    void options(final byte[] data) {
        OptionsTarget.fuzzerTestOneInput(data);
    }
}
