package dev.culvert.tun.netns;

import dev.culvert.shim.LibC;
import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.TunOptions;
import dev.culvert.tun.device.TunSetup;
import dev.culvert.tun.netns.Doctor.Check;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the kernel and its administrator must allow. */
final class HostChecks {
    /** The way that needs root once and neither a user namespace nor pidfd_getfd afterwards. */
    static final String PREPARED_TUN = preparedTun(TunOptions.DEFAULT);

    private static final String UNSHARE_FIX = "leave out what forbids it (a container's seccomp profile: "
            + "--security-opt seccomp=unconfined), or " + PREPARED_TUN;

    private HostChecks() {}

    static Stream<Check> all() {
        return Stream.<Supplier<Check>>of(
                        HostChecks::kernel,
                        HostChecks::tools,
                        HostChecks::deviceNode,
                        HostChecks::offload,
                        HostChecks::namespaceLimit,
                        HostChecks::unprivilegedNamespaces,
                        HostChecks::appArmor,
                        HostChecks::namespaces,
                        HostChecks::yama)
                .map(Supplier::get);
    }

    private static String preparedTun(final TunOptions tun) {
        final StringBuilder recipe = new StringBuilder(
                        "as root, once: ip tuntap add dev " + tun.name() + " mode tun user ")
                .append(System.getProperty("user.name"));
        tun.hostAddresses().forEach(a -> recipe.append("; ip address add " + a + " dev " + tun.name()));
        return recipe + "; ip link set " + tun.name() + " up; then use --tun " + tun.name();
    }

    private static boolean root() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException e) {
            return false;
        }
    }

    /** The value of a sysctl; empty when this kernel has none of that name. Such a file gives all at the first read, or never. */
    private static String sysctl(final String name) {
        try (InputStream file = Files.newInputStream(Path.of("/proc/sys", name.split("\\.", -1)))) {
            final byte[] value = new byte[64];
            return new String(value, 0, Math.max(0, file.read(value)), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static Check sysctlCheck(
            final String title, final String name, final boolean bad, final String good, final String detail) {
        return bad
                ? Check.bad(title, detail, "as root: sysctl -w " + name + "=" + good)
                : Check.good(title, sysctl(name).isEmpty() ? "not restricted" : name + "=" + sysctl(name));
    }

    private static Check kernel() {
        final String version = System.getProperty("os.version");
        final int[] number = Arrays.stream((version + ".0.0").split("[^0-9]+", -1))
                .filter(part -> !part.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
        return number[0] > 5 || number[0] == 5 && number[1] >= 6
                ? Check.good("kernel", version)
                : Check.bad("kernel", version + " has no pidfd_getfd (5.6)", PREPARED_TUN);
    }

    private static Check tools() {
        final List<String> missing = Stream.of("unshare", "setpriv", "nsenter")
                .filter(tool -> !onPath(tool))
                .toList();
        return missing.isEmpty()
                ? Check.good("tools", "unshare, setpriv and nsenter are there")
                : Check.bad(
                        "tools",
                        String.join(", ", missing) + " not found",
                        "as root: apt-get install util-linux (2.33 or newer)");
    }

    static boolean onPath(final String tool) {
        final String path = System.getenv("PATH");
        return path != null
                && Arrays.stream(path.split(File.pathSeparator, -1))
                        .anyMatch(d -> Files.isExecutable(Path.of(d, tool)));
    }

    private static Check deviceNode() {
        try {
            LibC.close(TunSetup.openNode());
            return Check.good("device node", TunSetup.NODE + " can be opened");
        } catch (DeviceException e) {
            return Check.bad("device node", e.problem(), e.fix());
        }
    }

    /** Without it every packet is written by itself. */
    private static Check offload() {
        final String missing = "super-segments and checksums cannot be left to this kernel's TUN (IFF_VNET_HDR)";
        try {
            final int fd = TunSetup.openNode();
            final boolean there = TunSetup.hasOffload(fd);
            LibC.close(fd);
            return there
                    ? Check.good("offload", "super-segments and checksums are left to the kernel")
                    : Check.unfortunate("offload", missing, "Linux 2.6.27 or newer has it");
        } catch (DeviceException e) {
            return Check.unfortunate("offload", "not known without the device node", e.fix());
        }
    }

    private static Check namespaceLimit() {
        final String user = sysctl("user.max_user_namespaces");
        final String net = sysctl("user.max_net_namespaces");
        final String name = "0".equals(net) ? "user.max_net_namespaces" : "user.max_user_namespaces";
        return sysctlCheck(
                "namespace limit", name, "0".equals(user) || "0".equals(net), "10000", name + "=0 forbids namespaces");
    }

    private static Check unprivilegedNamespaces() {
        final String name = "kernel.unprivileged_userns_clone"; // Debian's own, until 11
        return sysctlCheck(
                "user namespaces", name, "0".equals(sysctl(name)) && !root(), "1", name + "=0 leaves them to root");
    }

    private static Check appArmor() {
        final String name = "kernel.apparmor_restrict_unprivileged_userns"; // Ubuntu since 23.10
        return "1".equals(sysctl(name)) && !root()
                ? Check.bad(
                        "AppArmor",
                        name + "=1 takes the rights inside user namespaces away",
                        "as root: sysctl -w " + name + "=0, or " + PREPARED_TUN)
                : Check.good("AppArmor", "does not restrict user namespaces");
    }

    private static Check yama() {
        final String name = "kernel.yama.ptrace_scope";
        final String scope = sysctl(name);
        final boolean bad = "3".equals(scope) || "2".equals(scope) && !root();
        return sysctlCheck("ptrace", name, bad, "1", name + "=" + scope + " forbids taking over descriptors");
    }

    /** The proof: makes one and leaves it. */
    private static Check namespaces() {
        try {
            final Process process = new ProcessBuilder("unshare", "--user", "--map-root-user", "--net", "true")
                    .redirectErrorStream(true)
                    .start();
            final String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0
                    ? Check.good("private network", "a user and network namespace can be made")
                    : Check.bad("private network", words, UNSHARE_FIX);
        } catch (IOException e) {
            return Check.bad(
                    "private network", "cannot be tried without unshare", "as root: apt-get install util-linux");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Check.bad("private network", "interrupted", "try again");
        }
    }
}
