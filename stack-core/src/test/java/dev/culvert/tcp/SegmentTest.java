package dev.culvert.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentTest {
    @ParameterizedTest
    @CsvSource({"0, 0, 0", "1, 1, 1", "999, 1000, 1", "1000, 1000, 1", "1001, 1000, 2", "2000, 1000, 2", "2001, 1000, 3"
    })
    void aTextIsOfSoManyWireSegments(final int textLength, final int segmentSize, final int expected) {
        final Segment segment = new Segment();
        segment.textLength = textLength;
        segment.segmentSize = segmentSize;
        assertEquals(expected, segment.wireSegments());
    }
}
