package dev.culvert.endpoint.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 1",
        "bytes=0-, 0, 1000",
        "bytes=10-19, 10, 10",
        "bytes=990-2000, 990, 10",
        "Bytes= 999-999 , 999, 1",
        "bytes=-1, 999, 1",
        "bytes=-5000, 0, 1000",
        "bytes=0-999999999999999999, 0, 1000"
    })
    void aRangeIsCutToWhatThereIs(final String field, final long from, final long length) { // RFC 9110 §14.1.2
        assertEquals(new ByteRange(from, length), ByteRange.parse(field, 1_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=1000-", "bytes=1000-1001", "bytes=-0"})
    void beyondTheEndThereIsNothing(final String field) {
        assertEquals(ByteRange.UNSATISFIABLE, ByteRange.parse(field, 1_000));
        assertEquals("bytes */1000", ByteRange.UNSATISFIABLE.contentRange(1_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=9-1",
                "bytes=0-1,5-6",
                "lines=0-1",
                "bytes=a-b",
                "bytes=0-99999999999999999999"
            })
    void severalRangesAndNonsenseAreIgnored(final String field) { // RFC 9110 §14.2
        assertNull(ByteRange.parse(field, 1_000));
    }

    @Test
    void contentRangeNamesFirstAndLastByte() {
        assertEquals("bytes 10-19/1000", new ByteRange(10, 10).contentRange(1_000));
    }
}
