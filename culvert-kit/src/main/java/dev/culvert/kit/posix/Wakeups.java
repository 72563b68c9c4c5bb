package dev.culvert.kit.posix;

import static dev.culvert.kit.posix.LinuxConstants.*;

import dev.culvert.tcp.Readiness;

/**
 * Who wakes whom: {@code sk_data_ready}, {@code sk_write_space} and {@code sk_state_change}, for edge-triggered interest,
 * which hears of happenings and not of states. Single-threaded.
 */
final class Wakeups {
    /** A change of state wakes everybody, whatever they wait for. */
    private static final int EVERYBODY = -1;

    private static final int READERS = EPOLLIN | EPOLLPRI | EPOLLRDNORM | EPOLLRDBAND;
    private static final int WRITERS = EPOLLOUT | EPOLLWRNORM | EPOLLWRBAND;
    private static final int STATE = Readiness.CONNECTED | Readiness.CLOSED | Readiness.PEER_CLOSED;

    private final Kernel kernel;
    private final PollMask masks;

    Wakeups(final Kernel kernel) {
        this.kernel = kernel;
        masks = new PollMask(kernel);
    }

    /** The stack says that a connection became ready. */
    void onConnection(final long connection, final int bits) {
        final int key = (bits & STATE) != 0 ? EVERYBODY : READERS;
        if ((bits & (STATE | Readiness.READABLE | Readiness.URGENT)) != 0) {
            forEach(interest -> {
                if (interest.socket.connection == connection) {
                    wake(interest, key);
                }
            });
        }
    }

    /** After every happening: listeners with new connections, and sockets that have room again. */
    void lookAround() {
        for (final Descriptors.OpenFile file : kernel.files.open()) {
            if (file instanceof TcpSocket socket) {
                look(socket);
            }
        }
    }

    private void look(final TcpSocket socket) {
        final boolean first = taken(socket.listener); // both are asked: what is ready must be taken from each
        final boolean second = taken(socket.listenerV4);
        final boolean accepted = first || second;
        final boolean room = socket.noSpace && masks.isWritable(socket);
        if (room) {
            socket.noSpace = false;
        }
        final boolean notice = socket.notices.announce(kernel.acknowledged(socket)); // sk_error_report()
        if (accepted || room || notice) {
            forEach(interest -> {
                if (interest.socket == socket) {
                    wake(interest, notice ? EVERYBODY : accepted ? READERS : WRITERS);
                }
            });
        }
    }

    private boolean taken(final long listener) {
        if (listener == TcpSocket.NONE || (kernel.stack.readiness(listener) & Readiness.ACCEPTABLE) == 0) {
            return false;
        }
        kernel.stack.takeReadiness(listener, Readiness.ACCEPTABLE);
        return true;
    }

    private static void wake(final EpollSet.Interest interest, final int key) {
        if (key == EVERYBODY || (interest.events & key) != 0) {
            interest.woken = true;
        }
    }

    private void forEach(final java.util.function.Consumer<EpollSet.Interest> action) {
        for (final Descriptors.OpenFile file : kernel.files.open()) {
            if (file instanceof EpollSet set) {
                set.interests.values().forEach(action);
            }
        }
    }
}
