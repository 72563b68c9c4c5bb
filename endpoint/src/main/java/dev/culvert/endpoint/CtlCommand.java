package dev.culvert.endpoint;

import dev.culvert.tun.control.ControlClient;
import dev.culvert.tun.control.ControlException;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code culvert ctl}: looks at a running endpoint and changes its settings. */
@Command(
        name = "ctl",
        description = "Looks at a running endpoint and changes its settings.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(get | set | counters | stats)",
        footer = {
            "",
            "Examples:",
            "  culvert ctl get",
            "  culvert ctl set msl-ms 1000",
            "  culvert ctl set verbosity 2",
            "  culvert ctl counters TcpExt",
            "  culvert ctl --name lossy stats"
        })
final class CtlCommand implements Runnable {
    @Option(
            names = "--name",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "Which endpoint, where several run.")
    private String name;

    @Spec
    private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "Say what to do: get, set, counters or stats");
    }

    @Command(description = "Prints one setting, or all of them.", mixinStandardHelpOptions = true)
    int get(
            @Parameters(arity = "0..1", paramLabel = "NAME", description = "A setting; without it: all.")
                    final String setting)
            throws IOException, ControlException {
        return setting == null ? ask("get") : ask("get", setting);
    }

    @Command(
            description = "Changes a setting; it holds for connections that are opened later.",
            mixinStandardHelpOptions = true)
    int set(
            @Parameters(paramLabel = "NAME", description = "A setting.") final String setting,
            @Parameters(paramLabel = "VALUE", description = "Its new value.") final String value)
            throws IOException, ControlException {
        return ask("set", setting, value);
    }

    @Command(
            description = "Prints the counters whose names begin with PREFIX; names are nstat's where it has one.",
            mixinStandardHelpOptions = true)
    int counters(
            @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "Such as TcpExt or Drop; without it: all.")
                    final String prefix)
            throws IOException, ControlException {
        return prefix == null ? ask("counters") : ask("counters", prefix);
    }

    @Command(
            description = "Prints how many connections there are, and how much memory they hold.",
            mixinStandardHelpOptions = true)
    int stats() throws IOException, ControlException {
        return ask("stats");
    }

    private int ask(final String... words) throws IOException, ControlException {
        try (ControlClient client = ControlClient.find(name)) {
            client.request(words).forEach(command.commandLine().getOut()::println);
            command.commandLine().getOut().flush();
            return ExitCode.OK;
        }
    }
}
