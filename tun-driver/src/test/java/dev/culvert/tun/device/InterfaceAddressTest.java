package dev.culvert.tun.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterfaceAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"10.83.0.2/24", "0.0.0.0/0", "10.0.0.1/32", "fd83::2/64", "::/0", "fd83::1/128"})
    void readsWhatItWrites(final String text) {
        assertEquals(text, InterfaceAddress.parse(text).toString());
    }

    @Test
    void withoutPrefixTheAddressStandsAlone() {
        assertEquals("10.83.0.2/32", InterfaceAddress.parse("10.83.0.2").toString());
        assertEquals("fd83::2/128", InterfaceAddress.parse("fd83::2").toString());
    }

    @Test
    void knowsItsFamily() {
        assertTrue(InterfaceAddress.parse("10.83.0.2/24").isV4());
        assertFalse(InterfaceAddress.parse("fd83::2/64").isV4());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.83.0.2/33", "fd83::2/129", "10.83.0/24", "10.83.0.2/", "10.83.0.2/-1", "10.83.0.2/x", ""})
    void refusesTheRest(final String text) {
        assertThrows(IllegalArgumentException.class, () -> InterfaceAddress.parse(text));
    }
}
