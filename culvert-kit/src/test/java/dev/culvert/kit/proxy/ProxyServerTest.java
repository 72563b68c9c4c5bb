package dev.culvert.kit.proxy;

import static dev.culvert.kit.posix.LinuxConstants.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.wire.IpAddress;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same protocol over a unix socket, as the plug-in uses it. */
@Timeout(120)
class ProxyServerTest {
    @TempDir
    private Path directory;

    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();

    private ProxyServer.Config config() {
        return new ProxyServer.Config(List.of(IpAddress.parse("192.168.0.1")), 1_500, 1, directory.resolve("settings"));
    }

    private Path socket() {
        return directory.resolve("peer.sock");
    }

    /** What a test does while the server serves. */
    private interface Visit {
        void run() throws Exception;
    }

    private void whileServing(final Visit visit) throws Exception {
        try (ProxyServer server = ProxyServer.open(socket(), config(), log::add)) {
            final Thread thread = new Thread(
                    () -> assertThrows(InterruptedException.class, server::serve), "proxy-server-under-test");
            thread.start();
            try {
                visit.run();
            } finally {
                thread.interrupt();
                thread.join();
            }
        }
    }

    private static final class Wire implements Plugin.Line {
        private final SocketChannel channel;
        private final DataInputStream in;

        Wire(final SocketChannel channel) {
            this.channel = channel;
            in = new DataInputStream(Channels.newInputStream(channel));
        }

        @Override
        public void send(final byte[] frame) throws IOException {
            final ByteBuffer bytes = ByteBuffer.wrap(frame);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public Plugin.Reply next() throws IOException {
            final int length = in.readInt();
            final ByteBuffer frame = ByteBuffer.allocate(4 + length).putInt(length);
            in.readFully(frame.array(), 4, length);
            return new Plugin.Reply(frame.rewind());
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket()));
    }

    private Plugin.Reply synOf(final Plugin plugin) throws Exception {
        plugin.hello(1);
        final int fd = plugin.ok(Operation.SOCKET, Body.of(AF_INET, SOCK_STREAM, IPPROTO_TCP));
        plugin.ok(Operation.FCNTL, Body.of(fd, F_SETFL).i64(O_NONBLOCK));
        assertEquals(
                EINPROGRESS,
                plugin.ask(Operation.CONNECT, Body.of(fd).sockaddr(IpAddress.parse("192.0.2.1"), 80)).errno);
        return plugin.ask(Operation.NETDEV_RECV, new Body().i64(0));
    }

    @Test
    void sessionsFollowEachOtherAndBeginAlike() throws Exception {
        whileServing(() -> {
            final ByteBuffer[] syns = new ByteBuffer[2];
            for (int i = 0; i < 2; i++) {
                try (SocketChannel channel = connect()) {
                    final Plugin plugin = new Plugin(new Wire(channel));
                    syns[i] = synOf(plugin).body;
                    plugin.ok(Operation.BYE, new Body());
                }
                assertEquals("session " + (i + 1) + ": 6 requests, 0 packets in, 1 out", log.take());
            }
            assertEquals(syns[0], syns[1], "the same seed, the same packet");
        });
        assertFalse(Files.exists(socket()), "the socket goes with the server");
    }

    @Test
    void aSessionThatBreaksOffOrTalksNonsenseDoesNotEndTheServer() throws Exception {
        whileServing(() -> {
            try (SocketChannel channel = connect()) {
                synOf(new Plugin(new Wire(channel)));
            }
            assertEquals("session 1: 5 requests, 0 packets in, 1 out", log.take());
            try (SocketChannel channel = connect()) {
                channel.write(ByteBuffer.wrap(new byte[] {0, 0, 0, 1}));
                assertEquals("session 2: a request of 1 bytes; 16 to 4194304 are possible", log.take());
            }
            try (SocketChannel channel = connect()) {
                new Plugin(new Wire(channel)).hello(0);
            }
            assertEquals("session 3: 1 requests, 0 packets in, 0 out", log.take());
        });
    }

    @Test
    void settingsComeFromTheFile() throws Exception {
        whileServing(() -> {
            Files.writeString(directory.resolve("settings"), "net.ipv4.tcp_timestamps=0\nnonsense\n");
            try (SocketChannel channel = connect()) {
                final int length = synOf(new Plugin(new Wire(channel))).body.remaining();
                assertEquals(20 + 20 + 12, length, "mss, sackOK and wscale, but no timestamps");
            }
            assertTrue(log.take().startsWith("session 1: "), "the complaint about the second line");
        });
    }

    @Test
    void onlyItsUserMayUseTheSocketAndASecondServerIsRefused() throws Exception {
        whileServing(() -> {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())));
            final IOException refusal =
                    assertThrows(IOException.class, () -> ProxyServer.open(socket(), config(), log::add));
            assertEquals(socket() + " is served by another process", refusal.getMessage());
        });
        Files.writeString(directory.resolve("file"), "");
        final IOException refusal =
                assertThrows(IOException.class, () -> ProxyServer.open(directory.resolve("file"), config(), log::add));
        assertEquals(directory.resolve("file") + " exists and is no socket", refusal.getMessage());
    }
}
