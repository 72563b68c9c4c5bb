package dev.culvert.endpoint;

import dev.culvert.endpoint.sockets.Listing;
import dev.culvert.endpoint.sockets.Output;
import dev.culvert.endpoint.sockets.Peers;
import dev.culvert.endpoint.sockets.SocketTable;
import dev.culvert.endpoint.sockets.StateFilter;
import dev.culvert.endpoint.sockets.Totals;
import dev.culvert.tcp.TcpState;
import dev.culvert.tun.control.ControlClient;
import dev.culvert.tun.control.SocketLines;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code culvert ss}: what sockets a running endpoint has, as ss(8) tells it of the kernel. */
@Command(
        name = "ss",
        description = "Lists the sockets of a running endpoint, TIME-WAIT with the time that is left.",
        customSynopsis = "culvert ss [OPTIONS] [state STATE]... [exclude STATE]...",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "STATE is established, syn-sent, syn-recv, fin-wait-1, fin-wait-2, time-wait,",
            "close-wait, last-ack, closing, listening, or a group: all, connected,",
            "synchronized, bucket (syn-recv and time-wait), big (connected without bucket).",
            "",
            "The stack goes on while it is listed: what comes or goes meanwhile may be in",
            "the list or not, and a connection in TIME-WAIT may be in it twice.",
            "",
            "Examples:",
            "  culvert ss",
            "  culvert ss state time-wait",
            "  culvert ss --by-peer state time-wait --limit 10",
            "  culvert ss -s",
            "  culvert ss --json -a"
        })
final class SsCommand implements Callable<Integer> {
    @Option(
            names = {"-a", "--all"},
            description = "Listeners as well.")
    private boolean all;

    @Option(
            names = {"-l", "--listening"},
            description = "Listeners only.")
    private boolean listening;

    @Option(
            names = {"-o", "--options"},
            description = "Show the timers of all sockets, not only of those in TIME-WAIT.")
    private boolean timers;

    @Option(
            names = {"-s", "--summary"},
            description = "Only say how many there are in each state; listeners are counted as well.")
    private boolean summary;

    @Option(names = "--by-peer", description = "Only say how many there are for each address of a peer.")
    private boolean byPeer;

    @Option(names = "-4", description = "IPv4 only.")
    private boolean v4;

    @Option(names = "-6", description = "IPv6 only.")
    private boolean v6;

    @Option(names = "--json", description = "One JSON object a line; times are milliseconds.")
    private boolean json;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many lines. Default: all.")
    private long limit = Long.MAX_VALUE;

    @Option(
            names = {"-n", "--numeric", "-t", "--tcp"},
            description = "Nothing: ports are always numbers, and there is only TCP.")
    @SuppressWarnings("unused")
    private boolean[] habits;

    @Option(names = "--name", paramLabel = "NAME", description = "Which endpoint, where several run.")
    private String name;

    @Parameters(hidden = true)
    private List<String> filter = List.of();

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        final Set<TcpState> states = states();
        if (limit < 1) {
            throw usage("--limit must be at least 1");
        }
        if (summary && byPeer) {
            throw usage("-s and --by-peer exclude each other");
        }
        try (ControlClient client = ControlClient.find(name)) {
            final Listing listing = listing(new Output(command.commandLine().getOut()));
            SocketLines.forEach(client, states, socket -> {
                final boolean ofV4 = socket.local().address().isV4();
                return (ofV4 ? v6 && !v4 : v4 && !v6) || listing.add(socket);
            });
            listing.end();
            return ExitCode.OK;
        }
    }

    private Set<TcpState> states() {
        if (!filter.isEmpty()) {
            try {
                return StateFilter.parse(filter);
            } catch (final IllegalArgumentException unknown) {
                throw usage(unknown.getMessage());
            }
        }
        if (listening) {
            return StateFilter.listeners();
        }
        return all || summary ? StateFilter.everything() : StateFilter.connections();
    }

    private Listing listing(final Output output) {
        if (summary) {
            return new Totals(output, json);
        }
        return byPeer ? new Peers(output, json, limit) : new SocketTable(output, json, timers, limit);
    }

    private ParameterException usage(final String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
