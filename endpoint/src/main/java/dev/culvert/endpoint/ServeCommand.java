package dev.culvert.endpoint;

import dev.culvert.endpoint.run.Commands;
import dev.culvert.endpoint.run.Endpoint;
import dev.culvert.endpoint.run.Event;
import dev.culvert.endpoint.run.Events;
import dev.culvert.endpoint.run.Rehearsal;
import dev.culvert.endpoint.run.Services;
import dev.culvert.endpoint.run.Serving;
import dev.culvert.endpoint.run.Signals;
import dev.culvert.endpoint.service.ServiceSpec;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code culvert serve}: services on a stack of its own, for a command or until Ctrl-C. */
@Command(
        name = "serve",
        description = "Offers services on a TCP/IP stack of its own, to a command that runs beside it or until Ctrl-C.",
        customSynopsis = "culvert serve [OPTIONS] [SERVICE...] [-- COMMAND [ARGS...]]",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Services: echo:7 discard:9 daytime:13 chargen:19 http:80; all of these when",
            "none is named. http:80=DIR serves the files below DIR. Without a port the one",
            "shown here is meant.",
            "",
            "COMMAND runs inside the private network, with this terminal, input and output,",
            "and finds CULVERT_ADDR4 and CULVERT_ADDR6 in its environment; its exit code",
            "becomes ours, 128+N when signal N ended it. Without a command: Ctrl-C closes",
            "every connection in good order, a second one resets what is left.",
            "",
            "Examples:",
            "  culvert serve -- curl -s http://10.83.0.2/",
            "  culvert serve -- bash",
            "  culvert serve -v http:8080=/srv/www echo",
            "  culvert serve --impair loss=2%%,delay=20ms --pcap lossy.pcapng \\",
            "      -- curl -so /dev/null http://10.83.0.2/",
            "  culvert serve --tun tun0 --addr4 192.0.2.2/24 --addr6 none http:80=."
        })
final class ServeCommand implements Callable<Integer> {
    private final List<String> inner;

    @Mixin
    private NetworkOptions network;

    @Parameters(paramLabel = "SERVICE", description = "NAME[:PORT][=DIR], see below.")
    private List<String> services = List.of();

    @Spec
    private CommandSpec command;

    ServeCommand(final List<String> inner) {
        this.inner = inner;
    }

    @Override
    public Integer call() throws Exception {
        final List<ServiceSpec> specs = specs();
        final Rehearsal rehearsal = Rehearsal.begin();
        final Events events = new Events();
        Signals.handOver(events::happened);
        try (Endpoint endpoint =
                Endpoint.start(network.plan(), network.console(), () -> events.happened(Event.STACK_FAILED))) {
            Services.open(endpoint, specs);
            final Serving serving = new Serving(endpoint, events);
            rehearsal.awaitEnd();
            Invitation.of(endpoint, specs, !inner.isEmpty()).forEach(endpoint.console()::say);
            return inner.isEmpty()
                    ? serving.untilAsked() ? ExitCode.OK : ExitCode.FAILURE
                    : serving.during(endpoint.run(Commands.withOurStreams(inner)));
        }
    }

    private List<ServiceSpec> specs() {
        try {
            final List<ServiceSpec> specs = services.isEmpty()
                    ? ServiceSpec.ALL
                    : services.stream().map(ServiceSpec::parse).toList();
            ServiceSpec.checkPorts(specs);
            return specs;
        } catch (final IllegalArgumentException nonsense) {
            throw new ParameterException(command.commandLine(), nonsense.getMessage(), nonsense);
        }
    }
}
