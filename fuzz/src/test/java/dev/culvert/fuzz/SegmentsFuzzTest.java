package dev.culvert.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A connection in any state and segments near its windows. */
class SegmentsFuzzTest {
    @MethodSource("dev.culvert.fuzz.Seeds#segments")
    @FuzzTest(maxExecutions = 2_000)
    void segments(final byte[] data) {
        SegmentsTarget.fuzzerTestOneInput(data);
    }
}
