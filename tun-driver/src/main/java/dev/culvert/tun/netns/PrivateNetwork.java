package dev.culvert.tun.netns;

import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.InterfaceConfig;
import dev.culvert.tun.device.TunDevice;
import dev.culvert.tun.device.TunOptions;
import dev.culvert.tun.device.TunQueues;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network namespace of our own, made without root (user_namespaces(7), network_namespaces(7)). A small process holds it;
 * this program stays in the host's namespace and drives the TUN interface inside through a descriptor taken from the
 * holder; commands run inside. Nothing outside the namespace is changed. Everything inside ends with this program, even when that is
 * killed.
 *
 * <p>Methods are called by one thread at a time. One idle daemon thread, {@code culvert-netns}, is the parent of all
 * processes.
 */
public final class PrivateNetwork implements AutoCloseable {
    private final TunOptions options;
    private final ChildStarter starter;
    private final Holder holder;
    private final List<TunDevice> devices;
    private final boolean carriesV6;

    private PrivateNetwork(final TunOptions options, final ChildStarter starter, final Holder holder) {
        this.options = options;
        this.starter = starter;
        this.holder = holder;
        try (Pidfd process = new Pidfd(holder.pid())) {
            final TunQueues.Attached queues = attach(process);
            final boolean byUs = holder.inet() < 0 || configure(process);
            final boolean byHolder = holder.release();
            carriesV6 = options.carriesV6() && byUs && byHolder;
            devices = queues.devices(options.name(), options.mtu());
        }
    }

    /**
     * Makes the namespace with a TUN interface, switched on and with its addresses, and switches its loopback on; about
     * 0.2 s.
     *
     * @throws DeviceException when the host does not allow it; the message says what to do
     */
    public static PrivateNetwork open(final TunOptions options) {
        final ChildStarter starter = new ChildStarter();
        try {
            final Holder holder = Holder.start(starter, options);
            try {
                return new PrivateNetwork(options, starter, holder);
            } catch (DeviceException e) {
                holder.close();
                throw e;
            }
        } catch (DeviceException e) {
            starter.close();
            throw e;
        }
    }

    /** The owner of a user namespace has all rights inside it, so the ioctl works from outside. */
    private TunQueues.Attached attach(final Pidfd process) {
        try {
            return TunQueues.attach(process.take(holder.tun()), options, () -> nextTun(process));
        } catch (DeviceException e) {
            throw Doctor.explain(e);
        }
    }

    private int nextTun(final Pidfd process) {
        final int number = holder.nextTun();
        return number < 0 ? number : process.take(number);
    }

    private boolean configure(final Pidfd process) {
        try (InterfaceConfig config = new InterfaceConfig(
                process.take(holder.inet()), process.take(holder.inet6()), process.take(holder.route()))) {
            config.up("lo");
            return config.setUp(options);
        }
    }

    /**
     * Makes a socket of the kernel's inside (socket(2)): whoever holds it, it sends and receives there.
     *
     * @return a descriptor of this program's, which the caller closes; or a negated error number
     * @throws DeviceException the helper program that makes sockets was not built
     */
    public int socket(final int domain, final int type, final int protocol) {
        final int number = holder.makeSocket(domain, type, protocol);
        if (number < 0) {
            return number;
        }
        try (Pidfd process = new Pidfd(holder.pid())) {
            return process.take(number);
        } finally {
            holder.closeSocket(number);
        }
    }

    /** The interface's first queue, mostly the only one. Whoever takes it closes it. */
    public TunDevice device() {
        return devices.get(0);
    }

    /** All of the interface's queues: as many as were asked for, or fewer where the kernel has no more. Whoever takes them closes them. */
    public List<TunDevice> devices() {
        return devices;
    }

    /** What was asked for. */
    public TunOptions options() {
        return options;
    }

    /** Whether the interface inside has its IPv6 addresses: the MTU and the kernel allow it. */
    public boolean carriesV6() {
        return carriesV6;
    }

    /** The process that holds the namespace. */
    public long holderPid() {
        return holder.pid();
    }

    /**
     * Starts a command inside, with this program's standard streams and terminal. {@code waitFor} gives its exit code, 128
     * plus the number for a signal.
     *
     * @param environment added to what the command inherits
     */
    public Process runCommand(final List<String> command, final Map<String, String> environment) {
        final ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(environment);
        return runCommand(builder);
    }

    /**
     * As {@link #runCommand(List, Map)}, with the streams, directory and environment of the builder; its command runs
     * inside and finds {@code CULVERT_ADDR4} and {@code CULVERT_ADDR6}, the stack's addresses.
     */
    public Process runCommand(final ProcessBuilder builder) {
        final ProcessBuilder inside = new ProcessBuilder(NamespaceCommands.run(holder.pid(), builder.command()))
                .directory(builder.directory())
                .redirectInput(builder.redirectInput())
                .redirectOutput(builder.redirectOutput())
                .redirectError(builder.redirectError())
                .redirectErrorStream(builder.redirectErrorStream());
        inside.environment().clear();
        inside.environment().putAll(addresses());
        inside.environment().putAll(builder.environment());
        return starter.start(inside);
    }

    private Map<String, String> addresses() {
        final Map<String, String> variables = new HashMap<>();
        options.stackV4()
                .ifPresent(a -> variables.put("CULVERT_ADDR4", a.address().toString()));
        if (carriesV6) {
            options.stackV6()
                    .ifPresent(a -> variables.put("CULVERT_ADDR6", a.address().toString()));
        }
        return variables;
    }

    /** The words that, put before a command, run it inside: for another terminal of the same user. */
    public List<String> enterCommand() {
        return enterCommand(holderPid());
    }

    /** As {@link #enterCommand()}, for the namespace that this process holds. */
    public static List<String> enterCommand(final long holderPid) {
        return NamespaceCommands.enter(holderPid);
    }

    /** Kills everything that runs inside. The device is not closed; the namespace goes when that is, too. */
    @Override
    public void close() {
        holder.close();
        starter.close();
    }
}
