package dev.culvert.tun.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.StackCounter;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.CulvertStackBuilder;
import dev.culvert.tun.device.InterfaceAddress;
import dev.culvert.tun.device.TunOptions;
import dev.culvert.tun.netns.PrivateNetwork;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example on a real TUN in a network namespace, with the kernel's TCP at the other end. */
@Timeout(60)
class EchoServerTest {
    private PrivateNetwork network;
    private CulvertStack stack;

    @BeforeEach
    void start() throws IOException {
        network = PrivateNetwork.open(TunOptions.DEFAULT);
        final CulvertStackBuilder builder = CulvertStack.builder().device(network.device());
        for (final InterfaceAddress address : TunOptions.DEFAULT.stackAddresses()) {
            builder.address(address.address());
        }
        stack = builder.build();
        stack.listen(7, connection -> new EchoServer());
        stack.start();
    }

    @AfterEach
    void stop() {
        stack.close();
        network.close();
    }

    private String inside(final String script) throws Exception {
        final Process bash =
                network.runCommand(new ProcessBuilder(List.of("bash", "-c", script)).redirectErrorStream(true));
        bash.getOutputStream().close();
        final String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(bash.waitFor(30, TimeUnit.SECONDS), "still running: " + script);
        return output.strip();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$CULVERT_ADDR4", "$CULVERT_ADDR6"})
    void megabytesComeBackWhole(final String address) throws Exception {
        final String digests = inside("exec 3<>/dev/tcp/" + address + "/7;"
                + " head -c 30000000 /dev/urandom | tee >(sha256sum >&2) >&3 &"
                + " head -c 30000000 <&3 | sha256sum; wait");
        final String[] lines = digests.split("\n", -1);
        assertEquals(2, lines.length, digests);
        assertEquals(lines[0], lines[1]);
        assertEquals(0, stack.counters().get(StackCounter.TcpInErrs));
        // Nothing gets lost; but a peer that does not get the processor for a while is probed.
        final long again = stack.counters().get(StackCounter.TcpRetransSegs);
        assertTrue(again <= stack.counters().get(StackCounter.TcpExtTCPLossProbes), "sent again: " + again);
        assertEquals(0, stack.counters().get(StackCounter.TcpExtTCPSackRecovery));
        assertNull(stack.failure());
    }

    @Test
    void aDeletedInterfaceStopsTheStackWithAReason() throws Exception {
        assertEquals("", inside("ip link del culvert0"));
        assertTrue(stack.awaitStopped(Duration.ofSeconds(20)));
        assertTrue(stack.failure().contains("culvert0"), stack.failure());
    }
}
