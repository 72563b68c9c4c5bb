package dev.culvert.kit.posix;

import dev.culvert.kit.script.VirtualStack;
import dev.culvert.wire.IpAddress;
import java.util.List;

/** {@link Sockets} on one stack under virtual time that is configured as Linux is by default. Single-threaded. */
public final class LinuxSockets implements Sockets {
    private final Kernel kernel;
    private final ConnectionCalls connections;
    private final DataCalls data;
    private final OptionCalls options;
    private final ControlCalls controls;
    private final PollCalls polls;

    /**
     * A stack of its own.
     *
     * @param addresses its addresses, at least one
     * @param mtuBytes largest packet, 576 (with IPv6 1,280) to 65,535
     * @param seed where everything random comes from
     * @param startNs virtual time at the beginning
     */
    public LinuxSockets(final List<IpAddress> addresses, final int mtuBytes, final long seed, final long startNs) {
        this(addresses, mtuBytes, false, seed, startNs);
    }

    /** The same, with a device that cuts super-segments into the packets that are seen. */
    public LinuxSockets(
            final List<IpAddress> addresses,
            final int mtuBytes,
            final boolean offload,
            final long seed,
            final long startNs) {
        kernel = new Kernel(addresses, mtuBytes, offload, seed, startNs);
        connections = new ConnectionCalls(kernel);
        data = new DataCalls(kernel, connections.fastOpen());
        options = new OptionCalls(kernel);
        controls = new ControlCalls(kernel);
        polls = new PollCalls(kernel);
    }

    @Override
    public SystemCall socket(final int domain, final int type, final int protocol) {
        return after(connections.socket(domain, type, protocol));
    }

    @Override
    public SystemCall bind(final int fd, final SystemCall.Address local) {
        return after(connections.bind(fd, local));
    }

    @Override
    public SystemCall listen(final int fd, final int backlog) {
        return after(connections.listen(fd, backlog));
    }

    @Override
    public SystemCall accept(final int fd, final int flags) {
        return after(connections.accept(fd, flags));
    }

    @Override
    public SystemCall connect(final int fd, final SystemCall.Address remote) {
        return after(connections.connect(fd, remote));
    }

    @Override
    public SystemCall recv(final int fd, final int count, final int flags) {
        return after(data.recv(fd, count, flags));
    }

    @Override
    public SystemCall recvmsg(final int fd, final int count, final int flags, final int maxControl) {
        return after(data.recvmsg(fd, count, flags, maxControl));
    }

    @Override
    public SystemCall send(final int fd, final byte[] bytes, final int flags, final SystemCall.Address to) {
        return after(data.send(fd, bytes, flags, to));
    }

    @Override
    public SystemCall recvNowhere(final int fd, final int count, final int flags) {
        return faulty(recv(fd, count, flags | LinuxConstants.MSG_PEEK));
    }

    @Override
    public SystemCall sendNowhere(final int fd, final int count, final int flags, final SystemCall.Address to) {
        final boolean opens = (flags & LinuxConstants.MSG_FASTOPEN) != 0;
        return faulty(opens ? new SystemCall("send", nowNs()).finish(0, nowNs()) : send(fd, new byte[0], flags, to));
    }

    private SystemCall faulty(final SystemCall call) {
        final boolean moves = call.isFinished() && call.result() >= 0;
        return moves ? new SystemCall(call.name(), call.startedNs()).fail(LinuxConstants.EFAULT, nowNs()) : call;
    }

    @Override
    public SystemCall sendmsg(
            final int fd, final byte[] bytes, final int flags, final SystemCall.Address to, final byte[] control) {
        return after(data.send(fd, bytes, flags, to));
    }

    @Override
    public SystemCall fcntl(final int fd, final int command, final long argument) {
        return after(controls.fcntl(fd, command, argument));
    }

    @Override
    public SystemCall ioctl(final int fd, final long request, final int value) {
        return after(controls.ioctl(fd, request, value));
    }

    @Override
    public SystemCall close(final int fd) {
        return after(connections.close(fd));
    }

    @Override
    public SystemCall shutdown(final int fd, final int how) {
        return after(connections.shutdown(fd, how));
    }

    @Override
    public SystemCall getsockopt(final int fd, final int level, final int name, final int maxLength) {
        return after(options.get(fd, level, name, maxLength));
    }

    @Override
    public SystemCall setsockopt(final int fd, final int level, final int name, final byte[] value) {
        return after(options.set(fd, level, name, value));
    }

    @Override
    public SystemCall poll(final PollEntry[] entries, final int timeoutMs) {
        return after(polls.poll(entries, timeoutMs));
    }

    @Override
    public SystemCall epollCreate() {
        return after(polls.create());
    }

    @Override
    public SystemCall epollCtl(
            final int epoll, final int operation, final int fd, final int events, final long userData) {
        return after(polls.control(epoll, operation, fd, events, userData));
    }

    @Override
    public SystemCall epollWait(final int epoll, final int maxEvents, final int timeoutMs) {
        return after(polls.await(epoll, maxEvents, timeoutMs));
    }

    @Override
    public void sysctl(final String name, final String value) {
        Sysctl.set(kernel.settings, name, value);
        kernel.settingsChanged();
    }

    /** What one call has changed may let another one go on. */
    private SystemCall after(final SystemCall call) {
        kernel.happened();
        return call;
    }

    // ------------------------------------------------------------------ packets and time

    @Override
    public void inject(final byte[] packet) {
        kernel.stack.inject(packet);
        kernel.happened();
    }

    @Override
    public void advanceTo(final long nowNs) {
        while (step(nowNs)) {
            // one instant after the other
        }
        kernel.stack.advanceTo(nowNs);
        kernel.happened();
    }

    @Override
    public boolean runUntilSomething(final long limitNs) {
        final long finished = kernel.pending.finished();
        while (kernel.stack.sent().isEmpty() && kernel.pending.finished() == finished) {
            if (!step(limitNs)) {
                advanceTo(limitNs);
                break;
            }
        }
        return !kernel.stack.sent().isEmpty() || kernel.pending.finished() != finished;
    }

    /** Moves to the next instant at which a timer fires or a call gives up; false where none lies before the limit. */
    private boolean step(final long limitNs) {
        final long next = nextDeadlineNs();
        if (next == Long.MAX_VALUE || next - limitNs > 0) {
            return false;
        }
        if (!kernel.stack.fireNext(next)) {
            kernel.stack.advanceTo(Math.max(next, kernel.nowNs()));
        }
        kernel.happened();
        return true;
    }

    @Override
    public long nowNs() {
        return kernel.nowNs();
    }

    @Override
    public long nextDeadlineNs() {
        return Math.min(kernel.shard().nextDeadlineNs(), kernel.pending.nextDeadlineNs());
    }

    @Override
    public VirtualStack.Sent takeSent() {
        return kernel.stack.sent().poll();
    }

    @Override
    public void reset() {
        kernel.reset();
    }
}
