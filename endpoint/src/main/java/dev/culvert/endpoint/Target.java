package dev.culvert.endpoint;

import dev.culvert.wire.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import picocli.CommandLine.Option;

/** Which address a HOST stands for, and the options that narrow it down. */
final class Target {
    @Option(names = "-4", description = "IPv4 only.")
    private boolean v4;

    @Option(names = "-6", description = "IPv6 only.")
    private boolean v6;

    /** The address; a name is looked up with the resolver of the host that the program runs on. */
    IpAddress address(final String host) throws CommandFailure {
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .map(address -> IpAddress.of(address.getAddress()))
                    .filter(this::fits)
                    .findFirst()
                    .orElseThrow(() -> new CommandFailure(
                            host + " has no " + (v4 ? "IPv4" : "IPv6") + " address, and only such was asked for"));
        } catch (final UnknownHostException unknown) {
            throw new CommandFailure("'" + host + "' is neither an IP address nor a name that this host knows");
        }
    }

    private boolean fits(final IpAddress address) {
        return v4 == v6 || v4 == address.isV4();
    }
}
