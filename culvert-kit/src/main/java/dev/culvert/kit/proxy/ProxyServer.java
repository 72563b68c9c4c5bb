package dev.culvert.kit.proxy;

import dev.culvert.kit.posix.LinuxSockets;
import dev.culvert.kit.posix.Sockets;
import dev.culvert.wire.IpAddress;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Consumer;

/**
 * Waits on a unix socket (mode 0600) for packetdrill's plug-in and plays one session after the other, each on a stack of its
 * own. {@link #serve} belongs to one thread; interrupting that thread ends it.
 */
public final class ProxyServer implements Closeable {
    private final Path path;
    private final Config config;
    private final Consumer<String> log;
    private final ServerSocketChannel server;
    private long sessions;

    /**
     * How the stacks are made.
     *
     * @param local their addresses, at least one
     * @param mtuBytes largest packet
     * @param seed where everything random comes from; every session begins with it
     * @param sysctlFile settings that are appended while scripts run, one NAME=VALUE a line; null: none
     */
    public record Config(List<IpAddress> local, int mtuBytes, long seed, Path sysctlFile) {}

    private ProxyServer(
            final Path path, final Config config, final Consumer<String> log, final ServerSocketChannel server) {
        this.path = path;
        this.config = config;
        this.log = log;
        this.server = server;
    }

    /**
     * Listens at this path; a socket that nobody serves any more is replaced.
     *
     * @param log one line for each session and each complaint
     * @throws IOException the path cannot be used, or is served by another process; the message says so
     */
    public static ProxyServer open(final Path socket, final Config config, final Consumer<String> log)
            throws IOException {
        open(config, 0).reset(); // an impossible configuration is refused now, not in the first session
        removeRemains(socket);
        final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (final IOException failure) {
            server.close();
            throw new IOException(socket + ": " + failure.getMessage(), failure);
        }
        return new ProxyServer(socket, config, log, server);
    }

    private static void removeRemains(final Path socket) throws IOException {
        if (!Files.exists(socket)) {
            return;
        }
        if (Files.isRegularFile(socket) || Files.isDirectory(socket)) {
            throw new IOException(socket + " exists and is no socket");
        }
        try {
            SocketChannel.open(UnixDomainSocketAddress.of(socket)).close();
            throw new IOException(socket + " is served by another process");
        } catch (final java.net.ConnectException nobody) {
            Files.delete(socket);
        }
    }

    private static Sockets open(final Config config, final long startNs) {
        return new LinuxSockets(config.local, config.mtuBytes, config.seed, startNs);
    }

    /**
     * Plays sessions until the thread is interrupted.
     *
     * @throws InterruptedException it was
     */
    public void serve() throws IOException, InterruptedException {
        while (true) {
            try (SocketChannel channel = server.accept()) {
                play(channel);
            } catch (final ClosedByInterruptException interrupted) {
                Thread.interrupted();
                throw (InterruptedException) new InterruptedException().initCause(interrupted);
            }
        }
    }

    private void play(final SocketChannel channel) throws InterruptedException, ClosedByInterruptException {
        final String name = "session " + ++sessions;
        final SysctlFile settings = new SysctlFile(config.sysctlFile, complaint -> log.accept(name + ": " + complaint));
        final SessionLoop loop = new SessionLoop(channel, startNs -> open(config, startNs), settings);
        try {
            loop.run();
            log.accept(name + ": " + loop.summary());
        } catch (final ClosedByInterruptException interrupted) {
            throw interrupted;
        } catch (final ProtocolException | IOException broken) {
            log.accept(name + ": " + broken.getMessage());
        }
    }

    /** Stops listening and removes the socket; an interrupt has closed it already. */
    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}
