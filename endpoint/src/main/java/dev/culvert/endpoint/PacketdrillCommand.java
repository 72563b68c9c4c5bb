package dev.culvert.endpoint;

import dev.culvert.kit.proxy.ProxyServer;
import dev.culvert.shim.PacketdrillPlugin;
import dev.culvert.wire.IpAddress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code culvert packetdrill}: the peer of the plug-in with which the real packetdrill drives the stack. */
@Command(
        name = "packetdrill",
        description =
                "Lets the real packetdrill run its scripts against the stack: waits on a unix socket for its plug-in.",
        customSynopsis = {"culvert packetdrill --socket PATH [OPTIONS]", "      culvert packetdrill --write-plugin FILE"
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Needs no privileges. Every run of packetdrill gets a stack of its own,",
            "configured as Linux is by default. Exit codes: 0 the plug-in was written,",
            "1 failure, 2 usage, 130 Ctrl-C.",
            "",
            "Example:",
            "  culvert packetdrill --write-plugin pd_proxy.so",
            "  culvert packetdrill --socket peer.sock &",
            "  packetdrill --so_filename=$PWD/pd_proxy.so \\",
            "      --so_flags=unix:peer.sock,clock=virtual script.pkt"
        })
final class PacketdrillCommand implements Callable<Integer> {
    private static final String LOCAL_V4 = "192.168.0.1";
    private static final String LOCAL_V6 = "fd3d:fa7b:d17d::1";
    private static final int MTU = 1_500;
    private static final int LEAST_MTU_V4 = 576;
    private static final int LEAST_MTU_V6 = 1_280;
    private static final int V6_EXTRA = 20;

    @Option(names = "--socket", paramLabel = "PATH", description = "Unix socket to wait on, for this user alone.")
    private Path socket;

    @Option(
            names = "--local",
            paramLabel = "ADDR",
            description = "An address of the stack, packetdrill's --local_ip; several times for several."
                    + " Default: 192.168.0.1, or fd3d:fa7b:d17d::1 where --remote is IPv6.",
            converter = Addresses.class)
    private List<IpAddress> local = List.of();

    @Option(
            names = "--remote",
            paramLabel = "ADDR",
            description = "packetdrill's --remote_ip. Default: any.",
            converter = Addresses.class)
    private IpAddress remote;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "Largest packet, packetdrill's --mtu. Default: 1500; 1520 where all addresses are IPv6,"
                    + " so that segments are as long as over IPv4.")
    private Integer mtu;

    @Option(
            names = "--sysctl-file",
            paramLabel = "FILE",
            description = "Settings, one NAME=VALUE a line. Lines that are appended count from the next call on.")
    private Path sysctlFile;

    @Option(names = "--seed", paramLabel = "N", description = "Where everything random comes from. Default: 1.")
    private long seed = 1;

    @Option(names = "--write-plugin", paramLabel = "FILE", description = "Write the plug-in there and end.")
    private Path plugin;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        if (plugin != null) {
            return writePlugin();
        }
        check(socket != null, "--socket PATH is missing");
        final ProxyServer.Config config = config();
        final PrintWriter out = command.commandLine().getOut();
        Interruption.ofThisThread();
        try (ProxyServer server = ProxyServer.open(socket, config, line -> {
            out.println(line);
            out.flush();
        })) {
            out.println("waiting on " + socket + ", seed " + seed);
            out.flush();
            server.serve();
        }
        return ExitCode.OK;
    }

    private int writePlugin() throws Exception {
        if (!PacketdrillPlugin.writeTo(plugin)) {
            throw new CommandFailure("the plug-in was not built for this machine: apt-get install gcc libc6-dev,"
                    + " and build Culvert again");
        }
        return ExitCode.OK;
    }

    private ProxyServer.Config config() {
        final boolean v6Wanted = remote != null && !remote.isV4();
        final List<IpAddress> addresses =
                local.isEmpty() ? List.of(IpAddress.parse(v6Wanted ? LOCAL_V6 : LOCAL_V4)) : local;
        check(
                remote == null || addresses.stream().anyMatch(each -> each.isV4() == remote.isV4()),
                "--remote and --local are of different families");
        check(remote == null || !addresses.contains(remote), "--remote is an address of the stack itself");
        final boolean v4 = addresses.stream().anyMatch(IpAddress::isV4);
        final boolean v6 = !addresses.stream().allMatch(IpAddress::isV4);
        final int least = v6 ? LEAST_MTU_V6 : LEAST_MTU_V4;
        final int bytes = mtu != null ? mtu : v4 ? MTU : MTU + V6_EXTRA;
        check(bytes >= least && bytes <= 65_535, "--mtu must be " + least + " to 65535");
        return new ProxyServer.Config(addresses, bytes, seed, sysctlFile);
    }

    private void check(final boolean condition, final String otherwise) {
        if (!condition) {
            throw new ParameterException(command.commandLine(), otherwise);
        }
    }
}
