package dev.culvert.tun.netns;

import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.InterfaceAddress;
import dev.culvert.tun.device.TunOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The command lines that make, hold and enter a namespace. Each execs the next, so that there is one process throughout. */
final class NamespaceCommands {
    private static final List<String> UNSHARE = List.of("unshare", "--user", "--map-root-user", "--net", "--");

    /**
     * Set again inside, because entering a user namespace clears it. Whatever follows must still look whether the parent is
     * there: it may have died before.
     */
    private static final List<String> DIE_WITH_PARENT = List.of("setpriv", "--pdeathsig", "KILL");

    /**
     * What culvert-ns-helper does, where there is none; interface and addresses by ip(8). Arguments: the outer namespace,
     * name, MTU, queue length, addresses.
     */
    private static final String HOLD = """
            trap '' INT QUIT HUP TSTP
            ours=$(readlink /proc/self/ns/net)
            [ -n "$ours" ] && [ "$ours" != "$1" ] || exit 1
            exec 3<>/dev/net/tun
            echo ready 3 -1 -1 -1
            read -r line || exit 0
            while [ "$line" = tun ]; do
                exec 3<>/dev/net/tun
                echo 3
                read -r line || exit 0
            done
            exec 3>&-
            name=$2 mtu=$3 queue=$4
            shift 4
            ip link set dev lo up || exit 3
            ip link set dev "$name" mtu "$mtu" txqueuelen "$queue" up || exit 3
            for address; do
                case $address in
                    *:*) ip -6 address add "$address" dev "$name" nodad || no6=-no6 ;;
                    *) ip address add "$address" dev "$name" || exit 3 ;;
                esac
            done
            echo "released$no6"
            while read -r line; do :; done
            while :; do
                left=
                for process in /proc/[0-9]*; do
                    [ "$process" != "/proc/$$" ] || continue
                    [ "$(readlink "$process/ns/net" 2>/dev/null)" = "$ours" ] || continue
                    kill -9 "${process#/proc/}" && left=some
                done
                [ "$left" ] || exit 0
            done
            """;

    private static final String RUN = """
            [ "$PPID" = "$1" ] || exit 1
            shift
            exec "$@"
            """;

    private NamespaceCommands() {}

    /** Makes the namespace and holds it by the helper program. */
    static List<String> holdByHelper(final Path helper) {
        return join(Stream.of(UNSHARE, List.of(helper.toString(), outerNamespace())));
    }

    /** Makes the namespace and holds it by a shell, which also configures the interface. */
    static List<String> holdByShell(final TunOptions options) {
        final List<String> words = join(Stream.of(UNSHARE, List.of("sh", "-c", HOLD, "culvert", outerNamespace())));
        words.addAll(List.of(options.name(), Integer.toString(options.mtu())));
        words.add(Integer.toString(options.txQueueLength()));
        options.hostAddresses().stream()
                .filter(address -> address.isV4() || options.carriesV6())
                .map(InterfaceAddress::toString)
                .forEach(words::add);
        return words;
    }

    /** What must stand before a command so that it runs inside. */
    static List<String> enter(final long holderPid) {
        return List.of("nsenter", "-t", Long.toString(holderPid), "--user", "--net", "--preserve-credentials", "--");
    }

    /** Runs a command inside, as a child that dies with this program. */
    static List<String> run(final long holderPid, final List<String> command) {
        final List<String> shell = List.of("sh", "-c", RUN, "culvert", self());
        return join(Stream.of(DIE_WITH_PARENT, enter(holderPid), DIE_WITH_PARENT, shell, command));
    }

    private static String self() {
        return Long.toString(ProcessHandle.current().pid());
    }

    /** The holder refuses to work in this one: at its end it kills all that runs in its own. */
    private static String outerNamespace() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        } catch (IOException e) {
            throw new DeviceException("cannot read /proc/self/ns/net", "mount /proc");
        }
    }

    private static List<String> join(final Stream<List<String>> parts) {
        return new ArrayList<>(parts.flatMap(List::stream).toList());
    }
}
