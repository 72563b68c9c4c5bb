package dev.culvert.endpoint;

import dev.culvert.endpoint.run.Endpoint;
import dev.culvert.endpoint.stdio.StreamPump;
import dev.culvert.tun.Network;
import dev.culvert.tun.TransportAddress;
import dev.culvert.tun.stream.CulvertServerSocket;
import dev.culvert.tun.stream.CulvertSocket;
import dev.culvert.wire.IpAddress;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code culvert listen}: joins standard input and output with a connection that a peer opens, as nc -l does. */
@Command(
        name = "listen",
        description = "Waits for a connection on PORT, sends it standard input, writes what comes to standard output.",
        customSynopsis = "culvert listen [OPTIONS] PORT [-- COMMAND [ARGS...]]",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The end of the input closes our side of the connection (FIN); the program ends",
            "when both sides have ended. COMMAND runs inside the private network and is",
            "meant to be the peer: its input is empty and its output goes to standard error,",
            "since ours belong to the connection.",
            "",
            "Examples:",
            "  echo hello | culvert listen 9000 -- nc -d 10.83.0.2 9000",
            "  culvert listen -k 9000 >received"
        })
final class ListenCommand implements Callable<Integer> {
    private static final Duration LOOK_AFTER_PEER = Duration.ofMillis(100);

    private final List<String> inner;

    @Option(names = "-4", description = "IPv4 only.")
    private boolean v4;

    @Option(names = "-6", description = "IPv6 only.")
    private boolean v6;

    @Option(
            names = "-k",
            description = "Take one connection after the other until Ctrl-C; standard input is not read then.")
    private boolean keepListening;

    @Option(
            names = "-p",
            paramLabel = "PORT",
            description = "The same as PORT, as in nc -l -p.",
            converter = Ports.class)
    private Integer portOption;

    @Option(
            names = "-w",
            paramLabel = "SECONDS",
            description = "Give up when neither side of the connection says anything for so long.")
    private double seconds;

    @Mixin
    private NetworkOptions network;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PORT",
            description = "Port to wait on.",
            converter = Ports.class)
    private Integer portArgument;

    @Spec
    private CommandSpec command;

    ListenCommand(final List<String> inner) {
        this.inner = inner;
    }

    @Override
    public Integer call() throws Exception {
        final int port = port();
        Interruption.ofThisThread();
        try (Endpoint endpoint = Endpoint.start(network.plan(), network.console(), () -> {})) {
            final CulvertServerSocket server = bind(endpoint, port);
            announce(endpoint, port);
            final Peer peer = Peer.start(endpoint, inner);
            do {
                final CulvertSocket socket = accept(server, peer);
                if (!keepListening) {
                    server.close(); // the next one is refused, not left waiting
                }
                pump(socket);
            } while (keepListening && peer.mayStillCome());
            endpoint.shutdown(Duration.ofSeconds(3));
            peer.awaitEnd();
            return ExitCode.OK;
        }
    }

    private int port() {
        if ((portOption == null) == (portArgument == null)) {
            throw new ParameterException(command.commandLine(), "One PORT is needed");
        }
        return portOption == null ? portArgument : portOption;
    }

    private CulvertServerSocket bind(final Endpoint endpoint, final int port) throws IOException {
        if (v4 == v6) {
            return CulvertServerSocket.bind(endpoint.stack(), port);
        }
        final IpAddress any = v4 ? IpAddress.ANY_V4 : IpAddress.ANY_V6;
        return CulvertServerSocket.bind(endpoint.stack(), new TransportAddress(any, port), Network.DEFAULT_BACKLOG);
    }

    /** Whoever gave a command knows what it will do; everybody else needs to know how to get in. */
    private void announce(final Endpoint endpoint, final int port) {
        if (inner.isEmpty()) {
            final String attempt = "nc -N " + endpoint.stack().addresses().get(0) + " " + port;
            endpoint.console()
                    .say("listening at " + Invitation.addresses(endpoint) + " port " + port
                            + "; try, in a second terminal: " + (network.attaches() ? "" : Invitation.enter(endpoint))
                            + attempt);
        }
    }

    /** The next connection; a command that has ended will not open one any more. */
    private static CulvertSocket accept(final CulvertServerSocket server, final Peer peer)
            throws IOException, CommandFailure {
        while (true) {
            final boolean mayCome = peer.mayStillCome();
            try {
                return server.accept(LOOK_AFTER_PEER);
            } catch (final SocketTimeoutException notYet) {
                if (!mayCome) {
                    throw new CommandFailure(peer.ending() + " and did not connect");
                }
            }
        }
    }

    private void pump(final CulvertSocket socket) throws IOException, CommandFailure {
        final InputStream input = keepListening ? null : new FileInputStream(FileDescriptor.in);
        final Duration limit = Duration.ofMillis(Math.round(seconds * 1000));
        try {
            new StreamPump(socket, input, new FileOutputStream(FileDescriptor.out), limit).run();
        } catch (final SocketTimeoutException silence) {
            throw new CommandFailure(
                    "connection from " + socket.remoteAddress() + ": nothing was said for " + seconds + " s");
        }
    }
}
