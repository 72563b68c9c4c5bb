package dev.culvert.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A packet behind a virtio header, cut into what it is on a wire. */
class OffloadFuzzTest {
    @MethodSource("dev.culvert.fuzz.Seeds#superSegments")
    @FuzzTest(maxExecutions = 20_000)
    void superSegments(final byte[] data) {
        OffloadTarget.fuzzerTestOneInput(data);
    }
}
