package dev.culvert.endpoint.kernel;

import static dev.culvert.kit.posix.LinuxConstants.AF_INET;
import static dev.culvert.kit.posix.LinuxConstants.SOCK_STREAM;
import static dev.culvert.kit.posix.LinuxConstants.SOL_SOCKET;
import static dev.culvert.kit.posix.LinuxConstants.SO_ERROR;
import static dev.culvert.kit.posix.LinuxConstants.SO_REUSEADDR;

import dev.culvert.env.Errno;
import dev.culvert.kit.posix.Sockets;
import dev.culvert.kit.posix.SystemCall;
import dev.culvert.kit.script.VirtualStack;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tcp.TcpConfig;
import dev.culvert.wire.IpAddress;
import dev.culvert.wire.PacketPrinter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Culvert at one end and this machine's kernel at the other, joined by a TUN interface, in real time: what a live scene is
 * played on. Whatever happens is told as a line. One thread.
 */
final class LivePath {
    static final IpAddress KERNEL = IpAddress.parse("10.83.0.1");
    static final int SERVER = 8080;
    static final int CLIENT = 4000;

    private static final IpAddress CULVERT = IpAddress.parse("10.83.0.2");
    private static final long LIMIT_NS = 5_000_000_000L;
    private static final long STEP_NS = 1_000_000;
    private static final long SEED = 1;

    private final Sockets kernel;
    private final VirtualStack stack;
    private final Consumer<String> lines;
    private final long beganNs;
    private Predicate<String> lost = packet -> false;

    LivePath(final Sockets kernel, final TcpConfig tcp, final Consumer<String> lines) {
        this.kernel = kernel;
        this.lines = lines;
        beganNs = kernel.nowNs();
        stack = new VirtualStack(ShardConfig.of(CULVERT).withTcp(tcp), SEED, beganNs);
    }

    VirtualStack stack() {
        return stack;
    }

    /** Packets of Culvert whose text fits do not reach the kernel from now on. */
    void lose(final Predicate<String> which) {
        lost = which;
    }

    /** Culvert listens. */
    long listen() {
        return stack.shard().listen(CULVERT, SERVER, 16, null, null);
    }

    /** Culvert takes the next connection, and must get one. */
    long accept(final long listener) {
        final long[] taken = new long[1];
        await(() -> (taken[0] = stack.batch(() -> stack.shard().accept(listener, null))) > 0);
        return taken[0];
    }

    /** Culvert makes a call. */
    void culvert(final String what, final Supplier<Integer> call) {
        tell("Culvert: " + what);
        stack.batch(call);
        settle();
    }

    /** The kernel makes a call; it has ended when this returns. */
    SystemCall kernel(final String what, final Supplier<SystemCall> call) {
        final SystemCall made = call.get();
        await(made::isFinished);
        tell("kernel: " + what + (made.result() < 0 ? " = " + Errno.name(made.errno()) : ""));
        return made;
    }

    /** A socket of the kernel's. */
    int socket() {
        return (int)
                kernel("socket", () -> kernel.socket(AF_INET, SOCK_STREAM, 0)).result();
    }

    /** Binds the kernel's socket to the client's port. */
    SystemCall bind(final int fd, final boolean reuseAddress) {
        if (reuseAddress) {
            final byte[] one = {1, 0, 0, 0};
            kernel("SO_REUSEADDR", () -> kernel.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, one));
        }
        final SystemCall.Address local = SystemCall.Address.of(KERNEL.hi(), KERNEL.lo(), CLIENT);
        return kernel("bind to " + CLIENT, () -> kernel.bind(fd, local));
    }

    /** Connects the kernel's socket to Culvert. */
    SystemCall connect(final int fd) {
        final SystemCall.Address remote = SystemCall.Address.of(CULVERT.hi(), CULVERT.lo(), SERVER);
        return kernel("connect to " + SERVER, () -> kernel.connect(fd, remote));
    }

    /** The error that a socket of the kernel's has; 0: none. */
    int error(final int fd) {
        final byte[] value =
                kernel.getsockopt(fd, SOL_SOCKET, SO_ERROR, Integer.BYTES).data();
        return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    /** Lets both ends go on until nothing has happened for a while. */
    void settle() {
        run(50 * STEP_NS);
    }

    /** Lets both ends go on for so long. */
    void run(final long ns) {
        final long endNs = kernel.nowNs() + ns;
        while (endNs - kernel.nowNs() > 0) {
            step();
        }
    }

    /** Lets both ends go on until this holds, a few seconds at most; whether it does. */
    boolean await(final BooleanSupplier condition) {
        final long endNs = kernel.nowNs() + LIMIT_NS;
        while (!condition.getAsBoolean()) {
            if (endNs - kernel.nowNs() <= 0) {
                return false;
            }
            step();
        }
        return true;
    }

    private void step() {
        kernel.runUntilSomething(kernel.nowNs() + STEP_NS);
        for (VirtualStack.Sent sent = kernel.takeSent(); sent != null; sent = kernel.takeSent()) {
            tell("  --> " + text(sent.bytes()));
            stack.advanceTo(Math.max(stack.nowNs(), kernel.nowNs()));
            stack.inject(sent.bytes());
        }
        stack.advanceTo(Math.max(stack.nowNs(), kernel.nowNs()));
        while (!stack.sent().isEmpty()) {
            final byte[] packet = stack.sent().poll().bytes();
            final String text = text(packet);
            final boolean isLost = lost.test(text);
            tell("  <-- " + text + (isLost ? "  (lost)" : ""));
            if (!isLost) {
                kernel.inject(packet);
            }
        }
    }

    private static String text(final byte[] packet) {
        return PacketPrinter.print(new UnsafeBuffer(packet), 0, packet.length);
    }

    private void tell(final String what) {
        lines.accept(String.format(Locale.ROOT, "%10.6f  %s", (kernel.nowNs() - beganNs) / 1e9, what));
    }
}
