package dev.culvert.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.culvert.tun.device.InterfaceAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostSideTest {
    @ParameterizedTest
    @CsvSource({
        "10.83.0.2/24, 10.83.0.1/24",
        "10.83.0.1/24, 10.83.0.2/24",
        "192.0.2.77/26, 192.0.2.65/26",
        "192.0.2.4/31, 192.0.2.5/31",
        "192.0.2.5/31, 192.0.2.4/31",
        "fd83::2/64, fd83::1/64",
        "2001:db8::1/127, 2001:db8::/127",
        "2001:db8:1:2:ffff::/64, 2001:db8:1:2::1/64",
    })
    void theKernelGetsTheFirstAddressThatIsNotOurs(final String own, final String host) {
        assertEquals(InterfaceAddress.parse(host), HostSide.of(InterfaceAddress.parse(own)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.83.0.2/32", "fd83::2/128"})
    void aNetworkOfOneHasNoRoomForTheKernel(final String own) {
        assertThrows(IllegalArgumentException.class, () -> HostSide.of(InterfaceAddress.parse(own)));
    }
}
