package dev.culvert.endpoint;

import dev.culvert.endpoint.run.Endpoint;
import dev.culvert.endpoint.stdio.StreamPump;
import dev.culvert.env.Errno;
import dev.culvert.tun.TransportAddress;
import dev.culvert.tun.stream.CulvertSocket;
import dev.culvert.wire.IpAddress;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code culvert connect}: joins standard input and output with a connection, as nc(1) does. */
@Command(
        name = "connect",
        description = "Connects to HOST and PORT, sends standard input, writes what comes to standard output.",
        customSynopsis = "culvert connect [OPTIONS] HOST PORT [-- COMMAND [ARGS...]]",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The end of the input closes our side of the connection (FIN); the program ends",
            "when both sides have ended. COMMAND runs inside the private network and is",
            "meant to be the peer: its input is empty and its output goes to standard error,",
            "since ours belong to the connection. The connection is tried for up to 3 s",
            "until the command listens.",
            "",
            "Examples:",
            "  echo hello | culvert connect 10.83.0.1 9000 -- nc -lN 9000",
            "  culvert connect --tun tun0 -w 5 192.0.2.1 22"
        })
final class ConnectCommand implements Callable<Integer> {
    /** How long a command may take until it listens. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(3);

    private static final long RETRY_MS = 20;

    private final List<String> inner;

    @Mixin
    private Target target;

    @Option(names = "-p", paramLabel = "SRCPORT", description = "Port of our side. Default: any.")
    private int sourcePort;

    @Option(
            names = "-w",
            paramLabel = "SECONDS",
            description = "Give up when the peer does not answer, or neither side says anything, for so long.")
    private double seconds;

    @Mixin
    private NetworkOptions network;

    @Parameters(index = "0", paramLabel = "HOST", description = "Address of the peer, or a name that this host knows.")
    private String host;

    @Parameters(index = "1", paramLabel = "PORT", description = "Port of the peer.", converter = Ports.class)
    private int port;

    ConnectCommand(final List<String> inner) {
        this.inner = inner;
    }

    @Override
    public Integer call() throws Exception {
        final IpAddress address = target.address(host);
        Interruption.ofThisThread();
        try (Endpoint endpoint = Endpoint.start(network.plan(), network.console(), () -> {})) {
            final Peer peer = Peer.start(endpoint, inner);
            final CulvertSocket socket = open(endpoint, new TransportAddress(address, port), peer);
            pump(socket);
            endpoint.shutdown(Duration.ofSeconds(3));
            peer.awaitEnd();
            return ExitCode.OK;
        }
    }

    private void pump(final CulvertSocket socket) throws IOException, CommandFailure {
        try {
            new StreamPump(
                            socket,
                            new FileInputStream(FileDescriptor.in),
                            new FileOutputStream(FileDescriptor.out),
                            limit())
                    .run();
        } catch (final SocketTimeoutException silence) {
            throw new CommandFailure(
                    "connection to " + host + " port " + port + ": nothing was said for " + seconds + " s");
        }
    }

    private Duration limit() {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private CulvertSocket open(final Endpoint endpoint, final TransportAddress remote, final Peer peer)
            throws IOException, CommandFailure, InterruptedException {
        final IpAddress any = remote.address().isV4() ? IpAddress.ANY_V4 : IpAddress.ANY_V6;
        final TransportAddress local = new TransportAddress(any, sourcePort);
        final long startNs = System.nanoTime();
        while (true) {
            try {
                return CulvertSocket.connect(endpoint.stack(), local, remote, null, limit());
            } catch (final ConnectException refused) {
                if (!isRefusal(refused) || !peer.isRunning() || System.nanoTime() - startNs > PATIENCE_NS) {
                    throw failure(refused.getMessage(), hint());
                }
                TimeUnit.MILLISECONDS.sleep(RETRY_MS);
            } catch (final SocketTimeoutException silence) {
                throw failure("Connection timed out", "");
            } catch (final InterruptedIOException asked) {
                throw asked;
            } catch (final IOException failure) {
                throw failure(failure.getMessage(), "");
            }
        }
    }

    private static boolean isRefusal(final ConnectException failure) {
        return failure.getMessage().endsWith(Errno.message(Errno.ECONNREFUSED));
    }

    private CommandFailure failure(final String message, final String hint) {
        final String reason = message.substring(message.lastIndexOf(": ") + 1).strip();
        return new CommandFailure("connect to " + host + " port " + port + ": " + reason + hint);
    }

    private String hint() {
        return inner.isEmpty() && !network.attaches()
                ? " (nothing runs in this private network: name a peer after --, or use --tun)"
                : "";
    }
}
