package dev.culvert.tun.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.shim.NativeShim;
import dev.culvert.tun.device.EchoPackets;
import dev.culvert.tun.device.InterfaceAddress;
import dev.culvert.tun.device.TestPackets;
import dev.culvert.tun.device.TunDevice;
import dev.culvert.tun.device.TunOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In real namespaces; needs what Culvert itself needs, see {@code culvert doctor}. */
class PrivateNetworkTest {
    @AfterEach
    void shimOn() {
        System.clearProperty(NativeShim.SWITCH);
    }

    /** What a command prints inside; pings are answered meanwhile. */
    private static String output(final PrivateNetwork network, final String... command) throws IOException {
        final Process process = network.runCommand(new ProcessBuilder(command).redirectErrorStream(true));
        process.getOutputStream().close();
        final BufferedReader reader = process.inputReader();
        EchoLoop.runWhile(network.device(), process);
        final StringBuilder text = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            text.append(line).append('\n');
        }
        return text.toString();
    }

    private static int exitCode(final PrivateNetwork network, final String... command) {
        final ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        return EchoLoop.runWhile(network.device(), network.runCommand(builder));
    }

    private static PrivateNetwork open(final String shim) {
        System.setProperty(NativeShim.SWITCH, shim);
        return PrivateNetwork.open(TunOptions.DEFAULT);
    }

    private static void close(final PrivateNetwork network) {
        network.device().close();
        network.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void pingsOfBothFamiliesGoThrough(final String shim) {
        final PrivateNetwork network = open(shim);

        assertTrue(network.carriesV6());
        assertEquals(0, exitCode(network, "ping", "-c", "3", "-i", "0.01", "-W", "5", "10.83.0.2"));
        assertEquals(0, exitCode(network, "ping", "-c", "3", "-i", "0.01", "-W", "5", "fd83::2"));
        assertEquals(0, exitCode(network, "ping", "-c", "1", "-W", "5", "127.0.0.1"));
        close(network);
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void theInterfaceInsideIsAsAskedFor(final String shim) throws IOException {
        final PrivateNetwork network = open(shim);
        final String link = output(network, "ip", "link", "show", "dev", "culvert0");
        final String addresses = output(network, "ip", "-o", "address", "show", "dev", "culvert0");

        assertTrue(link.contains("mtu 1500"), link);
        assertTrue(link.contains("qlen 4000"), link);
        assertTrue(link.contains("UP") && link.contains("NOARP"), link);
        assertTrue(addresses.contains("inet 10.83.0.1/24 "), addresses);
        assertTrue(addresses.contains("inet6 fd83::1/64 "), addresses);
        assertFalse(addresses.contains("tentative"), addresses);
        close(network);
    }

    @Test
    void severalAddressesAndAnotherNameAndMtuArePossible() throws IOException {
        final PrivateNetwork network = PrivateNetwork.open(new TunOptions(
                "my.tun-1",
                9000,
                List.of(),
                List.of("10.1.0.1/16", "10.2.0.1/30", "fd01::1/64", "fd02::1/126").stream()
                        .map(InterfaceAddress::parse)
                        .toList(),
                77,
                true,
                1));
        final String all = output(network, "sh", "-c", "ip link show dev my.tun-1; ip -o address show dev my.tun-1");

        for (final String part :
                List.of("mtu 9000", "qlen 77", "10.1.0.1/16", "10.2.0.1/30", "fd01::1/64", "fd02::1/126")) {
            assertTrue(all.contains(part), all);
        }
        close(network);
    }

    @ParameterizedTest
    @CsvSource({"576,on", "576,off", "1280,on", "9000,on", "65535,on", "65535,off"})
    void packetsUpToTheMtuGoThroughAndIpv6NeedsOneOf1280(final int mtu, final String shim) throws IOException {
        System.setProperty(NativeShim.SWITCH, shim);
        final PrivateNetwork network = PrivateNetwork.open(TunOptions.DEFAULT.withMtu(mtu));
        final String payload = Integer.toString(mtu - 28);

        assertEquals(mtu, network.device().mtu());
        assertEquals(0, exitCode(network, "ping", "-M", "do", "-s", payload, "-c", "1", "-W", "5", "10.83.0.2"));
        assertEquals(mtu >= 1280, network.carriesV6());
        assertEquals(mtu >= 1280, output(network, "env").contains("CULVERT_ADDR6"));
        close(network);
    }

    @Test
    void theCommandFindsItsSurroundingsAndNothingElse() throws IOException {
        final PrivateNetwork network = PrivateNetwork.open(TunOptions.DEFAULT);
        final String environment = output(network, "env");

        assertTrue(environment.contains("CULVERT_ADDR4=10.83.0.2\n"), environment);
        assertTrue(environment.contains("CULVERT_ADDR6=fd83::2\n"), environment);
        assertEquals("0 1 2 3 \n", output(network, "sh", "-c", "ls /proc/self/fd | tr '\\n' ' '; echo"));
        assertEquals("it's here  $x\n", output(network, "printf", "%s\n", "it's here  $x"));
        close(network);
    }

    @Test
    void theCommandsExitCodeComesThrough() {
        final PrivateNetwork network = PrivateNetwork.open(TunOptions.DEFAULT);

        assertEquals(0, exitCode(network, "true"));
        assertEquals(42, exitCode(network, "sh", "-c", "exit 42"));
        assertEquals(128 + 15, exitCode(network, "sh", "-c", "kill -TERM $$"));
        assertEquals(128 + 9, exitCode(network, "sh", "-c", "kill -KILL $$"));
        assertEquals(127, exitCode(network, "there-is-no-such-command"));
        close(network);
    }

    @Test
    void theCommandReadsItsInput() throws IOException {
        final PrivateNetwork network = PrivateNetwork.open(TunOptions.DEFAULT);
        final Process process = network.runCommand(new ProcessBuilder("tr", "a-z", "A-Z"));
        try (OutputStream input = process.getOutputStream()) {
            input.write("hello\n".getBytes(StandardCharsets.UTF_8));
        }

        assertEquals("HELLO", process.inputReader().readLine());
        close(network);
    }

    @Test
    void anotherTerminalCanEnter() throws IOException, InterruptedException {
        final PrivateNetwork network = PrivateNetwork.open(TunOptions.DEFAULT);
        final List<String> command = new ArrayList<>(network.enterCommand());
        command.addAll(List.of("ip", "-o", "link", "show", "dev", "culvert0"));
        final TestJvm.Outcome outcome = TestJvm.run(command);

        assertEquals(0, outcome.exitCode(), outcome.output());
        assertTrue(outcome.output().contains("culvert0"), outcome.output());
        close(network);
    }

    @Test
    void theHostDoesNotSeeTheDeviceAndTwoNetworksDoNotSeeEachOther() throws IOException {
        final PrivateNetwork one = PrivateNetwork.open(TunOptions.DEFAULT);
        final PrivateNetwork two = PrivateNetwork.open(TunOptions.DEFAULT);

        assertFalse(Files.readString(Path.of("/proc/net/dev")).contains("culvert0"));
        assertEquals(0, exitCode(one, "ping", "-c", "1", "-W", "5", "10.83.0.2"));
        assertEquals(0, exitCode(two, "ping", "-c", "1", "-W", "5", "10.83.0.2"));
        close(one);
        close(two);
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void closingEndsEverythingInside(final String shim) throws Exception {
        final PrivateNetwork network = open(shim);
        final Process process = network.runCommand(new ProcessBuilder("sh", "-c", "setsid sleep 1000 & echo $!; wait"));
        final ProcessHandle grandchild = ProcessHandle.of(
                        Long.parseLong(process.inputReader().readLine()))
                .orElseThrow();
        final ProcessHandle holder = ProcessHandle.of(network.holderPid()).orElseThrow();
        network.close();

        assertEquals(128 + 9, process.waitFor());
        grandchild.onExit().get(10, TimeUnit.SECONDS);
        assertFalse(holder.isAlive());
        network.device().close();
    }

    @Test
    void nothingInsideOutlivesAKilledJvm() throws Exception {
        final Process jvm = new ProcessBuilder(
                        TestJvm.command(NetworkMain.class, "sh", "-c", "setsid sleep 1000 & echo $$ $!; wait"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final List<ProcessHandle> inside = new ArrayList<>();
        for (final String pid : jvm.inputReader().readLine().split(" ", -1)) {
            inside.add(ProcessHandle.of(Long.parseLong(pid)).orElseThrow());
        }
        jvm.children().forEach(inside::add);
        assertEquals(3, inside.stream().distinct().count(), "shell, its child and the holder");
        jvm.destroyForcibly();

        for (final ProcessHandle process : inside) {
            process.onExit().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void anInteractiveShellHasItsTerminal() throws Exception {
        final List<String> words = TestJvm.command(NetworkMain.class, "bash", "--norc", "-i");
        final String line =
                String.join(" ", words.stream().map(w -> "'" + w + "'").toList());
        final Process script = new ProcessBuilder("script", "-qec", line, "/dev/null")
                .redirectErrorStream(true)
                .start();
        script.getOutputStream()
                .write("sleep 1000 & tty; kill %1; ping -c 1 10.83.0.2; exit 7\n".getBytes(StandardCharsets.UTF_8));
        script.getOutputStream().flush();
        final String text = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(7, script.waitFor(), text);
        assertTrue(text.contains("/dev/pts/"), text);
        assertTrue(text.contains("1 received"), text);
        assertFalse(text.contains("no job control"), text);
    }

    @Test
    void theDeviceOutlivesItsLinkBeingDown() {
        final PrivateNetwork network = PrivateNetwork.open(TunOptions.DEFAULT);
        final TunDevice device = network.device();
        assertEquals(0, exitCode(network, "ip", "link", "set", "culvert0", "down"));

        assertFalse(device.transmit(TestPackets.outbound(EchoPackets.requestV4(), 1)));
        assertEquals(1, device.transmitDrops());
        assertEquals(0, device.receive((buffer, offset, length, metadata) -> {}, 64));

        assertEquals(0, exitCode(network, "ip", "link", "set", "culvert0", "up"));
        assertEquals(0, exitCode(network, "ping", "-c", "1", "-W", "5", "10.83.0.2"));
        close(network);
    }

    @Test
    void manyNetworksLeaveNoDescriptorBehind() throws IOException {
        close(PrivateNetwork.open(TunOptions.DEFAULT));
        final int before = descriptors();
        for (int i = 0; i < 5; i++) {
            close(PrivateNetwork.open(TunOptions.DEFAULT));
        }

        // The JVM closes its ends of a child's pipes on a thread of its own, some time after the child, also those that
        // were counted before.
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (descriptors() > before && System.nanoTime() < deadlineNs) {
            Thread.onSpinWait();
        }
        assertTrue(descriptors() <= before, () -> "more than the " + before + " from before");
    }

    private static int descriptors() throws IOException {
        final String[] numbers = Path.of("/proc/self/fd").toFile().list();
        return (int) Arrays.stream(numbers)
                .map(number -> Path.of("/proc/self/fd", number))
                .filter(link -> {
                    try {
                        final String target = Files.readSymbolicLink(link).toString();
                        return Stream.of("/dev/net/tun", "anon_inode:", "pidfd:", "socket:", "pipe:")
                                .anyMatch(target::startsWith);
                    } catch (IOException e) {
                        return false; // the directory's own descriptor
                    }
                })
                .count();
    }
}
