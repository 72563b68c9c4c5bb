package dev.culvert.bench.churn;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The command {@code culvert bench audiolog}: a burst of short outgoing connections, over TUN or in memory. */
public final class AudiologCommand {
    private static final String CONNECTIONS = "--connections";
    private static final String SIMULATED = "--simulated";
    private static final String USAGE =
            "usage: culvert bench audiolog [--connections 100..1000000], or with --simulated 100..16000000";

    private final boolean simulated;
    private final int connections;

    private AudiologCommand(final boolean simulated, final int connections) {
        this.simulated = simulated;
        this.connections = connections;
    }

    /** As the arguments say; they are wrong when it throws {@code IllegalArgumentException}. */
    public static AudiologCommand of(final List<String> args) {
        final List<String> rest = new ArrayList<>(args);
        final boolean simulated = rest.removeAll(List.of(SIMULATED));
        final Arguments arguments = new Arguments(rest, List.of(CONNECTIONS), USAGE);
        if (!arguments.words().isEmpty()) {
            throw new IllegalArgumentException("'" + arguments.words().get(0) + "' means nothing here; " + USAGE);
        }
        return new AudiologCommand(
                simulated,
                simulated
                        ? arguments.get(CONNECTIONS, 10_000_000, 100, 16_000_000)
                        : arguments.get(CONNECTIONS, 500_000, 100, 1_000_000));
    }

    /**
     * Plays it and prints.
     *
     * @throws dev.culvert.tun.device.DeviceException when the machine does not allow private networks
     */
    public void run() throws IOException {
        if (simulated) {
            new SimulatedAudiolog(connections).run();
        } else {
            new LiveAudiolog(connections).run();
        }
    }
}
