package dev.culvert.tun.netns;

import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.InterfaceAddress;
import dev.culvert.tun.device.TunDevice;
import dev.culvert.tun.device.TunOptions;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Attaches to the interface that its first argument names, prints its MTU, and answers pings while the rest runs. */
final class AttachMain {
    private AttachMain() {}

    public static void main(final String[] args) throws IOException {
        System.exit(run(args[0], Arrays.asList(args).subList(1, args.length)));
    }

    private static int run(final String name, final List<String> command) throws IOException {
        final TunOptions options = TunOptions.DEFAULT
                .withName(name)
                .withMtu(1400)
                .withOffload(!"off".equals(System.getenv("OFFLOAD")))
                .withHostAddresses(
                        List.of(InterfaceAddress.parse("10.84.0.1/24"), InterfaceAddress.parse("fd84::1/64")));
        try (TunDevice device = TunDevice.attach(options)) {
            System.out.println(device.name() + " " + device.mtu());
            return EchoLoop.runWhile(
                    device, new ProcessBuilder(command).inheritIO().start());
        } catch (DeviceException e) {
            System.out.println(e.getMessage());
            return 3;
        }
    }
}
