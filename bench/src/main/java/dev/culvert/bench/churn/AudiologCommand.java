package dev.culvert.bench.churn;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code culvert bench audiolog}: a burst of short outgoing connections, over TUN or in memory. */
@Command(
        name = "audiolog",
        description = {
            "Measures a burst of short outgoing connections.",
            "From Culvert to one service of the kernel's over TUN, or between two stacks in memory."
        })
public final class AudiologCommand implements Callable<Integer> {
    private static final int MOST_OVER_TUN = 1_000_000;

    @Option(names = "--simulated", description = "Play it in memory, under virtual time.")
    private boolean simulated;

    @Option(
            names = "--connections",
            paramLabel = "100..16000000",
            description =
                    "Connections; over TUN at most " + MOST_OVER_TUN + ". Default: 500000, with --simulated 10000000.")
    private Integer connections;

    @Spec
    private CommandSpec spec;

    /**
     * Plays it and prints.
     *
     * @throws dev.culvert.tun.device.DeviceException when the machine does not allow private networks
     */
    @Override
    public Integer call() throws IOException {
        if (simulated) {
            new SimulatedAudiolog(connections == null ? 10_000_000 : connections).run();
        } else if (connections != null && connections > MOST_OVER_TUN) {
            throw new ParameterException(
                    spec.commandLine(), "--connections: " + connections + " over TUN is more than " + MOST_OVER_TUN);
        } else {
            new LiveAudiolog(connections == null ? 500_000 : connections).run();
        }
        return ExitCode.OK;
    }
}
