package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** poll and epoll, level-triggered, edge-triggered and one-shot. Single-threaded. */
final class PollCalls {
    private static final int ALWAYS = POLLERR | POLLHUP;
    private static final int EVENT_BYTES = 12;

    private final Kernel kernel;
    private final PollMask masks;

    PollCalls(final Kernel kernel) {
        this.kernel = kernel;
        masks = new PollMask(kernel);
    }

    // ------------------------------------------------------------------ poll

    SystemCall poll(final Sockets.PollEntry[] entries, final int timeoutMs) {
        return kernel.run(
                kernel.call("poll"),
                timeoutMs == 0,
                Math.max(0, timeoutMs) * 1_000L,
                open -> tryPoll(open, entries),
                open -> kernel.done(open, 0));
    }

    private void tryPoll(final SystemCall call, final Sockets.PollEntry[] entries) {
        int ready = 0;
        for (int i = 0; i < entries.length; i++) {
            final Sockets.PollEntry entry = entries[i];
            final int revents = entry.fd() < 0 ? 0 : revents(entry);
            entries[i] = new Sockets.PollEntry(entry.fd(), entry.events(), revents);
            ready += revents == 0 ? 0 : 1;
        }
        if (ready > 0) {
            kernel.done(call, ready);
        }
    }

    private int revents(final Sockets.PollEntry entry) {
        final Descriptors.OpenFile file = kernel.files.get(entry.fd());
        if (file instanceof TcpSocket socket) {
            return masks.mask(socket) & (entry.events() | ALWAYS);
        }
        return file == null ? POLLNVAL : 0;
    }

    // ------------------------------------------------------------------ epoll

    SystemCall create() {
        final SystemCall call = kernel.call("epoll_create");
        final int fd = kernel.files.add(new EpollSet());
        return fd < 0 ? kernel.fail(call, EMFILE) : kernel.done(call, fd);
    }

    SystemCall control(final int epoll, final int operation, final int fd, final int events, final long userData) {
        final SystemCall call = kernel.call("epoll_ctl");
        final Descriptors.OpenFile file = kernel.files.get(epoll);
        final Descriptors.OpenFile target = kernel.files.get(fd);
        if (file == null || target == null) {
            return kernel.fail(call, EBADF);
        }
        if (!(file instanceof EpollSet set) || !(target instanceof TcpSocket socket)) {
            return kernel.fail(call, EINVAL);
        }
        final EpollSet.Interest known = set.interests.get(fd);
        switch (operation) {
            case EPOLL_CTL_ADD -> {
                if (known != null) {
                    return kernel.fail(call, EEXIST);
                }
                final EpollSet.Interest added = new EpollSet.Interest(socket);
                set.interests.put(fd, added);
                arm(added, events, userData);
            }
            case EPOLL_CTL_MOD -> {
                if (known == null) {
                    return kernel.fail(call, ENOENT);
                }
                arm(known, events, userData);
            }
            case EPOLL_CTL_DEL -> {
                if (set.interests.remove(fd) == null) {
                    return kernel.fail(call, ENOENT);
                }
            }
            default -> {
                return kernel.fail(call, EINVAL);
            }
        }
        return kernel.done(call, 0);
    }

    private void arm(final EpollSet.Interest interest, final int events, final long userData) {
        interest.events = events;
        interest.userData = userData;
        interest.spent = false;
        interest.woken = answer(interest) != 0;
    }

    SystemCall await(final int epoll, final int maxEvents, final int timeoutMs) {
        final SystemCall call = kernel.call("epoll_wait");
        final Descriptors.OpenFile file = kernel.files.get(epoll);
        if (file == null) {
            return kernel.fail(call, EBADF);
        }
        if (!(file instanceof EpollSet set) || maxEvents <= 0) {
            return kernel.fail(call, EINVAL);
        }
        return kernel.run(
                call,
                timeoutMs == 0,
                Math.max(0, timeoutMs) * 1_000L,
                open -> tryAwait(open, set, maxEvents),
                open -> kernel.done(open, 0));
    }

    private void tryAwait(final SystemCall call, final EpollSet set, final int maxEvents) {
        final ByteBuffer out = ByteBuffer.allocate(Math.min(maxEvents, set.interests.size()) * EVENT_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (final EpollSet.Interest interest : set.interests.values()) {
            final boolean edge = (interest.events & EPOLLET) != 0;
            if (!out.hasRemaining() || interest.spent || edge && !interest.woken) {
                continue;
            }
            final int events = answer(interest);
            interest.woken = false;
            if (events != 0) {
                out.putInt(events).putLong(interest.userData);
                interest.spent = (interest.events & EPOLLONESHOT) != 0;
            }
        }
        if (out.position() > 0) {
            final byte[] found = java.util.Arrays.copyOf(out.array(), out.position());
            kernel.done(call.with(found), found.length / EVENT_BYTES);
        }
    }

    private int answer(final EpollSet.Interest interest) {
        return masks.mask(interest.socket) & (interest.events | ALWAYS) & 0xffff;
    }
}
