package dev.culvert.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "2001:db8::1, 2001:db8::1",
        "2001:0db8:0000:0000:0000:0000:0002:0001, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:DB8::AbCd, 2001:db8::abcd",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "fe80:0:0:0:0:0:0:0, fe80::",
        "0:0:0:0:0:0:1.2.3.4, ::102:304",
        "::ffff:10.83.0.2, 10.83.0.2",
        "10.83.0.2, 10.83.0.2",
        "255.255.255.255, 255.255.255.255",
    })
    void isPrintedInTheFormOfRfc5952(final String text, final String canonical) {
        assertEquals(canonical, IpAddress.parse(text).toString());
        assertEquals(IpAddress.parse(text), IpAddress.parse(canonical));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "1.2.3.-4",
                "1.2.3.4 ",
                "example",
                ":",
                ":::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4::5:6:7:8",
                "1::2::3",
                "12345::",
                "::g",
                "::1.2.3",
                "1.2.3.4::",
                "fe80::1%lo",
                ":1:2:3:4:5:6:7"
            })
    void refusesWhatIsNoAddressAndQuotesIt(final String text) {
        final IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> IpAddress.parse(text));

        assertTrue(refusal.getMessage().contains("'" + text + "'"));
    }

    @Test
    void readsWhatItPrints() throws UnknownHostException {
        final Random random = new Random(5952);
        for (int i = 0; i < 2_000; i++) {
            final byte[] bytes = new byte[i % 3 == 0 ? 4 : 16];
            for (int group = 0; group < bytes.length; group += 2) {
                if (random.nextBoolean()) {
                    bytes[group] = (byte) random.nextInt();
                    bytes[group + 1] = (byte) random.nextInt();
                }
            }
            final IpAddress address = IpAddress.of(bytes);
            assertEquals(address, IpAddress.parse(address.toString()));
            assertArrayEquals(bytes, address.toBytes());
            assertArrayEquals(bytes, InetAddress.getByName(address.toString()).getAddress());
        }
    }

    @Test
    void ipv4HasTheMappedForm() {
        final IpAddress address = IpAddress.v4(0x0a530002);

        assertEquals(0, address.hi());
        assertEquals(0xffff_0a53_0002L, address.lo());
        assertTrue(address.isV4());
        assertFalse(IpAddress.parse("::1").isV4());
        assertTrue(IpAddress.v4(-1).isV4());
    }

    @Test
    void anyAddressesAreAny() {
        assertTrue(IpAddress.ANY_V4.isAny());
        assertTrue(IpAddress.ANY_V6.isAny());
        assertFalse(IpAddress.parse("::1").isAny());
        assertEquals("0.0.0.0", IpAddress.ANY_V4.toString());
    }

    @Test
    void aPortStandsOutsideTheBracketsOfIpv6() { // RFC 5952 §6
        final IpAddress v4 = IpAddress.parse("10.83.0.2");
        final IpAddress v6 = IpAddress.parse("fd83::2");
        assertEquals("10.83.0.2:80", IpAddress.withPort(v4.hi(), v4.lo(), 80));
        assertEquals("[fd83::2]:65535", IpAddress.withPort(v6.hi(), v6.lo(), 65_535));
    }
}
