package dev.culvert.tun.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TunOptionsTest {
    @Test
    void defaultsAreTheDocumentedOnes() {
        assertEquals("culvert0", TunOptions.DEFAULT.name());
        assertEquals(1500, TunOptions.DEFAULT.mtu());
        assertEquals("10.83.0.2/24", TunOptions.DEFAULT.stackV4().orElseThrow().toString());
        assertEquals("fd83::2/64", TunOptions.DEFAULT.stackV6().orElseThrow().toString());
        assertEquals(
                "[10.83.0.1/24, fd83::1/64]", TunOptions.DEFAULT.hostAddresses().toString());
    }

    @Test
    void belowAnMtuOf1280ThereIsNoIpv6() { // RFC 8200 §5
        assertTrue(TunOptions.DEFAULT.withMtu(1280).stackV6().isPresent());
        assertTrue(TunOptions.DEFAULT.withMtu(1279).stackV6().isEmpty());
        assertTrue(TunOptions.DEFAULT.withMtu(1279).stackV4().isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a b", "a/b", "a:1", "tun%d", "sixteen-letters!"})
    void refusesNamesThatTheKernelRefuses(final String name) {
        assertThrows(IllegalArgumentException.class, () -> TunOptions.DEFAULT.withName(name));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 17})
    void refusesImpossibleNumbersOfQueues(final int queues) {
        assertThrows(IllegalArgumentException.class, () -> TunOptions.DEFAULT.withQueues(queues));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 67, 65_536})
    void refusesImpossibleMtus(final int mtu) {
        assertThrows(IllegalArgumentException.class, () -> TunOptions.DEFAULT.withMtu(mtu));
    }
}
