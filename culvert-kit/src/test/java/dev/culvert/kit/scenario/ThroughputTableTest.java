package dev.culvert.kit.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.culvert.kit.coverage.GeneratedFile;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ThroughputTableTest {
    @Test
    void theCheckedInTableIsTheMeasuredOne() throws IOException {
        final String measured = new ThroughputTable(() -> false, what -> {}).markdown();
        GeneratedFile.check(GeneratedFile.root().resolve("docs/throughput.md"), measured);
    }

    @Test
    void figuresHaveThreeDigits() {
        assertEquals("0.000", ThroughputTable.threeDigits(0));
        assertEquals("0.041", ThroughputTable.threeDigits(41_499));
        assertEquals("0.999", ThroughputTable.threeDigits(999_499));
        assertEquals("1.00", ThroughputTable.threeDigits(999_500));
        assertEquals("9.65", ThroughputTable.threeDigits(9_654_321));
        assertEquals("96.5", ThroughputTable.threeDigits(96_533_333));
        assertEquals("965", ThroughputTable.threeDigits(965_333_333));
    }
}
