package dev.culvert.tun.netns;

import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.TunOptions;
import java.util.List;
import java.util.Map;

/** Runs its arguments as a command in a private network that answers pings; ends with the command's exit code, or 3. */
final class NetworkMain {
    private NetworkMain() {}

    public static void main(final String[] command) {
        System.exit(run(List.of(command)));
    }

    private static int run(final List<String> command) {
        try (PrivateNetwork network = PrivateNetwork.open(TunOptions.DEFAULT)) {
            return EchoLoop.runWhile(network.device(), network.runCommand(command, Map.of()));
        } catch (DeviceException e) {
            System.err.println(e.getMessage());
            return 3;
        }
    }
}
