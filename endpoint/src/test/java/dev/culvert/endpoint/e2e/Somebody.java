package dev.culvert.endpoint.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Who runs a program. */
enum Somebody {
    /** Root; where the tests themselves are not run by root, root of a user namespace. */
    ROOT,
    /** Somebody without any rights; where the tests themselves are not run by root, whoever runs them. */
    STRANGER;

    /** The numbers of the user and the group that are called nobody. */
    static final int NOBODY = 65_534;

    private static final boolean TESTS_ARE_ROOT = uidOfTests() == 0;

    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--inh-caps=-all", "--");

    private static final List<String> WITHOUT_CAPABILITIES =
            List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "--");

    /** In a file system that may hold devices, whatever the one of the temporary directory is mounted with. */
    private static final String NODE = """
            mount -t tmpfs -o mode=0755 culvert-e2e "$1" && mknod "$1/tun" c 10 200 && chmod "$2" "$1/tun" \\
            && mount --bind "$1/tun" /dev/net/tun && shift 2 && exec "$@"
            """;

    /** Root of a user namespace cannot make devices; what nobody may open need not be one. */
    private static final String NO_NODE = """
            mount -t tmpfs -o mode=0755 culvert-e2e "$1" && touch "$1/tun" && chmod 0 "$1/tun" \\
            && mount --bind "$1/tun" /dev/net/tun && shift && exec "$@"
            """;

    private static int uidOfTests() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (final IOException noProc) {
            throw new IllegalStateException("/proc is not mounted", noProc);
        }
    }

    /** Whether it takes setpriv to become this person. */
    boolean isAnother() {
        return this == STRANGER && TESTS_ARE_ROOT;
    }

    /** Words that run a command as this person. */
    List<String> command(final List<String> words) {
        if (this == STRANGER) {
            return isAnother() ? join(AS_NOBODY, words) : words;
        }
        return TESTS_ARE_ROOT ? words : join(List.of("unshare", "--user", "--map-root-user", "--"), words);
    }

    /** The same with a TUN node that this person may open, even where the machine's own is for root alone. */
    List<String> commandWithTun(final List<String> words) {
        return isAnother() ? node("0666", words) : command(words);
    }

    /** The same with a TUN node that this person, not being root, may not open, even where the machine's own is for all. */
    List<String> commandWithoutTun(final List<String> words) {
        if (isAnother()) {
            return node("0600", words);
        }
        final List<String> mount =
                List.of("unshare", "--user", "--map-root-user", "--mount", "--", "sh", "-c", NO_NODE, "sh");
        return join(join(mount, List.of(mountPoint())), join(WITHOUT_CAPABILITIES, words));
    }

    private List<String> node(final String mode, final List<String> words) {
        final List<String> mount = List.of("unshare", "--mount", "--", "sh", "-c", NODE, "sh", mountPoint(), mode);
        return join(mount, command(words));
    }

    private static String mountPoint() {
        return Workspace.get().mountPoint().toString();
    }

    private static List<String> join(final List<String> first, final List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
