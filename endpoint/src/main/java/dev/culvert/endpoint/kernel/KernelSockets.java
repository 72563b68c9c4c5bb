package dev.culvert.endpoint.kernel;

import dev.culvert.kit.posix.LinuxConstants;
import dev.culvert.kit.posix.Sockets;
import dev.culvert.kit.posix.SystemCall;
import dev.culvert.kit.script.VirtualStack;
import dev.culvert.shim.LibC;
import dev.culvert.shim.SocketCalls;
import dev.culvert.wire.IpAddress;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The socket calls of this machine's kernel, in a private network of their own and in real time. Descriptors are this
 * program's. One thread's; calls that block wait on threads of their own.
 */
public final class KernelSockets implements Sockets, AutoCloseable {
    private static final int EPOLL_EVENT = 12;
    private static final int POLLFD = 8;
    /** What a byte array of {@code struct linger} and the like may need at most. */
    private static final int MOST_OPTION = 4096;
    /** How often the world is looked at while time passes. */
    private static final long TICK_NS = 100_000;

    private final KernelNetwork network;
    private final OpenCalls calls = new OpenCalls();
    private final TreeSet<Integer> descriptors = new TreeSet<>();

    /**
     * A network of its own, about 0.3 s.
     *
     * @param local the kernel's address
     * @param mtuBytes of the interface
     * @throws dev.culvert.tun.device.DeviceException this machine does not allow it; the message says what to do
     */
    public KernelSockets(final IpAddress local, final int mtuBytes) {
        network = new KernelNetwork(local, mtuBytes);
    }

    // ------------------------------------------------------------------ calls

    @Override
    public SystemCall socket(final int domain, final int type, final int protocol) {
        final SystemCall call = new SystemCall("socket", nowNs());
        return opened(OpenCalls.end(call, network.socket(domain, type, protocol), nowNs()));
    }

    private SystemCall opened(final SystemCall call) {
        if (call.result() >= 0) {
            descriptors.add((int) call.result());
        }
        return call;
    }

    @Override
    public SystemCall bind(final int fd, final SystemCall.Address local) {
        final CallMemory memory = new CallMemory(CallMemory.ADDRESS_LENGTH);
        final int length = memory.putAddress(0, local);
        return calls.make("bind", () -> SocketCalls.bind(fd, memory.bytes(), length));
    }

    @Override
    public SystemCall listen(final int fd, final int backlog) {
        return calls.make("listen", () -> SocketCalls.listen(fd, backlog));
    }

    @Override
    public SystemCall accept(final int fd, final int flags) {
        final CallMemory memory = new CallMemory(CallMemory.ADDRESS_LENGTH);
        final long length = memory.lengthCell(CallMemory.ADDRESS_LENGTH);
        return calls.make("accept", () -> SocketCalls.accept(fd, memory.bytes(), length, flags), call -> {
            if (call.result() >= 0) {
                opened(call).with(memory.address(0));
            }
        });
    }

    @Override
    public SystemCall connect(final int fd, final SystemCall.Address remote) {
        final CallMemory memory = new CallMemory(CallMemory.ADDRESS_LENGTH);
        final int length = memory.putAddress(0, remote);
        return calls.make("connect", () -> SocketCalls.connect(fd, memory.bytes(), length));
    }

    @Override
    public SystemCall recv(final int fd, final int count, final int flags) {
        return recvmsg(fd, count, flags, 0);
    }

    @Override
    public SystemCall recvmsg(final int fd, final int count, final int flags, final int maxControl) {
        final CallMemory memory = new CallMemory(count + maxControl);
        final long message = memory.message(count, maxControl, 0);
        return calls.make("recvmsg", () -> SocketCalls.recvmsg(fd, message, flags), call -> {
            if (call.result() >= 0) {
                final int got = (int) Math.min(count, call.result());
                call.with(memory.copy(0, got), memory.copy(count, memory.controlLength()), memory.messageFlags());
            }
        });
    }

    @Override
    public SystemCall send(final int fd, final byte[] data, final int flags, final SystemCall.Address to) {
        return sendmsg(fd, data, flags, to, new byte[0]);
    }

    @Override
    public SystemCall sendmsg(
            final int fd, final byte[] data, final int flags, final SystemCall.Address to, final byte[] control) {
        final CallMemory memory = new CallMemory(data.length + control.length + CallMemory.ADDRESS_LENGTH);
        new UnsafeBuffer(memory.bytes(), data.length + control.length).putBytes(0, data);
        new UnsafeBuffer(memory.bytes(), data.length + control.length).putBytes(data.length, control);
        final int length = to == null ? 0 : memory.putAddress(data.length + control.length, to);
        final long message = memory.message(data.length, control.length, length);
        return calls.make("sendmsg", () -> SocketCalls.sendmsg(fd, message, flags));
    }

    @Override
    public SystemCall recvNowhere(final int fd, final int count, final int flags) {
        final CallMemory memory = new CallMemory(0);
        final long message = memory.messageNowhere(count, 0);
        // the memory must live as long as the call
        return calls.make("recvmsg", () -> SocketCalls.recvmsg(fd, message, flags), call -> memory.messageFlags());
    }

    @Override
    public SystemCall sendNowhere(final int fd, final int count, final int flags, final SystemCall.Address to) {
        final CallMemory memory = new CallMemory(CallMemory.ADDRESS_LENGTH);
        final long message = memory.messageNowhere(count, to == null ? 0 : memory.putAddress(0, to));
        return calls.make("sendmsg", () -> SocketCalls.sendmsg(fd, message, flags), call -> memory.messageFlags());
    }

    @Override
    public SystemCall fcntl(final int fd, final int command, final long argument) {
        return calls.make("fcntl", () -> LibC.fcntl(fd, command, argument));
    }

    @Override
    public SystemCall ioctl(final int fd, final long request, final int value) {
        final CallMemory memory = new CallMemory(Long.BYTES);
        memory.putInt(0, value);
        return calls.makeNow(
                "ioctl",
                () -> LibC.ioctl(fd, request, memory.bytes()),
                call -> call.with(memory.copy(0, Integer.BYTES)));
    }

    @Override
    public SystemCall close(final int fd) {
        descriptors.remove(fd);
        return calls.make("close", () -> LibC.close(fd));
    }

    @Override
    public SystemCall shutdown(final int fd, final int how) {
        return calls.make("shutdown", () -> SocketCalls.shutdown(fd, how));
    }

    @Override
    public SystemCall getsockopt(final int fd, final int level, final int name, final int maxLength) {
        final int room = Math.min(maxLength, MOST_OPTION);
        final CallMemory memory = new CallMemory(room);
        final long bytes = memory.bytes();
        final long length = memory.lengthCell(room);
        return calls.makeNow("getsockopt", () -> SocketCalls.getsockopt(fd, level, name, bytes, length), call -> {
            if (call.result() >= 0) {
                call.with(memory.copy(0, memory.lengthCell()));
            }
        });
    }

    @Override
    public SystemCall setsockopt(final int fd, final int level, final int name, final byte[] value) {
        final CallMemory memory = new CallMemory(value);
        return calls.make("setsockopt", () -> SocketCalls.setsockopt(fd, level, name, memory.bytes(), value.length));
    }

    @Override
    public SystemCall poll(final PollEntry[] entries, final int timeoutMs) {
        final CallMemory memory = new CallMemory(POLLFD * entries.length);
        for (int i = 0; i < entries.length; i++) {
            memory.putInt(POLLFD * i, entries[i].fd());
            memory.putShort(POLLFD * i + 4, entries[i].events());
        }
        return calls.make("poll", () -> SocketCalls.poll(memory.bytes(), entries.length, timeoutMs), call -> {
            for (int i = 0; i < entries.length; i++) {
                entries[i] = new PollEntry(entries[i].fd(), entries[i].events(), memory.u16(POLLFD * i + 6));
            }
        });
    }

    @Override
    public SystemCall epollCreate() {
        return calls.make("epoll_create", () -> SocketCalls.epollCreate(LinuxConstants.SOCK_CLOEXEC), this::opened);
    }

    @Override
    public SystemCall epollCtl(
            final int epoll, final int operation, final int fd, final int events, final long userData) {
        final CallMemory memory = new CallMemory(EPOLL_EVENT);
        memory.putInt(0, events);
        memory.putLong(Integer.BYTES, userData);
        return calls.make("epoll_ctl", () -> SocketCalls.epollCtl(epoll, operation, fd, memory.bytes()));
    }

    @Override
    public SystemCall epollWait(final int epoll, final int maxEvents, final int timeoutMs) {
        final CallMemory memory = new CallMemory(EPOLL_EVENT * maxEvents);
        return calls.make(
                "epoll_wait",
                () -> SocketCalls.epollWait(epoll, memory.bytes(), maxEvents, timeoutMs),
                call -> call.with(memory.copy(0, EPOLL_EVENT * (int) call.result())));
    }

    @Override
    public void sysctl(final String name, final String value) {
        network.sysctl(name, value);
    }

    // ------------------------------------------------------------------ packets and time

    @Override
    public void inject(final byte[] packet) {
        network.inject(packet);
        calls.settle();
    }

    @Override
    public void advanceTo(final long targetNs) {
        while (targetNs - nowNs() > 0) {
            OpenCalls.pause(Math.min(TICK_NS, targetNs - nowNs()));
            calls.settle();
        }
        calls.settle();
    }

    @Override
    public boolean runUntilSomething(final long limitNs) {
        final long finished = calls.finished();
        while (limitNs - nowNs() > 0 && network.sent().isEmpty() && calls.finished() == finished) {
            OpenCalls.pause(Math.min(TICK_NS, limitNs - nowNs()));
            calls.settle();
        }
        return !network.sent().isEmpty() || calls.finished() != finished;
    }

    @Override
    public long nowNs() {
        return System.nanoTime();
    }

    /** What happens next in a kernel nobody knows: one tick from now it is worth looking again. */
    @Override
    public long nextDeadlineNs() {
        return nowNs() + TICK_NS;
    }

    @Override
    public VirtualStack.Sent takeSent() {
        return network.sent().poll();
    }

    @Override
    public void reset() {
        for (final int fd : descriptors) {
            SocketCalls.shutdown(fd, LinuxConstants.SHUT_RDWR); // lets go who waits on it
            LibC.close(fd);
        }
        descriptors.clear();
        network.sent().clear();
    }

    @Override
    public void close() {
        network.close();
        reset();
        calls.close();
    }
}
