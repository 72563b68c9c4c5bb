package dev.culvert.endpoint;

import dev.culvert.endpoint.ping.Pinger;
import dev.culvert.endpoint.run.Commands;
import dev.culvert.endpoint.run.Endpoint;
import dev.culvert.wire.IpAddress;
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

/** {@code culvert ping}: echo requests, as ping(8) sends them. */
@Command(
        name = "ping",
        description = "Sends ICMP or ICMPv6 echo requests to HOST and tells of the replies.",
        customSynopsis = "culvert ping [OPTIONS] HOST [-- COMMAND [ARGS...]]",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit codes: 0 there were replies, 1 there was none.",
            "",
            "Examples:",
            "  culvert ping -c 3 10.83.0.1",
            "  culvert ping -c 5 -i 0.2 -s 1400 --impair loss=20%% fd83::1"
        })
final class PingCommand implements Callable<Integer> {
    private final List<String> inner;

    @Mixin
    private Target target;

    @Option(names = "-c", paramLabel = "N", description = "Requests to send. Default: until Ctrl-C.")
    private int count = Integer.MAX_VALUE;

    @Option(
            names = "-i",
            paramLabel = "SECONDS",
            description = "From one request to the next, at least 0.001. Default: 1.")
    private double interval = 1;

    @Option(names = "-s", paramLabel = "BYTES", description = "Payload of a request, 0 to 65000. Default: 56.")
    private int size = 56;

    @Option(names = "-W", paramLabel = "SECONDS", description = "How long to wait for the last replies. Default: 2.")
    private double patience = 2;

    @Mixin
    private NetworkOptions network;

    @Parameters(
            index = "0",
            paramLabel = "HOST",
            description = "Whom to ask: an address, or a name that this host knows.")
    private String host;

    @Spec
    private CommandSpec command;

    PingCommand(final List<String> inner) {
        this.inner = inner;
    }

    @Override
    public Integer call() throws Exception {
        check(count >= 1, "-c must be at least 1");
        check(interval >= 0.001 && interval <= 86_400, "-i must be 0.001 to 86400");
        check(size >= 0 && size <= 65_000, "-s must be 0 to 65000");
        check(patience >= 0 && patience <= 86_400, "-W must be 0 to 86400");
        final IpAddress address = target.address(host);
        Interruption.ofThisThread();
        try (Endpoint endpoint = Endpoint.start(network.plan(), network.console(), () -> {})) {
            if (!inner.isEmpty()) {
                endpoint.run(Commands.besideOurStreams(inner));
            }
            final Pinger pinger = new Pinger(
                    endpoint.stack(), address, size, command.commandLine().getOut(), System::nanoTime);
            return pinger.run(count, seconds(interval), seconds(patience)) ? ExitCode.OK : ExitCode.FAILURE;
        }
    }

    private void check(final boolean condition, final String otherwise) {
        if (!condition) {
            throw new ParameterException(command.commandLine(), otherwise);
        }
    }

    private static Duration seconds(final double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
