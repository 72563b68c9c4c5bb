package dev.culvert.kit.proxy;

import static dev.culvert.kit.posix.LinuxConstants.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.posix.LinuxSockets;
import dev.culvert.wire.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysctlFileTest {
    @TempDir
    private Path directory;

    private Path path;
    private final List<String> complaints = new ArrayList<>();
    private final LinuxSockets os = new LinuxSockets(List.of(IpAddress.parse("192.0.2.2")), 1_500, 1, 0);
    private SysctlFile file;

    @BeforeEach
    void open() {
        path = directory.resolve("settings");
        file = new SysctlFile(path, complaints::add);
    }

    private void append(final String text) throws IOException {
        Files.writeString(path, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        file.refresh(os);
    }

    private int synRetries() {
        final int fd = (int) os.socket(AF_INET, SOCK_STREAM, 0).result();
        final byte[] value = os.getsockopt(fd, SOL_TCP, TCP_SYNCNT, 4).data();
        os.close(fd);
        return value[0];
    }

    @Test
    void whatIsAppendedCountsFromThenOn() throws IOException {
        file.refresh(os);
        assertEquals(6, synRetries());
        append("# two lines\n\nnet.ipv4.tcp_syn_retries=3\n");
        assertEquals(3, synRetries());
        append("net.ipv4.tcp_syn_ret");
        assertEquals(3, synRetries(), "half a line says nothing");
        append("ries = 4\n");
        assertEquals(4, synRetries());
        assertEquals(List.of(), complaints);
    }

    @Test
    void aFileThatIsShorterBeginsAnew() throws IOException {
        append("net.ipv4.tcp_syn_retries=3\nnet.ipv4.tcp_syn_retries=4\n");
        Files.writeString(path, "net.ipv4.tcp_syn_retries=2\n");
        file.refresh(os);
        assertEquals(2, synRetries());
        Files.delete(path);
        file.refresh(os);
        append("net.ipv4.tcp_syn_retries=5\n");
        assertEquals(5, synRetries());
    }

    @Test
    void whatCannotBeUsedIsNamedWithItsLine() throws IOException {
        append("nonsense\nnet.ipv4.no_such=1\nnet.ipv4.tcp_syn_retries=many\nnet.ipv4.tcp_syn_retries=3\n");
        assertEquals(3, complaints.size());
        assertEquals(path + ":1: 'nonsense' is not NAME=VALUE", complaints.get(0));
        assertTrue(complaints.get(1).startsWith(path + ":2: unknown setting net.ipv4.no_such"), complaints::toString);
        assertTrue(complaints.get(2).startsWith(path + ":3: "), complaints::toString);
        assertEquals(3, synRetries());
    }

    @Test
    void withoutAFileNothingIsRead() {
        new SysctlFile(null, complaints::add).refresh(os);
        assertArrayEquals(new Object[0], complaints.toArray());
    }
}
