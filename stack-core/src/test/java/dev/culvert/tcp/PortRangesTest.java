package dev.culvert.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortRangesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'' | ''", "80 | 80", "9000-9002,80 | 80,9000-9002", "5-6, 7 | 5-7", "1-65535 | 1-65535", "8-8 | 8"
            })
    void listsAreReadAndWritten(final String text, final String written) {
        assertEquals(written, PortRanges.toString(PortRanges.parse(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "x", "80,", "80--90", "-80", "90-80", "1-99999", "80 90"})
    void whatIsNoListIsRefused(final String text) {
        assertThrows(IllegalArgumentException.class, () -> PortRanges.parse(text));
    }

    @Test
    void theMessageNamesThePartThatIsWrong() {
        final var refused = assertThrows(IllegalArgumentException.class, () -> PortRanges.parse("80, 90-70"));
        assertEquals("'90-70' runs backwards", refused.getMessage());
    }
}
