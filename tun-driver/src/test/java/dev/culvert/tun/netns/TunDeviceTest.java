package dev.culvert.tun.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.shim.NativeShim;
import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.EchoPackets;
import dev.culvert.tun.device.PacketHandler;
import dev.culvert.tun.device.TestPackets;
import dev.culvert.tun.device.TunDevice;
import dev.culvert.tun.device.TunOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A TUN device in a private network, whose root may do there what the host's root may do outside. */
class TunDeviceTest {
    private static final PacketHandler IGNORE = (buffer, offset, length, metadata) -> {};

    private PrivateNetwork network;

    @BeforeEach
    void open() {
        network = PrivateNetwork.open(TunOptions.DEFAULT);
    }

    @AfterEach
    void close() {
        System.clearProperty(NativeShim.SWITCH);
        network.device().close();
        network.close();
    }

    private String inside(final String... command) throws IOException {
        final Process process = network.runCommand(new ProcessBuilder(command).redirectErrorStream(true));
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private int exitCode(final String... command) throws Exception {
        return network.runCommand(new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD))
                .waitFor();
    }

    /** Runs {@link AttachMain} inside, after a preparation by the shell and as its arguments say. */
    private String attach(final String preparation, final String name, final String... command) throws IOException {
        final List<String> words = new ArrayList<>(List.of("sh", "-c", preparation + " exec \"$@\"", "sh"));
        final List<String> arguments = new ArrayList<>(List.of(name));
        arguments.addAll(List.of(command));
        words.addAll(TestJvm.command(AttachMain.class, arguments.toArray(new String[0])));
        return inside(words.toArray(new String[0]));
    }

    @Test
    void attachMakesAnInterfaceThatIsNotThere() throws IOException {
        final String text = attach("", "new0", "sh", "-c", "ping -q -c 1 10.84.0.2; ping -q -c 1 fd84::2; ip -o a");

        assertTrue(text.startsWith("new0 1400\n"), text);
        assertTrue(text.contains("10.84.0.1/24") && text.contains("fd84::1/64"), text);
        assertEquals(3, text.split("1 received", -1).length, text);
    }

    @Test
    void attachLeavesAPersistentInterfaceAsItIs() throws IOException {
        final String text = attach(
                "ip tuntap add dev old0 mode tun; ip address add 10.85.0.1/24 dev old0; ip link set old0 mtu 1300 up;",
                "old0",
                "sh",
                "-c",
                "ping -q -c 1 10.85.0.2; ip -o a; ip link show old0");

        assertTrue(text.startsWith("old0 1300\n"), text);
        assertTrue(text.contains("10.85.0.1/24") && text.contains("mtu 1300"), text);
        assertFalse(text.contains("10.84.0.1"), text);
        assertTrue(text.contains("1 received"), text);
    }

    /** Whoever attaches decides, whatever the last one had. */
    @Test
    void attachGivesAPersistentInterfaceItsOwnOffload() throws IOException {
        final String make = "ip tuntap add dev old0 mode tun vnet_hdr; ip address add 10.85.0.1/24 dev old0;"
                + " ip link set old0 mtu 1400 up;";
        final String[] look = {
            "sh",
            "-c",
            "ping -q -c 1 10.85.0.2 | grep -o '1 received'; ip -d link show old0 | grep -o 'vnet_hdr [a-z]*'"
        };

        assertEquals("old0 1400\n1 received\nvnet_hdr off\n", attach(make + " export OFFLOAD=off;", "old0", look));
        assertEquals("old0 1400\n1 received\nvnet_hdr on\n", attach("", "old0", look));
        assertEquals("old0 1400\n1 received\nvnet_hdr off\n", attach("export OFFLOAD=off;", "old0", look));
    }

    @Test
    void attachSaysThatAnotherProgramHasTheDevice() throws IOException {
        assertEquals(
                "cannot attach to culvert0 (Device or resource busy); "
                        + "another program has it: stop that or take another name\n",
                attach("", "culvert0", "true"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lo", "many0", "tap0"})
    void attachSaysThatThisIsNoTunWithOneQueue(final String name) throws IOException {
        final String text =
                attach("ip tuntap add dev many0 mode tun multi_queue; ip tuntap add dev tap0 mode tap;", name, "true");

        assertTrue(text.startsWith("cannot attach to " + name + " (Invalid argument); it is no TUN interface"), text);
        assertTrue(text.contains("ip tuntap add dev " + name + " mode tun user "), text);
    }

    @Test
    void attachSaysHowToPrepareADeviceWhenItHasNotTheRight() throws IOException {
        final String text = attach("set -- setpriv --bounding-set -net_admin \"$@\";", "new0", "true");

        assertTrue(
                text.startsWith("cannot attach to new0 (Operation not permitted); it belongs to somebody else"), text);
        assertTrue(text.contains("ip tuntap add dev new0 mode tun user "), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void aVanishedDeviceIsReportedOnceAndThenSilent(final String shim) throws Exception {
        close();
        System.setProperty(NativeShim.SWITCH, shim);
        open();
        final TunDevice device = network.device();
        device.receive(IGNORE, 1000);
        assertEquals(0, exitCode("ip", "link", "delete", "culvert0"));

        assertTrue(device.await(Long.MAX_VALUE));
        final DeviceException e = assertThrows(DeviceException.class, () -> device.receive(IGNORE, 64));
        assertEquals("device culvert0 has gone", e.getMessage());
        assertFalse(device.await(0), "a dead device must not keep its reader awake");
        assertEquals(0, device.receive(IGNORE, 64));
        assertFalse(device.transmit(TestPackets.outbound(EchoPackets.requestV4(), 1)));
        assertEquals(1, device.transmitDrops());
    }

    @Test
    void aClosedDeviceDoesNothing() {
        final TunDevice device = network.device();
        device.close();
        device.close();

        assertEquals(0, device.receive(IGNORE, 64));
        assertFalse(device.transmit(TestPackets.outbound(EchoPackets.requestV4(), 0)));
        assertFalse(device.await(Long.MAX_VALUE));
        device.wakeUp();
        device.flush();
    }

    @Test
    void receiveKeepsToItsLimitAndLosesNothing() throws Exception {
        final TunDevice device = network.device();
        assertEquals(1, exitCode("ping", "-q", "-c", "150", "-l", "150", "-W", "0.1", "10.83.0.2"));
        final AtomicInteger pings = new AtomicInteger();
        final PacketHandler count = (buffer, offset, length, metadata) -> {
            assertEquals(0, metadata.segmentSize);
            pings.addAndGet(length == 84 ? 1 : 0);
        };

        assertEquals(1, device.receive(count, 1));
        assertEquals(63, device.receive(count, 63));
        assertEquals(70, device.receive(count, 70));
        while (device.receive(count, 64) > 0) {
            assertTrue(pings.get() <= 150);
        }
        assertEquals(150, pings.get());
    }

    @Test
    void malformedPacketsAreDropsToTheKernelAndCounted() {
        final TunDevice device = network.device();

        assertFalse(device.transmit(TestPackets.outbound(new byte[40], 1)), "IP version 0");
        assertEquals(1, device.transmitDrops());
    }
}
