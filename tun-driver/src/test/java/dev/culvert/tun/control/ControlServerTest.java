package dev.culvert.tun.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.tun.StackPair;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ControlServerTest {
    @TempDir
    private Path temporary;

    private ControlDirectory directory;
    private StackPair pair;
    private ControlServer server;

    @BeforeEach
    void open() throws Exception {
        directory = new ControlDirectory(temporary.resolve("culvert"));
        pair = new StackPair();
        server = ControlServer.open(directory, "first", pair.left)
                .info("namespace-pid", "4711")
                .register("ss", words -> List.of("State Recv-Q", "OK"))
                .start();
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        pair.close();
    }

    private List<String> ask(final String... words) throws IOException, ControlException {
        try (ControlClient client = ControlClient.find(directory, null)) {
            return client.request(words);
        }
    }

    private String refusal(final String... words) {
        return assertThrows(ControlException.class, () -> ask(words)).getMessage();
    }

    @Test
    void onlyTheUserGetsAtIt() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(server.path())));
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(server.path().getParent())));
    }

    @Test
    void settingsChangeAndShow() throws Exception {
        assertEquals(List.of(), ask("set", "msl-ms", "250"));
        assertEquals(List.of("msl-ms 250"), ask("get", "msl-ms"));
        assertEquals(250, pair.left.tcpConfig().mslMs());
        ask("set", "rfc1337", "off");
        assertEquals(List.of("rfc1337 false"), ask("get", "rfc1337"));
        ask("set", "ephemeral-ports", "20000-20999");
        assertTrue(ask("get").contains("ephemeral-ports 20000-20999"));
        assertEquals(List.of("reserved-ports none"), ask("get", "reserved-ports"));
        ask("set", "reserved-ports", "20010,20000-20003,20002");
        assertEquals(List.of("reserved-ports 20000-20003,20010"), ask("get", "reserved-ports"));
        ask("set", "reserved-ports", "none");
        assertEquals("", pair.left.reservedPorts());
        assertEquals(List.of("memory 1G"), ask("get", "memory"));
        ask("set", "memory", "64M");
        assertEquals(64L << 20, pair.left.memoryLimitBytes());
        ask("set", "memory-levels", "20,30,40");
        assertEquals(List.of("memory-levels 20,30,40"), ask("get", "memory-levels"));
        ask("set", "congestion", "reno");
        assertEquals("reno", pair.left.tcpConfig().congestion());
    }

    @Test
    void whatDoesNotFitIsRefusedInOneLine() {
        assertEquals("msl-ms 0 is outside 1 to 600000", refusal("set", "msl-ms", "0"));
        assertEquals(
                "user-timeout-most-ms 1 is outside 100000 to 2147483647", refusal("set", "user-timeout-most-ms", "1"));
        assertEquals("tos 3 sets ECN bits; they belong to the stack", refusal("set", "tos", "3"));
        assertEquals("msl-ms takes a whole number, not 'soon'", refusal("set", "msl-ms", "soon"));
        assertEquals("keep-alive takes on or off, not 'maybe'", refusal("set", "keep-alive", "maybe"));
        assertEquals("ephemeral-ports takes LOW-HIGH, not '80'", refusal("set", "ephemeral-ports", "80"));
        assertEquals("reserved-ports: '90-80' runs backwards, or none", refusal("set", "reserved-ports", "80,90-80"));
        assertEquals(
                "reserved-ports: '70000' is neither a port nor a range of ports, such as 8080,9000-9010, or none",
                refusal("set", "reserved-ports", "70000"));
        assertEquals("'much' is not a size such as 512M or 2G", refusal("set", "memory", "much"));
        assertEquals("1024 bytes of memory are too little: at least 1 MiB is needed", refusal("set", "memory", "1K"));
        assertEquals("memory levels are LOW,PRESSURE,HIGH in percent, not '50'", refusal("set", "memory-levels", "50"));
        assertEquals("memory levels 50,40,90 do not rise within 1 to 100", refusal("set", "memory-levels", "50,40,90"));
        assertTrue(refusal("set", "congestion", "magic").startsWith("unknown congestion control 'magic'; there is "));
        assertTrue(
                refusal("set", "congestion", "newReno").startsWith("unknown congestion control 'newReno'; there is "));
        assertTrue(refusal("get", "nonsense").startsWith("no setting 'nonsense'; there are "));
        assertEquals("set takes a name and a value", refusal("set", "msl-ms"));
        assertTrue(refusal("frobnicate")
                .startsWith("no command 'frobnicate'; there are counters, get, info, set, sockets, ss, stats"));
        assertTrue(refusal("").startsWith("no command ''"));
        assertEquals("no counter begins with 'Foo'", refusal("counters", "Foo"));
    }

    @Test
    void countersAndInfoAreListed() throws Exception {
        assertEquals(List.of("TcpInSegs 0"), ask("counters", "TcpInSegs"));
        assertTrue(ask("counters").size() > 80);
        assertTrue(ask("counters", "drop.").contains("Drop.TCP_CSUM 0"));
        final List<String> info = ask("info");
        assertTrue(info.contains("addresses=10.83.0.1,fd83::1"), info.toString());
        assertTrue(info.contains("namespace-pid=4711"), info.toString());
        assertTrue(info.contains("device=left"), info.toString());
        assertTrue(ask("stats").contains("connections 0"));
    }

    @Test
    void anAnswerMayContainAnything() throws Exception {
        assertEquals(List.of("State Recv-Q", "OK"), ask("ss"));
    }

    @Test
    void clientsTakeTurnsInOneConnectionEach() throws Exception {
        try (ControlClient one = ControlClient.find(directory, "first");
                ControlClient two = ControlClient.find(directory, "first")) {
            for (int i = 1; i <= 10; i++) {
                one.request("set", "ttl", String.valueOf(i));
                assertEquals(List.of("ttl " + i), two.request("get", "ttl"));
            }
        }
    }

    @Test
    void endpointsAreFoundByName() throws Exception {
        try (ControlServer second =
                ControlServer.open(directory, "second", pair.right).start()) {
            assertEquals(List.of("first", "second"), directory.names());
            assertEquals("several endpoints are running: first, second; choose one with --name", refusal("get"));
            try (ControlClient client = ControlClient.find(directory, "second")) {
                assertTrue(client.request("info").contains("device=right"));
            }
            assertThrows(ControlException.class, () -> ControlServer.open(directory, "first", pair.left));
            assertTrue(Files.exists(second.path()));
        }
        assertEquals(List.of("first"), directory.names());
        assertThrows(ControlException.class, () -> ControlClient.find(directory, "third"));
        assertThrows(ControlException.class, () -> directory.socket("../escape"));
    }

    @Test
    void staleSocketsAreRemoved() throws Exception {
        final Path stale = directory.socket("stale");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(stale));
        }
        assertTrue(Files.exists(stale));
        assertEquals(List.of("first"), directory.names());
        assertFalse(Files.exists(stale));
    }

    @Test
    void aDirectoryThatOthersCanEnterIsRefused() throws Exception {
        final Path open = temporary.resolve("open");
        Files.createDirectory(open, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        final ControlException refused = assertThrows(
                ControlException.class, () -> ControlServer.open(new ControlDirectory(open), "x", pair.left));
        assertTrue(refused.getMessage().contains("mode 0700"), refused.getMessage());
    }
}
