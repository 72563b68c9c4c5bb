package dev.culvert.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One packet of any bytes. */
class PacketFuzzTest {
    @MethodSource("dev.culvert.fuzz.Seeds#packets")
    @FuzzTest(maxExecutions = 20_000)
    void packets(final byte[] data) {
        PacketTarget.fuzzerTestOneInput(data);
    }
}
