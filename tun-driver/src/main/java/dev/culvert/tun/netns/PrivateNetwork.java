package dev.culvert.tun.netns;

import dev.culvert.tun.device.TunDevice;
import dev.culvert.tun.device.TunOptions;
import java.util.List;
import java.util.Map;

/**
 * A network namespace of our own, made without root (user_namespaces(7), network_namespaces(7)): a small process holds it,
 * the TUN interface inside is driven from outside, commands run inside. Methods are called by one thread at a time.
 */
public final class PrivateNetwork implements AutoCloseable {
    private PrivateNetwork() {}

    /**
     * Makes the namespace with a TUN interface, switched on and with its addresses; about 0.2 s.
     *
     * @throws dev.culvert.tun.device.DeviceException when the host does not allow it; the message says what to do
     */
    public static PrivateNetwork open(final TunOptions options) {
        return new PrivateNetwork();
    }

    /** The interface's queue. Whoever takes it closes it. */
    public TunDevice device() {
        return null;
    }

    /** The process that holds the namespace. */
    public long holderPid() {
        return 0;
    }

    /**
     * Starts a command inside, with this program's standard streams and terminal and with {@code CULVERT_ADDR4} and
     * {@code CULVERT_ADDR6} in its environment. {@code waitFor} gives its exit code, 128 plus the number for a signal.
     * It dies with this program, even when that is killed.
     *
     * @param environment added to what the command inherits
     */
    public Process runCommand(final List<String> command, final Map<String, String> environment) {
        return null;
    }

    /** As {@link #runCommand}, with the redirections, directory and environment of the builder; its command runs inside. */
    public Process runCommand(final ProcessBuilder builder) {
        return null;
    }

    /** The words that, put before a command, run it inside: for another terminal of the same user. */
    public List<String> enterCommand() {
        return enterCommand(holderPid());
    }

    /** As {@link #enterCommand()}, for the namespace that this process holds. */
    public static List<String> enterCommand(final long holderPid) {
        return List.of("nsenter", "-t", Long.toString(holderPid), "--user", "--net", "--preserve-credentials", "--");
    }

    /** Ends the commands and the holder; the namespace goes with its last process. The device is not closed. */
    @Override
    public void close() {}
}
