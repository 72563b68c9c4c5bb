package dev.culvert.tun.netns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.counters.DropReason;
import dev.culvert.counters.StackCounter;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.CulvertStackBuilder;
import dev.culvert.tun.TransportAddress;
import dev.culvert.tun.device.InterfaceAddress;
import dev.culvert.tun.device.TunOptions;
import dev.culvert.tun.example.EchoServer;
import dev.culvert.tun.stream.CulvertSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real TUN with two queues, with and without offload; the kernel's TCP at the other end chooses among them as it likes. */
@Timeout(60)
class TunQueuesTest {
    private static final int QUEUES = 2;

    private PrivateNetwork network;
    private CulvertStack stack;

    private void start(final boolean offload) throws Exception {
        final TunOptions options = TunOptions.DEFAULT.withQueues(QUEUES).withOffload(offload);
        network = PrivateNetwork.open(options);
        assertEquals(QUEUES, network.devices().size(), "queues");
        final CulvertStackBuilder builder = CulvertStack.builder().devices(network.devices());
        for (final InterfaceAddress address : options.stackAddresses()) {
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

    private Process begin(final String script) {
        return network.runCommand(new ProcessBuilder(List.of("bash", "-c", script)).redirectErrorStream(true));
    }

    private static String end(final Process process) throws Exception {
        process.getOutputStream().close();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "still running");
        return output.strip();
    }

    private long counter(final StackCounter counter) {
        return stack.counters().get(counter);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void manyConnectionsOfTheKernelsGetEveryByteBack(final boolean offload) throws Exception {
        start(offload);
        final String output = end(begin("cd $(mktemp -d); for i in {1..16}; do ("
                + "exec 3<>/dev/tcp/$CULVERT_ADDR4/7; head -c 500000 /dev/urandom >$i;"
                + " cat $i >&3 & head -c 500000 <&3 | cmp - $i && echo same"
                + ") & done; wait; rm -r $PWD"));
        final String[] lines = output.split("\n", -1);
        assertEquals(16, Arrays.stream(lines).filter("same"::equals).count(), output);
        assertTrue(counter(StackCounter.IpTakenOver) > 0, "a flow's first packet does not know where it belongs");
        assertEquals(counter(StackCounter.IpHandedOver), counter(StackCounter.IpTakenOver));
        assertEquals(0, stack.counters().get(DropReason.HANDOVER_FULL));
        assertEquals(0, counter(StackCounter.TcpInErrs));
        assertEquals(0, counter(StackCounter.TcpOutRsts));
        assertNull(stack.failure());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectionsToTheKernelFindTheirWayBack(final boolean offload) throws Exception {
        start(offload);
        final byte[] text = new byte[300_000];
        new Random(4).nextBytes(text);
        for (int port = 9_000; port < 9_008; port++) {
            final Process server = begin("exec nc -l 10.83.0.1 " + port + " <&0");
            final CulvertSocket client = connectSoon(port);
            client.getOutputStream().write(text);
            client.shutdownOutput();
            final byte[] got = server.getInputStream().readNBytes(text.length);
            assertArrayEquals(text, got);
            client.close();
            server.destroy();
        }
        assertEquals(0, counter(StackCounter.TcpInErrs));
    }

    /** The server takes a moment to listen; until then it refuses. */
    private CulvertSocket connectSoon(final int port) throws Exception {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                return CulvertSocket.connect(stack, TransportAddress.of("10.83.0.1", port), Duration.ofSeconds(10));
            } catch (final java.net.ConnectException notYet) {
                assertTrue(System.nanoTime() - deadlineNs < 0, "nobody listens on " + port);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-4 $CULVERT_ADDR4", "-6 $CULVERT_ADDR6"})
    void fragmentsOfEchoRequestsComeTogether(final String destination) throws Exception {
        start(true);
        final String output = end(begin("ping -c 20 -i 0.01 -s 8000 -W 5 " + destination));
        assertTrue(output.contains("20 packets transmitted, 20 received"), output);
        assertEquals(20, counter(StackCounter.IpReasmOKs));
        assertEquals(0, counter(StackCounter.IpReasmFails));
    }
}
