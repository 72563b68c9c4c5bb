package dev.culvert.endpoint;

import dev.culvert.endpoint.run.Commands;
import dev.culvert.endpoint.run.Event;
import dev.culvert.endpoint.run.Signals;
import dev.culvert.tun.control.ControlClient;
import dev.culvert.tun.control.ControlException;
import dev.culvert.tun.netns.PrivateNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code culvert exec}: runs a command in the private network of an endpoint that runs. */
@Command(
        name = "exec",
        description = "Runs COMMAND inside the private network of a running endpoint; its exit code becomes ours.",
        customSynopsis = "culvert exec [--name NAME] -- COMMAND [ARGS...]",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  culvert exec -- curl http://10.83.0.2/",
            "  culvert exec -- ss -tan",
            "  culvert exec --name lossy -- bash"
        })
final class ExecCommand implements Callable<Integer> {
    private final List<String> inner;

    @Option(names = "--name", paramLabel = "NAME", description = "Which endpoint, where several run.")
    private String name;

    @Parameters(hidden = true)
    private List<String> words = List.of();

    @Spec
    private CommandSpec command;

    ExecCommand(final List<String> inner) {
        this.inner = inner;
    }

    @Override
    public Integer call() throws Exception {
        final List<String> wanted = new ArrayList<>(words);
        wanted.addAll(inner);
        if (wanted.isEmpty()) {
            throw new ParameterException(command.commandLine(), "There is no command to run");
        }
        final Map<String, String> info = info();
        if (!info.containsKey("holder")) {
            throw new CommandFailure("this endpoint uses " + info.get("device")
                    + " of the namespace that it was started in: run the command there, without exec");
        }
        return run(wanted, info);
    }

    private Map<String, String> info() throws IOException, ControlException {
        try (ControlClient client = ControlClient.find(name)) {
            return client.request("info").stream()
                    .map(line -> line.split("=", 2))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        }
    }

    private static int run(final List<String> wanted, final Map<String, String> info)
            throws IOException, InterruptedException {
        final List<String> inside = new ArrayList<>(PrivateNetwork.enterCommand(Long.parseLong(info.get("holder"))));
        inside.addAll(wanted);
        final ProcessBuilder builder = Commands.withOurStreams(inside);
        for (final String address : info.get("addresses").split(",", -1)) {
            builder.environment().put(address.indexOf(':') < 0 ? "CULVERT_ADDR4" : "CULVERT_ADDR6", address);
        }
        final Process process = builder.start();
        Signals.handOver(event -> {
            if (event == Event.TERMINATED) { // Ctrl-C reaches it by itself
                process.destroy();
            }
        });
        return process.waitFor();
    }
}
