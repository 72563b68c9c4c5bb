package dev.culvert.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({"0,0", "1000,1000", "64K,65536", "512M,536870912", "2G,2147483648", "1T,1099511627776", "1025K,1049600"
    })
    void sizesAreReadAndWritten(final String text, final long bytes) {
        assertEquals(bytes, ByteSize.parse(text));
        assertEquals(text, ByteSize.text(bytes));
    }

    @Test
    void smallLettersCountAsWell() {
        assertEquals(ByteSize.parse("3M"), ByteSize.parse("3m"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "1.5G", "-1", "12X", "999999999999T"})
    void anythingElseIsRefused(final String text) {
        final String message = assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text))
                .getMessage();
        assertEquals("'" + text + "' is not a size such as 512M or 2G", message);
    }
}
