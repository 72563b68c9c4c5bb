package dev.culvert.endpoint.e2e;

import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace as an administrator prepares it, with a persistent TUN interface for users without rights; it lives as
 * long as the process that holds it.
 */
final class PreparedNetwork implements AutoCloseable {
    /** The interface; the kernel has .1, Culvert is to have .2 (addresses for documentation, RFC 5737 and RFC 3849). */
    static final String TUN = "prep0";

    private static final String PREPARE = """
            ip link set lo up && ip tuntap add dev prep0 mode tun user "$1" \\
            && ip address add 192.0.2.1/24 dev prep0 && ip -6 address add 2001:db8::1/64 dev prep0 nodad \\
            && ip link set prep0 mtu 1400 up && echo prepared && read -r line
            """;

    private final Program holder;
    private final Home admin;

    private PreparedNetwork(final Program holder, final Home admin) {
        this.holder = holder;
        this.admin = admin;
    }

    /** Makes one. */
    static PreparedNetwork make() throws Exception {
        final Home admin = Home.of(Somebody.ROOT);
        final List<String> words = new ArrayList<>(Somebody.ROOT.command(List.of("unshare", "--net", "--")));
        words.addAll(List.of("sh", "-c", PREPARE, "sh", Integer.toString(user())));
        final Program holder = Program.start(admin.at(words));
        holder.awaitOut("prepared");
        return new PreparedNetwork(holder, admin);
    }

    /** Whose the interface is, as a number inside. */
    static int user() {
        return Somebody.STRANGER.isAnother() ? Somebody.NOBODY : 0;
    }

    private List<String> inside(final List<String> command) {
        final String pid = Long.toString(holder.pid());
        final List<String> words = new ArrayList<>(
                Somebody.STRANGER.isAnother()
                        ? List.of("nsenter", "-t", pid, "--net", "--")
                        : List.of("nsenter", "-t", pid, "--user", "--net", "--preserve-credentials", "--"));
        words.addAll(command);
        return words;
    }

    /** {@code culvert} inside, for this person. */
    ProcessBuilder culvert(final Home home, final String... args) {
        return culvert(home, List.of(), args);
    }

    /** The same with these options for the JVM. */
    ProcessBuilder culvert(final Home home, final List<String> javaOptions, final String... args) {
        final List<String> words = Home.words(javaOptions, args);
        return home.at(inside(home.owner().isAnother() ? home.owner().commandWithTun(words) : words));
    }

    /** Words for an endpoint on the prepared interface. */
    static String[] serve(final String... more) {
        final List<String> words =
                new ArrayList<>(List.of("serve", "--tun", TUN, "--addr4", "192.0.2.2/24", "--addr6", "2001:db8::2/64"));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    /** The administrator's command inside. */
    ProcessBuilder command(final String... words) {
        return admin.at(inside(List.of(words)));
    }

    /** The administrator's script inside. */
    Outcome sh(final String script) throws Exception {
        return Program.run(command("sh", "-c", script));
    }

    @Override
    public void close() {
        holder.close();
    }
}
